//! 核验速度: the verification page with a million certificates on record, beside Rocket's own
//! "hello" in the same run.
//!
//! `cargo bench --bench counter`. Both servers run in this process, each set up as `serve` sets it
//! up; `wrk` asks when it is installed, threads of this process when it is not. `-- ROWS` asks for
//! another number of certificates. The database is made once and kept in `target/tmp`. When
//! `TEST_DATABASE_URL` names a PostgreSQL server whose owner may make a database, the same is asked
//! of a registry in it; the server's own time on a core is not in the last column then.
//!
//! ## What is on record
//! An example town made by the real acts, and its first certificate a million times over under
//! other numbers, names and places in the status list: truly signed by the issuer's own key, on two
//! threads, but put into the table directly, since no sitting has a million candidates. Every one
//! of them passes the page's checks like any other, and has its entry in the public log. Of more than a
//! million only that many are signed and entered, evenly spread, and asked for: the others are rows of
//! the same size that lie between them.
//!
//! ## What is asked
//! "hot" asks for a hundred thousand of them at random, each seen before, as ratios are compared, and
//! "packed" for the same as browsers do, which unpack gzip; "first sight" for any that is signed, nearly
//! all of which then have their signatures checked for the first time; "again" for a thousand, whose
//! records the server still has at hand on SQLite as long as nobody writes (`store::recent`). No page is
//! kept: each answer is drawn anew, and but for those looked up anew. Rounds take turns; the last column
//! is the server's own time on a core, which neighbours on the machine disturb least.

#[path = "parts/throwaway.rs"]
mod throwaway;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use guildhall::acts::{Registry, Settings};
use guildhall::domain::certificate::CertificateId;
use guildhall::domain::certificate_number::{CertificateNumber, Parts};
use guildhall::domain::log_event::{LogEventId, LogKind};
use guildhall::ground::clock::{Clock, Now};
use guildhall::seal::signer::Es256;
use guildhall::seal::ticket;
use guildhall::seal::vault::{Place, Vault};
use guildhall::store::certificates::{self, Certificate};
use guildhall::store::log::{self, Event};
use guildhall::store::{Failure, Store, issuer_keys};
use guildhall::town;
use guildhall::web::door::{self, Manners};
use guildhall::web::{self, Counter};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use throwaway::Throwaway;

/// Connections that ask at once.
const CALLERS: usize = 32;
/// Certificates that are asked for again and again.
const HOT: usize = 100_000;
/// A list of workers, asked for again and again by those who check it.
const AGAIN: usize = 1_000;
/// Rounds, and how long each asks one route.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(4);
/// How long it is asked at half load: long enough for looks to be written down, after which readers
/// of an SQLite file map it anew.
const STEADY: Duration = Duration::from_secs(60);
/// Kept at once.
const BATCH: usize = 50_000;
/// Signed, at most.
const SIGNED: usize = 1_000_000;

#[rocket::get("/hello")]
fn hello() -> &'static str {
    "Hello, world!"
}

fn main() {
    let rows = std::env::args().find_map(|word| word.parse().ok());
    let rows: usize = rows.unwrap_or(1_000_000);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (file, made) = on_sqlite(&folder, rows);
    measure("SQLite", &folder, open(&file), &made, 18_231);
    let Some(database) = Throwaway::named("guildhall_counter") else {
        return;
    };
    let made = record(&open(&database.url), rows);
    let mut raw = PgConnection::establish(&database.url).expect("the database opens");
    raw.batch_execute("VACUUM ANALYZE").expect("statistics");
    measure("PostgreSQL", &folder, open(&database.url), &made, 18_241);
}

