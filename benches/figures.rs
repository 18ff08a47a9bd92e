//! 统计速度: the figures of a province's worth of training, beside the plain SQL that counts its
//! milestones and tells nothing else.
//!
//! `cargo bench --bench figures`. On SQLite, and on PostgreSQL too when `TEST_DATABASE_URL` names a
//! server whose owner may make a database. `-- ROWS` asks for another number of enrolments.
//!
//! ## What is on record
//! The example town, and enrolments of five years beside it: 2,000,000 unless told otherwise, nine of
//! ten finished, half of them certified, six of ten in a key group, most asked for after three
//! months, the training of most of the certified paid for after two. They are put into the tables the figures read directly, since no act enrols two million;
//! milestones are kept by the acts as they are here, and `guildhall check` holds them to the rows.
//! The SQLite file is made once and kept in `target/tmp`.
//!
//! ## What is asked
//! The same acts the pages ask, as of the ends of twelve months, ten times: the front page of the
//! figures, the monthly report of all counties, and a page of the people behind one figure; once as
//! known today, once as known then, with what was corrected since. The volumes of closed months are
//! bound first, as a server does by itself, and held to the rows, as `guildhall check` does; nothing
//! else is kept between two asks.

#[path = "parts/throwaway.rs"]
mod throwaway;

use chrono::{Days, NaiveDate};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use guildhall::acts::{Registry, Settings, figures, volumes};
use guildhall::domain::account::{Overseer, Role};
use guildhall::domain::figure::{Cut, Indicator, month_end};
use guildhall::domain::place::{self, PlaceLevel};
use guildhall::ground::clock::Now;
use guildhall::ground::slice::Window;
use guildhall::seal::vault::Vault;
use guildhall::store::{Store, accounts};
use guildhall::town;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use throwaway::Throwaway;

const YEARS: i64 = 5;
const GROUPS: [&str; 6] = ["G01", "G03", "G04", "G06", "G07", "G08"];
const TRADES: [&str; 4] = ["6-18-02-04", "6-30-05-01", "4-10-01-05", "4-03-02-01"];
/// Rows of one statement.
const BATCH: usize = 2_000;

fn main() {
    let rows = std::env::args().find_map(|word| word.parse().ok());
    let rows: usize = rows.unwrap_or(2_000_000);
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("figures-{rows}.db"));
    let made = file.exists();
    let sqlite = file.to_string_lossy().into_owned();
    let registry = open(&sqlite);
    if !made {
        build(&registry);
        let mut raw = SqliteConnection::establish(&sqlite).expect("the file opens");
        // What the rows lean on is not there: classes, lessons, papers.
        raw.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF")
            .expect("a new file may");
        fill(rows, &mut |sql| raw.batch_execute(sql));
    }
    measure("SQLite", rows, &registry, &mut |sql| {
        let mut raw = SqliteConnection::establish(&sqlite).expect("the file opens");
        raw.batch_execute("PRAGMA mmap_size = 4294967296; PRAGMA temp_store = MEMORY")
            .and_then(|()| raw.batch_execute(sql))
    });
    let Some(database) = Throwaway::named("guildhall_figures") else {
        return;
    };
    let registry = open(&database.url);
    build(&registry);
    let mut raw = PgConnection::establish(&database.url).expect("the database opens");
    // What the rows lean on is not there: classes, lessons, papers.
    raw.batch_execute("SET session_replication_role = replica")
        .expect("the owner may");
    fill(rows, &mut |sql| raw.batch_execute(sql));
    raw.batch_execute("ANALYZE").expect("statistics");
    measure("PostgreSQL", rows, &registry, &mut |sql| {
        raw.batch_execute(sql)
    });
}

fn open(url: &str) -> Registry {
    let store = Store::open(url).expect("a database");
    Registry::open(store, Vault::new([7; 32]), Settings::default()).expect("a registry")
}

fn build(registry: &Registry) {
    town::build(registry, today(), None).expect("an example town");
}

