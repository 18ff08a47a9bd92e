//! 权限矩阵: every route × every role × one's own and another's record.
//!
//! `routes.txt` says of each route whom it is for. A route that is mounted but not in the table
//! fails, and so does a line without a route.

use crate::hall::Hall;
use crate::visitor::{Answer, Counterside, Visitor};
use guildhall::domain::account::{Actor, Role};
use guildhall::store::{Found, accounts, dump};
use guildhall::town;
use rocket::http::{ContentType, Method};
use serde_json::Value;
use std::collections::BTreeMap;

/// The roles each word of the table stands for.
fn roles(word: &str) -> Option<&'static [Role]> {
    use Role::{
        Administrator, AssessmentClerk, AssessmentSignatory, Assessor, Auditor, BureauOfficer,
        CountyOfficer, DepartmentReader, InstitutionClerk, InstitutionSignatory, TownshipWorker,
    };
    Some(match word {
        "Officer" => &[BureauOfficer, CountyOfficer],
        "BureauOfficer" => &[BureauOfficer],
        "Clerk" => &[InstitutionClerk],
        "Signatory" => &[InstitutionSignatory],
        "AssessmentClerk" => &[AssessmentClerk],
        "AssessmentSignatory" => &[AssessmentSignatory],
        "AssessmentStaff" => &[AssessmentClerk, AssessmentSignatory],
        "OnDuty" => &[Assessor],
        "Administrator" => &[Administrator],
        "Issuer" => &[InstitutionSignatory, AssessmentSignatory],
        "KeyKeeper" => &[BureauOfficer],
        "KeyReader" => &[
            BureauOfficer,
            InstitutionSignatory,
            AssessmentSignatory,
            Auditor,
        ],
        "Confirmer" => &[InstitutionSignatory, AssessmentSignatory, BureauOfficer],
        "Reader" => &[
            BureauOfficer,
            CountyOfficer,
            InstitutionClerk,
            InstitutionSignatory,
            AssessmentClerk,
            AssessmentSignatory,
            Auditor,
        ],
        "TrainingReader" => &[
            BureauOfficer,
            CountyOfficer,
            InstitutionClerk,
            InstitutionSignatory,
            Auditor,
        ],
        "SittingReader" => &[
            BureauOfficer,
            CountyOfficer,
            AssessmentClerk,
            AssessmentSignatory,
            Assessor,
            Auditor,
        ],
        "SittingReviewer" => &[
            BureauOfficer,
            CountyOfficer,
            AssessmentClerk,
            AssessmentSignatory,
            Auditor,
        ],
        "FaceKeeper" => &[InstitutionClerk, AssessmentClerk],
        "FaceReader" => &[
            InstitutionClerk,
            InstitutionSignatory,
            AssessmentClerk,
            AssessmentSignatory,
            Assessor,
        ],
        "Overseer" => &[BureauOfficer, CountyOfficer, Auditor],
        "BaseReader" => &[BureauOfficer, CountyOfficer, TownshipWorker, Auditor],
        "BaseKeeper" => &[BureauOfficer, CountyOfficer, TownshipWorker],
        "DepartmentReader" => &[DepartmentReader],
        "Comparer" => &[BureauOfficer, CountyOfficer, DepartmentReader],
        "Follower" => &[BureauOfficer, CountyOfficer, InstitutionClerk],
        "LedgerReader" => &[BureauOfficer, CountyOfficer, Administrator, Auditor],
        "CounterClerk" => &[InstitutionClerk, AssessmentClerk],
        // A holder has no account: nobody who works here has a page of hers.
        "Holder" => &[],
        "Viewer" => Role::ALL,
        "Public" => return None,
        other => panic!("routes.txt: who is {other}?"),
    })
}

/// One line of the table.
struct Line {
    method: Method,
    pattern: String,
    whom: String,
}

fn table() -> Vec<Line> {
    include_str!("routes.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            Line {
                method: words[0].parse().unwrap(),
                pattern: words[1].to_owned(),
                whom: words[2].to_owned(),
            }
        })
        .collect()
}

/// The rows of the town's tables, and which institution each belongs to.
struct Records {
    tables: BTreeMap<&'static str, Vec<Value>>,
}

impl Records {
    fn of(hall: &Hall) -> Self {
        let rows = |table| {
            hall.registry
                .store
                .read(|db| -> Found<_> { dump::rows(db, table) })
                .unwrap()
                .1
        };
        Self {
            tables: dump::TABLES
                .iter()
                .map(|table| (*table, rows(table)))
                .collect(),
        }
    }

    fn row(&self, table: &str, id: &Value) -> &Value {
        self.tables[table]
            .iter()
            .find(|row| row["id"] == *id)
            .unwrap_or_else(|| panic!("{table} {id}"))
    }