/// Asks both servers in turn and tells what was seen.
fn measure(database: &str, folder: &Path, registry: Registry, made: &Made, port: u16) {
    let Made { rows, tokens } = made;
    let (bare, ours, door, registry) = (port, port + 1, port + 2, Arc::new(registry));
    serve_at_the_door(rocket::custom(config(door)).mount("/", rocket::routes![hello]));
    serve(rocket::custom(config(bare)).mount("/", rocket::routes![hello]));
    let counter = Counter {
        hosts: Vec::new(),
        anonymous_per_minute: NonZeroU32::MAX,
        ip_header: None,
        clock: Clock::default(),
    };
    serve_at_the_door(web::rocket(registry, &counter, config(ours)));
    wait_for(bare, "/hello");
    wait_for(ours, "/health/live");
    wait_for(door, "/hello");

    let step = (tokens.len() / HOT).max(1);
    let hot: Vec<String> = tokens.iter().step_by(step).cloned().collect();
    let pages = |tokens: &[String]| tokens.iter().map(|token| format!("/v/{token}")).collect();
    let hot: Vec<String> = pages(&hot);
    let again: Vec<String> = hot
        .iter()
        .step_by((hot.len() / AGAIN).max(1))
        .cloned()
        .collect();
    let all: Vec<String> = pages(tokens);
    let routes = [
        Route::new("Rocket's bare hello", bare, "*/*", vec!["/hello".into()]),
        Route::new("page, hot", ours, "text/html", hot.clone()),
        Route::new("JSON, hot", ours, "application/json", hot.clone()),
        Route {
            unpacks: "gzip",
            ..Route::new("page, hot, packed", ours, "text/html", hot)
        },
        Route::new("page, again", ours, "text/html", again.clone()),
        Route::new("JSON, again", ours, "application/json", again),
        Route::new("page, first sight", ours, "text/html", all),
        Route::new("hello, at our door", door, "*/*", vec!["/hello".into()]),
        Route::new(
            "no question asked",
            ours,
            "*/*",
            vec!["/health/live".into()],
        ),
    ];
    for path in &routes[1].paths {
        // Every signature of the hot set is checked once before anything is measured.
        once(ours, path);
    }
    let asker = if installed("wrk") {
        "wrk -t1"
    } else {
        "threads of this process"
    };
    println!("{database}: {rows} certificates, {CALLERS} connections, asked by {asker}");
    println!(
        "{:<22}{:>10} {:>9} {:>9} {:>9} {:>12}",
        "", "a second", "of hello", "p50 ms", "p99 ms", "core µs each"
    );
    let mut told: Vec<Vec<Seen>> = routes.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (route, seen) in routes.iter().zip(&mut told) {
            seen.push(ask(folder, route));
        }
    }
    let told: Vec<Seen> = told.into_iter().map(best).collect();
    for (route, seen) in routes.iter().zip(&told) {
        println!(
            "{:<22}{:>10.0} {:>8.0}% {:>9.2} {:>9.2} {:>12.1}",
            route.name,
            seen.rate,
            100.0 * seen.rate / told[0].rate,
            seen.p50,
            seen.p99,
            seen.core
        );
    }
    // Half of what is answered when the same threads ask as fast as they can: they take more of the
    // machine than wrk.
    let rate = by_threads(&routes[1]).rate / 2.0;
    let [p50, p99, worst] = paced(&routes[1], rate);
    println!(
        "at half load ({rate:.0} pages a second): p50 {p50:.2} ms, p99 {p99:.2} ms, worst {worst:.0} ms"
    );
}

/// One route as it is asked.
struct Route {
    name: &'static str,
    port: u16,
    accept: &'static str,
    /// What whoever asks can unpack.
    unpacks: &'static str,
    paths: Vec<String>,
}

impl Route {
    fn new(name: &'static str, port: u16, accept: &'static str, paths: Vec<String>) -> Self {
        Self {
            name,
            port,
            accept,
            unpacks: "identity",
            paths,
        }
    }
}

/// What one round saw.
#[derive(Clone, Copy)]
struct Seen {
    rate: f64,
    p50: f64,
    p99: f64,
    core: f64,
}

/// The round that was disturbed least.
fn best(seen: Vec<Seen>) -> Seen {
    seen.into_iter()
        .max_by(|a, b| a.rate.total_cmp(&b.rate))
        .expect("there were rounds")
}

fn open(url: &str) -> Registry {
    let store = Store::open(url).expect("a database");
    Registry::open(store, Vault::new([7; 32]), Settings::default()).expect("a registry")
}

/// What is on record: how many certificates, and the tokens of those that are signed.
struct Made {
    rows: usize,
    tokens: Vec<String>,
}