fn today() -> Now {
    Now::beijing(NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day"), 9, 0)
}

/// Numbers that look drawn, the same each time.
fn drawn(n: usize, salt: u64) -> usize {
    let mut x =
        (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xd1b5_4a32_d192_ed03);
    x ^= x >> 31;
    x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((x ^ (x >> 29)) >> 8).unwrap_or_default()
}

fn id(kind: char, n: usize) -> String {
    format!("07{kind}{n:023}")
}

/// Puts enrolments and all that follows from them on record.
fn fill(rows: usize, run: &mut dyn FnMut(&str) -> diesel::QueryResult<()>) {
    let start = Instant::now();
    let counties: Vec<_> = place::all()
        .iter()
        .filter(|one| one.level == PlaceLevel::County && one.code.is_within(&figures::city()))
        .map(|one| one.code.to_string())
        .collect();
    let first = NaiveDate::from_ymd_opt(2022, 1, 1).expect("a day");
    let days = u64::try_from(YEARS * 365 - 40).expect("some");
    let (house, course, who) = (id('h', 1), id('c', 1), id('w', 1));
    run("BEGIN").expect("a transaction");
    let mut tables = Tables::default();
    for n in 0..rows {
        let class = n / 40;
        let begun = first + Days::new(class as u64 * days / (rows as u64 / 40).max(1));
        let person = id('p', drawn(n, 1) % (rows * 4 / 5).max(1));
        let (enrolment, batch) = (id('e', n), id('k', class));
        let region = &counties[drawn(class, 2) % counties.len()];
        let home = &counties[drawn(n, 3) % counties.len()];
        let training =
            ["EMPLOY", "EMPLOY", "EMPLOY", "POST", "ORDER", "STARTUP"][drawn(class, 4) % 6];
        let trade = TRADES[drawn(class, 5) % TRADES.len()];
        let level = ["5", "5", "4", "3"][drawn(class, 6) % 4];
        let sex = ["female", "male"][drawn(n, 7) % 2];
        let age = 18 + drawn(n, 8) % 42;
        let mut milestone = |kind: &str, subject: &str, day: NaiveDate| {
            tables.milestones.push(format!(
                "('{kind}','{subject}','{subject}','{day}','{day} 10:00:00','{who}','{person}','{enrolment}','{house}',\
                 '{batch}','{region}','{home}','{training}','','{course}','{trade}','{level}','{sex}',{age})"
            ));
        };
        let (claim, is_paid) = (id('q', class), drawn(class, 15) % 5 < 4);
        if n % 40 == 0 && is_paid {
            let paid = begun + Days::new(85);
            tables.claims.push(format!(
                "('{claim}','{batch}','{house}','{region}','training',20,2400000,'paid','{paid} 09:00:00','{who}')"
            ));
            tables.payments.push(format!(
                "('{claim}',2400000,'{paid}','{class}','{paid} 10:00:00','{who}')"
            ));
        }
        milestone("enrolled", &enrolment, begun);
        if drawn(n, 9) % 10 < 9 {
            let ended = begun + Days::new(25);
            milestone("trained", &enrolment, ended);
            if drawn(n, 10) % 10 < 7 {
                milestone("assessed", &id('a', n), ended + Days::new(15));
            }
            if drawn(n, 10) % 100 < 56 {
                milestone("certified", &id('z', n), ended + Days::new(25));
                if is_paid {
                    tables.lines.push(format!(
                        "('{}','{claim}','{enrolment}','{person}','{who}','{}',20,20,'x',2025,120000)",
                        id('l', n),
                        id('z', n)
                    ));
                }
            }
            if drawn(n, 11) % 10 < 7 {
                let fate = ["EMPLOYED", "EMPLOYED", "FLEX", "UNEMP"][drawn(n, 12) % 4];
                let (day, at) = (ended + Days::new(92), ended + Days::new(93));
                tables.employments.push(format!(
                    "('{}','{enrolment}',3,'{day}','{fate}','','','',NULL,'','institution','{at} 10:00:00','{who}')",
                    id('f', n)
                ));
            }
        }
        if drawn(n, 13) % 10 < 6 {
            let group = GROUPS[drawn(n, 14) % GROUPS.len()];
            tables.snapshots.push(format!("('{enrolment}','{group}')"));
        }
        tables.keep(BATCH, run);
        if n % 100_000 == 0 {
            eprint!("\r{n} enrolments on record");
        }
    }
    tables.keep(1, run);
    run("COMMIT").expect("they are kept");
    eprintln!(
        "\r{rows} enrolments on record in {:.0} s",
        start.elapsed().as_secs_f64()
    );
}

/// Rows that wait for their statement.
#[derive(Default)]
struct Tables {
    milestones: Vec<String>,
    snapshots: Vec<String>,
    employments: Vec<String>,
    claims: Vec<String>,
    lines: Vec<String>,
    payments: Vec<String>,
}

impl Tables {
    fn keep(&mut self, least: usize, run: &mut dyn FnMut(&str) -> diesel::QueryResult<()>) {
        for (table, rows) in [
            ("milestones", &mut self.milestones),
            ("group_snapshots", &mut self.snapshots),
            ("employments", &mut self.employments),
            ("claims", &mut self.claims),
            ("claim_lines", &mut self.lines),
            ("claim_payments", &mut self.payments),
        ] {
            if rows.len() >= least {
                let sql = format!("INSERT INTO {table} VALUES {}", rows.join(","));
                run(&sql).unwrap_or_else(|why| panic!("{table}: {why}"));
                rows.clear();
            }
        }
    }
}

/// Milliseconds of asks as of twelve months' ends, some rounds of them, sorted.
fn timed(rounds: usize, mut ask: impl FnMut(NaiveDate)) -> Vec<f64> {
    let ends = (1..=12).map(|month| {
        let day = NaiveDate::from_ymd_opt(2025, month, 1).expect("a day");
        month_end(day)
    });
    let ends: Vec<NaiveDate> = ends.collect();
    let mut times: Vec<f64> = ends
        .repeat(rounds)
        .into_iter()
        .map(|until| {
            let start = Instant::now();
            ask(until);
            start.elapsed()
        })
        .map(|took: Duration| took.as_secs_f64() * 1e3)
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

/// Binds what came on record in closed months, and holds it to the rows.
fn bind(registry: &Registry) {
    let start = Instant::now();
    let months = volumes::bind(registry, today()).expect("volumes");
    let bound = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let odd = registry.store.read(guildhall::store::volumes::unequal);
    assert_eq!(odd.expect("a look"), Vec::<String>::new());
    println!(
        "{months} months bound in {bound:.1} s, held to the rows in {:.1} s",
        start.elapsed().as_secs_f64()
    );
}

fn measure(
    database: &str,
    rows: usize,
    registry: &Registry,
    plain: &mut dyn FnMut(&str) -> diesel::QueryResult<()>,
) {
    let bureau = registry.store.read(|db| accounts::by_login(db, "bureau"));
    let actor = bureau.ok().flatten().and_then(|account| account.actor());
    let reader = actor.filter(|actor| actor.role == Role::BureauOfficer);
    let reader = reader.and_then(Overseer::of).expect("the bureau's officer");
    bind(registry);
    let now = today();
    let cut = |until| Cut {
        known: now.utc(),
        ..Cut::of_year(until)
    };
    let counted = timed(1, |until| {
        let mut sql = String::new();
        let _ = write!(
            sql,
            "SELECT kind, COUNT(*), COUNT(DISTINCT person) FROM milestones \
             WHERE kind IN ('enrolled', 'trained', 'assessed', 'certified') \
             AND day >= '2025-01-01' AND day <= '{until}' AND region LIKE '15%' GROUP BY kind"
        );
        plain(&sql).expect("plain SQL");
    });
    let front = |cut| {
        figures::overview(registry, &reader, cut, now).expect("an overview");
    };
    let report = |cut| {
        figures::monthly(registry, &reader, cut).expect("a report");
    };
    let people = |cut| {
        let page = Window::of(Some(3), None);
        figures::behind(registry, &reader, cut, Indicator::Disabled, page).expect("a list");
    };
    let asks: [(&str, Vec<f64>); 5] = [
        (
            "front page: year, month, a year before, months, counties, corrections",
            timed(10, |until| front(cut(until))),
        ),
        (
            "the same as known then, and what was corrected since",
            timed(10, |until| front(Cut::of_year(until))),
        ),
        (
            "monthly report of all counties",
            timed(10, |until| report(cut(until))),
        ),
        (
            "the same as known then",
            timed(10, |until| report(Cut::of_year(until))),
        ),
        (
            "a page of the people behind one figure",
            timed(10, |until| people(cut(until))),
        ),
    ];
    println!("{database}, {rows} enrolments in {YEARS} years, as of the ends of twelve months");
    println!(
        "{:<72}{:>9} {:>9} {:>10}",
        "", "p50 ms", "p99 ms", "of plain"
    );
    let part =
        |times: &[f64], share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    let row = |name: &str, times: &[f64]| {
        let share = part(times, 50) / part(&counted, 50);
        println!(
            "{name:<72}{:>9.0} {:>9.0} {share:>9.2}×",
            part(times, 50),
            part(times, 99)
        );
    };
    row(
        "plain SQL: four kinds, 人次 and 人数, no groups, no corrections",
        &counted,
    );
    for (name, times) in &asks {
        row(name, times);
    }
}
