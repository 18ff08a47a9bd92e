//! 信任包: what a telephone carries so that it can judge ten million certificates without a network.
//!
//! `cargo bench --bench bundle` draws the standings of ten million certificates at random: lists of
//! 131,072 places, three quarters of them given out by chance, the last list of each issuer open. It packs
//! and signs the bundle as the counter does, opens it as a telephone does, asks it for one
//! certificate after another, and prints one line for each share of revoked certificates. Replaced
//! are a third as many as revoked, suspended a twentieth. How long the database takes to name them
//! is not in here: that is one query over the revocations.

use chrono::NaiveDate;
use guildhall::domain::status_list::{FULL, PLACES};
use guildhall::ground::chance;
use guildhall::seal::bundle::{self, Bundle, Issuer, Key, KeyState, List};
use guildhall::seal::signer::{Algorithm, Es256, Signer as _};
use std::time::Instant;

const CERTIFICATES: usize = 10_000_000;
/// Organisations that issue; a city the size of Ulanqab has some dozens.
const ISSUERS: usize = 40;

fn main() {
    println!("{CERTIFICATES} certificates of {ISSUERS} issuers, lists of {PLACES}");
    println!(
        "{:>9} {:>10} {:>11} {:>12} {:>11} {:>11} {:>12}",
        "revoked", "of all", "bundle KiB", "bytes each", "packed in", "opened in", "asked in"
    );
    let root = Es256::generate();
    for share in [0, 1_000, 10_000, 100_000, 500_000] {
        let bundle = drawn(share);
        let start = Instant::now();
        let bytes = bundle.sign(&root);
        let packed = start.elapsed();
        let start = Instant::now();
        let opened = Bundle::open(&bytes, root.public_key()).expect("our own bundle");
        let unpacked = start.elapsed();
        assert_eq!(
            opened.issuers.len(),
            bundle.issuers.len(),
            "what comes out is what went in"
        );
        let day = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
        let start = Instant::now();
        let asked = 1_000;
        for list in &opened.issuers[0].lists {
            for place in 0..asked / u32::try_from(opened.issuers[0].lists.len()).expect("few") {
                std::hint::black_box(opened.issuers[0].standing((list.number, place), None, day));
            }
        }
        let each = start.elapsed() / asked;
        let percent = 100.0 * share as f64 / CERTIFICATES as f64;
        println!(
            "{share:>9} {percent:>9.2}% {:>11.1} {:>12.4} {packed:>11.1?} {unpacked:>11.1?} {each:>12.1?}",
            bytes.len() as f64 / 1024.0,
            bytes.len() as f64 / CERTIFICATES as f64,
        );
    }
}

/// A number below this one, by chance.
fn below(end: usize) -> usize {
    usize::try_from(u64::from_be_bytes(chance::bytes::<8>()) % end as u64)
        .expect("it is below a usize")
}

fn set(bits: &mut [u8], place: usize) {
    bits[place / 8] |= 1 << (place % 8);
}

/// The bundle with so many revoked.
fn drawn(revoked: usize) -> Bundle {
    let places = usize::try_from(PLACES).expect("a small number");
    let each = CERTIFICATES / ISSUERS;
    let mut issuers: Vec<Issuer> = (0..ISSUERS).map(|at| issuer(at, each, places)).collect();
    let mark = |issuers: &mut [Issuer], many: usize, of: fn(&mut List) -> &mut Vec<u8>| {
        for _ in 0..many {
            let issuer = &mut issuers[below(ISSUERS)];
            let list = below(each) / FULL as usize;
            set(of(&mut issuer.lists[list]), below(places));
        }
    };
    mark(&mut issuers, revoked, |list| &mut list.revoked);
    mark(&mut issuers, revoked / 3, |list| &mut list.replaced);
    mark(&mut issuers, revoked / 20, |list| &mut list.suspended);
    for list in issuers.iter_mut().flat_map(|issuer| &mut issuer.lists) {
        for bits in [&mut list.revoked, &mut list.replaced, &mut list.suspended] {
            if bits.iter().all(|byte| *byte == 0) {
                bits.clear();
            }
        }
    }
    Bundle {
        sequence: 1,
        issued_at: 1_795_600_000,
        next_update: 1_795_600_000 + 14 * 86_400,
        issuers,
        logs: vec!["zs.example.cn+00000000+AAAA".to_owned()],
        witnesses: Vec::new(),
        anchors: Vec::new(),
        withdrawn: Vec::new(),
        links: Vec::new(),
        lost: Vec::new(),
        lost_logs: Vec::new(),
    }
}

/// One organisation with the keys of five years and its lists.
fn issuer(at: usize, certificates: usize, places: usize) -> Issuer {
    let keys = (2022..=2026).map(|year| {
        let (from, until) = bundle::year(year).expect("a year");
        Key {
            id: chance::bytes(),
            algorithm: Algorithm::Es256,
            public: Es256::generate().public_key().to_vec(),
            from,
            until,
            state: KeyState::Good,
            kept: Vec::new(),
        }
    });
    let filled = FULL as usize;
    let full = certificates / filled;
    let lists = (0..=full).map(|number| {
        let given = (number == full).then(|| {
            let mut bits = vec![0; places / 8];
            for _ in 0..certificates % filled {
                set(&mut bits, below(places));
            }
            bits
        });
        let empty = || vec![0; places / 8];
        List {
            number: u32::try_from(number + 1).expect("a small number"),
            revoked: empty(),
            suspended: empty(),
            replaced: empty(),
            given,
        }
    });
    Issuer {
        id: format!("{at:026}"),
        slug: format!("pj{at}"),
        name: "乌兰察布市某职业技能评价中心".to_owned(),
        name_en: "A centre for assessing vocational skills".to_owned(),
        uscc: format!("9115090{at:011}"),
        keys: keys.collect(),
        lists: lists.collect(),
    }
}