/// The file with certificates on record, made unless it is there.
fn on_sqlite(folder: &Path, rows: usize) -> (String, Made) {
    let list = folder.join(format!("counter-{rows}.tokens"));
    let file = folder.join(format!("counter-{rows}.db"));
    let file = file.to_string_lossy().into_owned();
    if let Ok(kept) = std::fs::read_to_string(&list) {
        let tokens = kept.lines().map(ToOwned::to_owned).collect();
        return (file, Made { rows, tokens });
    }
    for suffix in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{file}{suffix}")));
    }
    let made = record(&open(&file), rows);
    std::fs::write(&list, made.tokens.join("\n")).expect("a list of tokens");
    (file, made)
}

/// Puts certificates on record.
fn record(registry: &Registry, rows: usize) -> Made {
    let start = Instant::now();
    let town = town::build(registry, Now::read(), None).expect("an example town");
    let token = town.certificates["valid"].token.clone();
    let found = registry
        .store
        .read(|db| certificates::public(db, &registry.known, &token));
    let template = found.expect("the town's first certificate").certificate;
    let keys = registry.store.read(issuer_keys::all).expect("keys");
    let key = keys
        .iter()
        .find(|key| key.id == template.key_id)
        .expect("its key");
    let place = Place::new("issuer_keys", "private_sealed", &key.id);
    let signer = Es256::open(&registry.vault, place, &key.private_sealed).expect("the key opens");

    let each = rows.div_ceil(SIGNED);
    let (mut kept, mut tokens) = (0, Vec::new());
    while kept < rows {
        let some: Vec<usize> = (kept..rows.min(kept + BATCH)).collect();
        let (first, second) = some.split_at(some.len() / 2);
        let copies = thread::scope(|scope| {
            let copy = |which: &[usize]| -> Vec<Certificate> {
                which
                    .iter()
                    .map(|n| another(&template, *n, (n % each == 0).then_some(&signer)))
                    .collect()
            };
            let other = scope.spawn(move || copy(second));
            let mut copies = copy(first);
            copies.extend(other.join().expect("signing does not panic"));
            copies
        });
        let signed = || some.iter().zip(&copies).filter(|(n, _)| *n % each == 0);
        let events: Vec<Event> = signed().map(|(n, copy)| issue_of(copy, *n)).collect();
        registry
            .store
            .write(|db| {
                certificates::add(db, &copies)?;
                log::add(db, &events)
            })
            .map_err(|failure: Failure| failure)
            .expect("rows");
        tokens.extend(signed().map(|(_, copy)| copy.token.clone()));
        kept += some.len();
        eprint!("\r{kept} kept");
    }
    eprintln!(
        ", {} of them signed, in {:.0} s",
        tokens.len(),
        start.elapsed().as_secs_f64()
    );
    Made { rows, tokens }
}

/// The same certificate for somebody else; unsigned it is not asked for.
fn another(template: &Certificate, n: usize, signer: Option<&Es256>) -> Certificate {
    const NAMES: [&str; 6] = [
        "巴特尔·苏和",
        "赵建国",
        "乌兰图雅",
        "欧阳晓燕",
        "敖日格乐",
        "娜仁",
    ];
    let n = u32::try_from(n).expect("fewer than four thousand million");
    let number = CertificateNumber::read(&template.number).expect("its number");
    let parts = number.parts();
    // Sites no organisation of the town has.
    let number = CertificateNumber::compose(&Parts {
        site: 900 + n / 900_000,
        sequence: 1 + n % 900_000,
        ..parts
    });
    let mut copy = template.clone();
    copy.id = CertificateId::fresh(Now::read());
    copy.number = number.expect("a number").to_string();
    copy.candidate = None;
    copy.enrolment = None;
    NAMES[n as usize % NAMES.len()].clone_into(&mut copy.holder);
    copy.id_tail = format!("{:04}", n % 10_000);
    copy.status_list = 1000 + i32::try_from(n / 98_000).expect("few lists");
    copy.status_index = i32::try_from(n % 98_000).expect("a place");
    let mut ticket = ticket::read(&template.cose).expect("its ticket").ticket;
    ticket.name.clone_from(&copy.holder);
    ticket.id_last4.clone_from(&copy.id_tail);
    ticket.number.clone_from(&copy.number);
    ticket.status = (
        copy.status_list.unsigned_abs(),
        copy.status_index.unsigned_abs(),
    );
    if let Some(signer) = signer {
        let sealed = ticket::sign(&ticket, signer);
        copy.cose = sealed.cose;
        copy.token = sealed.token;
    } else {
        copy.cose[..8].copy_from_slice(&u64::from(n).to_be_bytes());
        copy.token = ticket::token_of(&copy.cose);
    }
    copy
}