    /// Whose a record of this kind is: institutions by key, assessors by `assessor:<key>`.
    fn owners(&self, noun: &str, row: &Value) -> Vec<String> {
        let key = |value: &Value| vec![value.as_str().unwrap_or_default().to_owned()];
        match noun {
            "institutions" => key(&row["id"]),
            "classes" | "courses" | "teachers" | "certificates" | "entitlements"
            | "suspensions" | "claims" => key(&row["institution"]),
            "rosters" | "lessons" | "enrolments" => {
                key(&self.row("classes", &row["class"])["institution"])
            }
            "recoveries" => {
                let line = self.row("claim_lines", &row["line"]);
                self.owners("claims", self.row("claims", &line["claim"]))
            }
            "objections" => self.owners("sittings", self.row("sittings", &row["sitting"])),
            "sittings" => {
                let seats = self.tables["panel_members"]
                    .iter()
                    .filter(|seat| seat["sitting"] == row["id"]);
                let panel = seats.map(|seat| {
                    format!("assessor:{}", seat["assessor"].as_str().unwrap_or_default())
                });
                key(&row["institution"]).into_iter().chain(panel).collect()
            }
            "people" => {
                let mut owners = Vec::new();
                for (table, record, place) in [
                    ("enrolments", "class", "classes"),
                    ("candidates", "sitting", "sittings"),
                ] {
                    for one in self.tables[table]
                        .iter()
                        .filter(|one| one["person"] == row["id"])
                    {
                        owners.extend(self.owners(place, self.row(place, &one[record])));
                    }
                }
                for teacher in self.tables["teachers"]
                    .iter()
                    .filter(|one| one["person"] == row["id"])
                {
                    owners.extend(key(&teacher["institution"]));
                }
                owners
            }
            _ => Vec::new(),
        }
    }

    /// A record of this kind that is, or is not, within this reach.
    fn pick(&self, noun: &str, reach: &[String], within: bool) -> Option<String> {
        let table = self.tables.iter().find(|(name, _)| **name == noun)?.1;
        let fits = |row: &&Value| {
            let owners = self.owners(noun, row);
            !owners.is_empty() && owners.iter().any(|owner| reach.contains(owner)) == within
        };
        table
            .iter()
            .find(fits)
            .and_then(|row| row["id"].as_str().map(str::to_owned))
    }

    /// Whose records this person may see.
    fn reach(&self, actor: &Actor) -> Vec<String> {
        use guildhall::domain::account::Scope;
        let all = || self.tables["institutions"].iter();
        let id = |row: &Value| row["id"].as_str().unwrap_or_default().to_owned();
        match &actor.scope {
            // An administrator keeps accounts, not records; a township and a department have neither.
            _ if guildhall::domain::account::keeps_no_records(actor.role) => Vec::new(),
            Scope::All => all().map(id).collect(),
            Scope::Region(region) | Scope::Village(region, _) => all()
                .filter(|row| {
                    row["region"]
                        .as_str()
                        .is_some_and(|code| code.starts_with(region.prefix()))
                })
                .map(id)
                .collect(),
            Scope::Institution(own) => vec![own.to_string()],
            Scope::Assessor(own) => vec![format!("assessor:{own}")],
        }
    }
}

/// The noun before the first key of a pattern: `/classes/<id>/filing` is about `classes`.
fn noun(pattern: &str) -> Option<&str> {
    let before = pattern
        .split("/<")
        .next()
        .filter(|before| before.len() < pattern.len())?;
    before.rsplit('/').next()
}

