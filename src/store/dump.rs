//! 导出: whole tables as JSON rows, for leaving with everything.

use crate::on;
use crate::store::{Conn, Found};
use diesel::prelude::*;
use diesel::sql_types::Text;

/// Every table that is exported. What only keeps the counter running is not: sessions, tokens,
/// failures, replies, the pen, the check of the master key, sealed private keys.
pub const TABLES: &[&str] = &[
    "deeds",
    "holidays",
    "institutions",
    "entitlements",
    "entitlement_changes",
    "suspensions",
    "reinstatements",
    "demands",
    "people",
    "memberships",
    "sights",
    "teachers",
    "assessors",
    "assessor_trades",
    "accounts",
    "courses",
    "classes",
    "class_steps",
    "class_teachers",
    "class_enterprises",
    "lessons",
    "rosters",
    "roster_lines",
    "admissions",
    "enrolments",
    "withdrawals",
    "group_snapshots",
    "attendances",
    "completions",
    "sittings",
    "sitting_steps",
    "panel_members",
    "candidates",
    "carried_marks",
    "marks",
    "mark_signatures",
    "publicities",
    "objections",
    "settlements",
    "counters",
    "status_lists",
    "certificates",
    "holdings",
    "revocation_proposals",
    "dropped_proposals",
    "revocations",
    "replacements",
    "key_events",
    "root_links",
    "log_links",
    "lost_registry_keys",
    "recovered_leaves",
    "number_skips",
    "credentials",
    "authorities",
    "leaves",
    "leaf_lists",
    "registry_leaves",
    "key_vouchers",
    "paper_signatures",
    "correction_proposals",
    "dropped_corrections",
    "corrections",
    "person_corrections",
    "certificate_prints",
    "certificate_holds",
    "hold_ends",
    "open_holds",
    "turned_certificates",
    "restorations",
    "renewed_revocations",
    "cascades",
    "cascade_members",
    "cascade_notices",
    "cascade_replies",
    "cascade_exclusions",
    "cascade_ends",
    "photos",
    "latin_names",
    "certificate_faces",
    "log_events",
    "log_tiles",
    "log_heads",
    "log_checkpoints",
    "seal_runs",
    "seal_backlog",
    "log_witnesses",
    "milestones",
    "targets",
    "vacancies",
    "vacancy_reports",
    "open_vacancy_reports",
    "vacancy_report_ends",
    "freezes",
    "subsidy_rules",
    "subsidy_rule_ends",
    "claims",
    "claim_steps",
    "claim_lines",
    "claim_refusals",
    "claim_cuts",
    "claim_rights",
    "claim_publicities",
    "claim_objections",
    "claim_settlements",
    "claim_payments",
    "recoveries",
    "recovery_ends",
    "employments",
    "red_flags",
    "red_flag_rows",
    "dispositions",
    "draws",
    "draw_reveals",
    "deliveries",
    "delivered",
    "wishes",
    "wish_ends",
    "open_wishes",
    "contacts",
    "wish_requests",
    "wish_request_ends",
    "grants",
    "grant_ends",
    "comparisons",
    "compared",
    "copies",
    "looks",
    "petitions",
    "petition_answers",
];

/// Tables that stay: with nothing in them that would be missed elsewhere.
pub const STAY: &[&str] = &[
    "pen",
    "vault_checks",
    "replies",
    "list_checks",
    "list_guesses",
    "employers",
    "open_wish_requests",
    "watches",
    "watched",
    "watch_places",
    "watch_calls",
    "person_keys",
    "sessions",
    "api_tokens",
    "sign_in_failures",
    "issuer_keys",
    "registry_keys",
    "second_factors",
    "step_ups",
    "flag_runs",
    "phone_marks",
    "holder_codes",
    "holder_sessions",
    "shares",
    "volumes",
    "bindings",
];

/// Columns that never leave: whoever reads an export learns no password, and opens no seal.
const SECRET: &[(&str, &str)] = &[
    ("accounts", "password"),
    ("people", "id_index"),
    ("delivered", "id_index"),
    ("draws", "seed_sealed"),
];

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    row: String,
}

/// The rows of one of [`TABLES`], each a JSON object; bytes as hexadecimal text.
pub fn rows(db: &mut Conn, table: &'static str) -> Found<(Vec<String>, Vec<serde_json::Value>)> {
    let ask = match db {
        Conn::Sqlite(_) => "SELECT name, type AS kind FROM pragma_table_info($1)",
        Conn::Pg(_) => {
            "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS kind FROM information_schema.columns \
             WHERE table_name = $1 AND table_schema = current_schema() ORDER BY ordinal_position"
        }
    };
    let columns: Vec<Column> = on!(db, c => diesel::sql_query(ask).bind::<Text, _>(table).load(c))?;
    let kept: Vec<&Column> = columns
        .iter()
        .filter(|column| !SECRET.contains(&(table, column.name.as_str())))
        .collect();
    // Names come from the database's own list of columns, the table from ours: nothing of a
    // stranger's stands in this text.
    let object = match db {
        Conn::Sqlite(_) => "json_object",
        Conn::Pg(_) => "json_build_object",
    };
    let members: Vec<String> = kept
        .iter()
        .map(|column| match column.kind.as_str() {
            "BLOB" => format!("'{0}', lower(hex(\"{0}\"))", column.name),
            "bytea" => format!("'{0}', encode(\"{0}\", 'hex')", column.name),
            _ => format!("'{0}', \"{0}\"", column.name),
        })
        .collect();
    let sql = format!(
        "SELECT CAST({object}({}) AS TEXT) AS row FROM {table} ORDER BY 1",
        members.join(", ")
    );
    let rows: Vec<Row> = on!(db, c => diesel::sql_query(sql).load(c))?;
    let names = kept.iter().map(|column| column.name.clone()).collect();
    Ok((
        names,
        rows.iter()
            .filter_map(|row| serde_json::from_str(&row.row).ok())
            .collect(),
    ))
}