/// The entry of its issue in the public log, of the size such entries have; behind the town's own.
fn issue_of(certificate: &Certificate, n: usize) -> Event {
    Event {
        id: LogEventId::fresh(Now::read()),
        log: log::PUBLIC,
        kind: LogKind::Issue,
        institution: Some(certificate.institution.clone()),
        subject: certificate.id.to_string(),
        reference: "sixteen-bytes-of-chance"[..22].to_owned(),
        n: 1,
        person: None,
        sealed: vec![7; 65],
        leaf: vec![7; 149],
        at: certificate.issued_at,
        seq: Some(1_000_000 + i64::try_from(n).expect("a place")),
    }
}

fn config(port: u16) -> rocket::Config {
    rocket::Config {
        port,
        log_level: rocket::config::LogLevel::Off,
        ident: rocket::config::Ident::none(),
        ..rocket::Config::release_default()
    }
}

/// Serves until the process ends.
fn serve(server: rocket::Rocket<rocket::Build>) {
    thread::spawn(move || {
        rocket::execute(server.launch())
            .map(drop)
            .expect("a server")
    });
}

/// The same, as `guildhall serve` does it.
fn serve_at_the_door(server: rocket::Rocket<rocket::Build>) {
    thread::spawn(move || {
        door::run(door::open(server, Manners::usual(false))).expect("a server");
    });
}

fn wait_for(port: u16, path: &str) {
    for _ in 0..500 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            once(port, path);
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("nobody answers at port {port}");
}

fn installed(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok()
}

/// This process's time on all cores, in microseconds. Nothing but the servers works in it.
fn spent() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |n: usize| -> f64 {
        after
            .split_whitespace()
            .nth(n)
            .and_then(|word| word.parse().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) * 10_000.0
}

fn ask(folder: &Path, route: &Route) -> Seen {
    if installed("wrk") {
        by_wrk(folder, route)
    } else {
        by_threads(route)
    }
}

