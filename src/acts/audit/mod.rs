//! 审计: one function per promise; all of them together is `guildhall check`.

pub mod certificates;
pub mod claims;
pub mod classes;
pub mod draws;
pub mod figures;
pub mod institutions;
pub mod keys;
pub mod lives;
pub mod log;
pub mod seals;
pub mod sittings;
pub mod vacancies;
pub mod wishes;

use crate::acts::{Done, Registry};
use crate::on;
use crate::store::{Conn, Found};
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::HashSet;

/// A promise that a record breaks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    /// Which promise, as a code: `classes.state-is-last-step`.
    pub promise: &'static str,
    /// The table and key of the record that breaks it.
    pub subject: String,
}

#[derive(QueryableByName)]
struct Odd {
    #[diesel(sql_type = Text)]
    id: String,
}

/// The records of a table that a query finds to break a promise; it tells their keys as `id`.
fn odd(db: &mut Conn, promise: &'static str, table: &str, sql: &'static str) -> Found<Vec<Broken>> {
    let odd: Vec<Odd> = on!(db, c => diesel::sql_query(sql).load(c))?;
    Ok(odd
        .into_iter()
        .map(|odd| Broken {
            promise,
            subject: format!("{table} {}", odd.id),
        })
        .collect())
}

/// A promise's checker: every record that breaks it.
pub type Checker = fn(&mut Conn) -> Found<Vec<Broken>>;

/// Every promise that can be checked from the rows alone.
pub const CHECKERS: &[Checker] = &[
    certificates::each_file_is_signed_by_its_issuer,
    certificates::each_is_what_was_signed,
    certificates::each_key_is_vouched_for,
    certificates::each_replacement_is_of_the_same_person,
    certificates::each_revocation_has_two_persons,
    certificates::each_right_has_one_live_certificate,
    certificates::each_series_has_no_gap,
    certificates::each_was_earned_and_shown,
    claims::each_claim_adds_up,
    claims::each_claim_is_where_its_steps_led,
    claims::each_line_has_its_right,
    claims::each_payment_has_two_persons,
    claims::each_revoked_payment_is_recovered,
    classes::each_class_is_where_its_steps_led,
    classes::each_completed_class_has_every_outcome,
    classes::each_entry_tells_when_it_was_made,
    classes::no_class_is_over_its_seats,
    draws::each_seed_is_what_was_promised,
    figures::each_milestone_is_what_its_row_says,
    figures::each_sealed_report_is_what_was_signed,
    figures::each_volume_is_what_its_rows_say,
    institutions::each_account_fits_its_role,
    institutions::each_change_ends_after_its_line_starts,
    institutions::each_closed_account_is_shut,
    institutions::each_entitlement_is_about_one_thing,
    institutions::each_institution_has_its_papers,
    institutions::each_reinstatement_follows_its_suspension,
    institutions::each_trade_is_listed_once_at_a_time,
    institutions::each_training_site_is_one_institutions,
    keys::each_credential_is_what_its_issuer_signed,
    keys::each_key_event_is_logged,
    keys::each_key_signed_before_it_was_put_aside,
    keys::each_log_key_follows_from_the_one_before,
    keys::each_root_follows_from_the_one_before,
    lives::each_cascade_kept_its_list_and_its_course,
    lives::each_correction_has_two_persons_and_a_successor,
    lives::each_printing_follows_the_last,
    lives::each_restoration_follows_a_revocation,
    lives::each_suspension_is_told,
    lives::each_turn_is_noted,
    sittings::each_issued_sitting_was_published,
    sittings::each_mark_is_given_by_the_panel,
    sittings::each_mark_keeps_all_its_versions,
    sittings::each_marked_sitting_is_signed,
    sittings::each_panel_is_without_own_teachers,
    sittings::each_signed_mark_is_locked,
    sittings::each_sitting_stands_at_its_last_step,
    vacancies::each_confirmed_report_is_a_vacancy,
    vacancies::each_own_vacancy_was_confirmed,
    vacancies::each_waiting_report_is_the_last,
    wishes::each_decided_request_is_forgotten,
    wishes::each_wish_stands_or_was_ended,
    wishes::each_wish_was_spoken_of,
];

/// Every broken promise of this registry, named.
pub fn all(registry: &Registry) -> Done<Vec<Broken>> {
    let mut broken = Vec::new();
    for check in CHECKERS {
        broken.extend(registry.store.read(check)?);
    }
    broken.extend(log::each(registry)?);
    broken.extend(seals::each(registry)?);
    // A record with several events in the log is named once.
    let mut named = HashSet::new();
    broken.retain(|one| named.insert((one.promise, one.subject.clone())));
    Ok(broken)
}