fn address(pattern: &str, key: &str) -> String {
    pattern
        .split('/')
        .map(|piece| match piece {
            // One segment with a certificate's own page: its ending tells them apart.
            "<proof>" => "aaaaaaaaaaaaaaaa.tlog-proof",
            piece if piece.starts_with('<') => key,
            piece => piece,
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn ask(counter: &Counterside, who: &Visitor, line: &Line, path: &str) -> Answer {
    if line.method == Method::Get {
        return counter.ask(who, Method::Get, path, None);
    }
    let upload = path.ends_with("/rosters")
        || matches!(
            path,
            "/deliveries" | "/vacancies" | "/base/lists" | "/comparisons"
        )
        || path.ends_with("/photo")
        || path.ends_with("/employments/lists");
    if upload && !path.starts_with("/api/") {
        return counter.upload(who, path, "sheet", "x.csv", b"", &[]);
    }
    if path.starts_with("/api/") {
        return counter.ask(
            who,
            line.method,
            path,
            Some((ContentType::JSON, b"{}".to_vec())),
        );
    }
    counter.send(who, path, &[])
}

fn visitor(hall: &Hall, line: &Line, actor: &Actor) -> Visitor {
    if line.pattern.starts_with("/api/") {
        Visitor::program(hall, actor)
    } else {
        Visitor::signed_in(hall, actor)
    }
}

#[test]
fn every_mounted_route_stands_in_the_table_and_every_line_is_mounted() {
    let hall = Hall::new();
    let counter = Counterside::of(&hall);
    let mut mounted: Vec<String> = counter
        .routes()
        .into_iter()
        .map(|(method, uri)| format!("{method} {}", uri.split('?').next().unwrap_or_default()))
        .collect();
    mounted.sort();
    mounted.dedup();
    let mut told: Vec<String> = table()
        .iter()
        .map(|line| format!("{} {}", line.method, line.pattern))
        .collect();
    told.sort();
    assert_eq!(mounted, told);
}

#[test]
fn every_route_answers_each_role_as_the_table_says() {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    town::build(&hall.registry, hall.now, None).unwrap();
    let counter = Counterside::of(&hall);
    let records = Records::of(&hall);
    let cast: Vec<Actor> = hall
        .registry
        .store
        .read(|db| accounts::all(db, guildhall::ground::slice::Window::of(None, Some(200))))
        .unwrap()
        .rows
        .iter()
        .filter_map(accounts::Account::actor)
        .collect();
    let mut wrong = Vec::new();
    let mut strangers = 0;
    for line in table() {
        let allowed = roles(&line.whom);
        let api = line.pattern.starts_with("/api/");
        let Some(allowed) = allowed else {
            let answer = ask(
                &counter,
                &Visitor::stranger(),
                &line,
                &address(&line.pattern, "unknown"),
            );
            // Signing out is a form of somebody's session: a stranger has none to bring.
            let closed = answer.status == 401 || answer.to.starts_with("/sign-in");
            if closed || (answer.status == 403 && line.pattern != "/sign-out") {
                wrong.push(format!(
                    "{} {}: a stranger is turned away with {}",
                    line.method, line.pattern, answer.status
                ));
            }
            continue;
        };
        let stranger = ask(
            &counter,
            &Visitor::stranger(),
            &line,
            &address(&line.pattern, "0".repeat(26).as_str()),
        );
        let turned_away = if api {
            stranger.status == 401
        } else {
            stranger.to.starts_with("/sign-in")
        };
        if !turned_away && noun(&line.pattern).is_none() {
            wrong.push(format!(
                "{} {}: a stranger gets {}",
                line.method, line.pattern, stranger.status
            ));
        }
        for role in Role::ALL {
            let Some(actor) = cast.iter().find(|actor| actor.role == *role) else {
                panic!("the town has no {role}");
            };
            let reach = records.reach(actor);
            let table_of = noun(&line.pattern);
            let own = table_of.and_then(|noun| records.pick(noun, &reach, true));
            let foreign = table_of.and_then(|noun| records.pick(noun, &reach, false));
            let some = own
                .clone()
                .or_else(|| foreign.clone())
                .unwrap_or_else(|| "0".repeat(26));
            let who = visitor(&hall, &line, actor);
            if !allowed.contains(role) {
                let answer = ask(&counter, &who, &line, &address(&line.pattern, &some));
                if answer.status != 403
                    && !(answer.status == 404 && own.is_none() && foreign.is_none())
                {
                    wrong.push(format!(
                        "{} {} as {role}: {} instead of 403",
                        line.method, line.pattern, answer.status
                    ));
                }
                continue;
            }
            if line.method != Method::Get && !api {
                let stale = who.clone().with_form_token("stale");
                let answer = ask(&counter, &stale, &line, &address(&line.pattern, &some));
                if answer.status != 403 && !line.pattern.contains("<day>") {
                    wrong.push(format!(
                        "{} {} as {role}, without the form's token: {}",
                        line.method, line.pattern, answer.status
                    ));
                }
            }
            // A correction is of one mark: without its query the page is of none.
            // Nobody of the town has had her photograph taken.
            let queried =
                line.pattern.ends_with("/corrections/new") || line.pattern.ends_with("/photo");
            if let Some(own) = own.filter(|_| line.method == Method::Get && !queried) {
                let answer = ask(&counter, &who, &line, &address(&line.pattern, &own));
                if matches!(answer.status, 401 | 403 | 404 | 500..)
                    && line.pattern.matches('<').count() == 1
                {
                    wrong.push(format!(
                        "{} {} as {role}, her own: {}",
                        line.method, line.pattern, answer.status
                    ));
                }
            }
            if table_of.is_none() && line.method == Method::Get {
                let answer = ask(&counter, &who, &line, &line.pattern);
                if answer.status != 200 {
                    wrong.push(format!(
                        "{} {} as {role}: {}",
                        line.method, line.pattern, answer.status
                    ));
                }
            }
            if let Some(foreign) = foreign {
                strangers += 1;
                let answer = ask(&counter, &who, &line, &address(&line.pattern, &foreign));
                // A body that cannot be read is refused before any record is looked for: then the
                // answer must be the one for a record that does not exist.
                let nothing = ask(
                    &counter,
                    &who,
                    &line,
                    &address(&line.pattern, &"0".repeat(26)),
                );
                if answer.status != nothing.status
                    || answer.status < 400
                    || (line.method == Method::Get && answer.status != 404 && answer.status != 422)
                {
                    wrong.push(format!(
                        "{} {} as {role}, another's: {}, nobody's: {}",
                        line.method, line.pattern, answer.status, nothing.status
                    ));
                }
            }
        }
    }
    assert!(
        strangers > 200,
        "other organisations' records were really tried: {strangers}"
    );
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