fn by_wrk(folder: &Path, route: &Route) -> Seen {
    let script = folder.join("counter.lua");
    let paths = folder.join("counter.paths");
    std::fs::write(&paths, route.paths.join("\n")).expect("paths");
    let mut lua = String::new();
    let _ = write!(
        lua,
        r#"local paths = {{}}
for line in io.lines("{}") do paths[#paths + 1] = line end
math.randomseed(os.time())
wrk.headers["Accept"] = "{}"
wrk.headers["Accept-Encoding"] = "{}"
request = function() return wrk.format("GET", paths[math.random(#paths)]) end
done = function(all, took, _)
  io.write(string.format("seen %d %d %d %d %d\n", all.requests, all.duration, took:percentile(50), took:percentile(99), all.errors.status))
end
"#,
        paths.display(),
        route.accept,
        route.unpacks
    );
    std::fs::write(&script, lua).expect("a script");
    let before = spent();
    let out = Command::new("wrk")
        .args([
            "-t1",
            &format!("-c{CALLERS}"),
            &format!("-d{}s", ROUND.as_secs()),
            "-s",
        ])
        .arg(&script)
        .arg(format!("http://127.0.0.1:{}", route.port))
        .output()
        .expect("wrk runs");
    let core = spent() - before;
    let text = String::from_utf8_lossy(&out.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("seen "));
    let words = line.unwrap_or_else(|| panic!("wrk said: {text}"));
    let n: Vec<f64> = words
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    assert!(
        n[4] < 1.0,
        "{} answers of {} were refusals",
        n[4],
        route.name
    );
    Seen {
        rate: n[0] / (n[1] / 1e6),
        p50: n[2] / 1e3,
        p99: n[3] / 1e3,
        core: core / n[0],
    }
}

fn by_threads(route: &Route) -> Seen {
    let (before, start) = (spent(), Instant::now());
    let times = callers(CALLERS, route, |caller, n, asking| {
        while start.elapsed() < ROUND {
            asking.ask(route, caller * 7919 + n.len() * 31, Instant::now(), n);
        }
    });
    let (answers, took) = (times.len() as f64, start.elapsed().as_secs_f64());
    Seen {
        rate: answers / took,
        p50: percentile(&times, 50),
        p99: percentile(&times, 99),
        // Those who ask work in this process too.
        core: (spent() - before) / answers,
    }
}

/// Latencies when so many are asked for in a second, each at its time whether or not the one
/// before has been answered: who waits in the queue is counted.
fn paced(route: &Route, rate: f64) -> [f64; 3] {
    const EACH: usize = 16;
    let between = Duration::from_secs_f64(EACH as f64 / rate);
    let start = Instant::now();
    let times = callers(EACH, route, |caller, n, asking| {
        let mut due = start + between.mul_f64(caller as f64 / EACH as f64);
        while start.elapsed() < STEADY {
            if let Some(early) = due.checked_duration_since(Instant::now()) {
                thread::sleep(early);
            }
            asking.ask(route, caller * 7919 + n.len() * 31, due, n);
            due += between;
        }
    });
    [
        percentile(&times, 50),
        percentile(&times, 99),
        times.last().copied().unwrap_or_default(),
    ]
}

/// So many connections, each asking on a thread of its own; all latencies in milliseconds, sorted.
fn callers(
    many: usize,
    route: &Route,
    ask: impl Fn(usize, &mut Vec<f64>, &mut Asking) + Sync,
) -> Vec<f64> {
    let ask = &ask;
    let mut all: Vec<f64> = thread::scope(|scope| {
        let threads: Vec<_> = (0..many)
            .map(|caller| {
                scope.spawn(move || {
                    let (mut times, mut asking) = (Vec::new(), Asking::at(route.port));
                    ask(caller, &mut times, &mut asking);
                    times
                })
            })
            .collect();
        let joined = threads
            .into_iter()
            .map(|thread| thread.join().expect("a caller"));
        joined.flatten().collect()
    });
    all.sort_by(f64::total_cmp);
    all
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted
        .get(sorted.len() * percent / 100)
        .copied()
        .unwrap_or_default()
}

/// One kept-alive connection.
struct Asking {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
    body: Vec<u8>,
    used: Instant,
}

impl Asking {
    fn at(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let reader = BufReader::with_capacity(64 * 1024, stream.try_clone().expect("a socket"));
        Self {
            stream,
            reader,
            body: Vec::new(),
            used: Instant::now(),
        }
    }

    fn ask(&mut self, route: &Route, which: usize, due: Instant, times: &mut Vec<f64>) {
        let path = &route.paths[which % route.paths.len()];
        let status = self.get(path, route.accept, route.unpacks);
        assert_eq!(status, 200, "{path}");
        times.push(due.elapsed().as_secs_f64() * 1e3);
    }

    fn get(&mut self, path: &str, accept: &str, unpacks: &str) -> u16 {
        write!(
            self.stream,
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\nAccept-Encoding: {unpacks}\r\n\r\n"
        )
        .expect("a request");
        let (mut line, mut status, mut length) = (String::new(), 0, 0);
        loop {
            line.clear();
            self.reader.read_line(&mut line).expect("an answer");
            let head = line.trim_end();
            if head.is_empty() {
                break;
            }
            if let Some(rest) = head.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().expect("a status");
            } else if let Some((name, value)) = head.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
        }
        self.body.resize(length, 0);
        self.reader.read_exact(&mut self.body).expect("a body");
        self.used = Instant::now();
        status
    }
}

fn once(port: u16, path: &str) {
    thread_local! {
        static OPEN: std::cell::RefCell<Vec<(u16, Asking)>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    OPEN.with_borrow_mut(|open| {
        // A connection that stood unused is closed by the server.
        open.retain(|(_, asking)| asking.used.elapsed() < Duration::from_secs(5));
        if !open.iter().any(|(at, _)| *at == port) {
            open.push((port, Asking::at(port)));
        }
        let (_, asking) = open
            .iter_mut()
            .find(|(at, _)| *at == port)
            .expect("opened above");
        asking.get(path, "text/html", "identity");
    });
}
