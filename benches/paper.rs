//! 印制: certificates a second on one core, against hashing, Typst and ReportLab in the same run.
//!
//! `cargo bench --bench paper`. The peers set the same texts, the same QR matrix and the same plain
//! frames (they get no guilloche to draw, which flatters them); they run when Python can import
//! them. Only the ratios mean anything: the machine is whatever it is.

#[path = "parts/timing.rs"]
mod timing;

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};
use timing::time;

use chrono::NaiveDate;
use guildhall::paper::layout::Value;
use guildhall::paper::qr::Symbol;
use guildhall::paper::reading;
use guildhall::paper::signature::{self, Bound};
use guildhall::paper::template::Issuer;
use guildhall::paper::{certificate, fonts};
use guildhall::seal::cms;
use guildhall::seal::signer::{Es256, Signer};
use guildhall::seal::x509::{self, Certificate, Span, Subject};
use sha2::{Digest, Sha256};

fn face(at: usize) -> certificate::Face {
    let names = [
        "乌兰图雅",
        "王秀英",
        "阿拉坦其其格·孛儿只斤",
        "何𬭎",
        "李强",
    ];
    let digits: String = (0..394)
        .map(|i| char::from(b'0' + ((i * 7 + i * i / 3 + at) % 10) as u8))
        .collect();
    certificate::Face {
        holder: names[at % names.len()].to_owned(),
        romanised: Some("Wulantuya".to_owned()),
        id_kind: Value::both("居民身份证", "Resident ID card"),
        id_number: format!("159999********{:04}", at % 10_000),
        occupation: Value::both("养老护理员", "Elderly Care Worker"),
        work_type: None,
        level: Value::both("三级/高级工", "Level 3 / Advanced"),
        number: format!("S0000150100012535{:05}", at % 100_000),
        issued_on: NaiveDate::from_ymd_opt(2025, 7, 1).unwrap_or_default(),
        qr: format!("https://cert.example.cn/v/5tdinq6lj37p7gn4#{digits}"),
        fingerprint: "29GP W5CK SZ8F NV4B".to_owned(),
        edition: None,
        photo: None,
        across: None,
    }
}

/// An authority, a signer and what a file of theirs carries.
struct House {
    signer: Es256,
    chain: Vec<Vec<u8>>,
    bound: Bound,
}

impl House {
    fn new() -> Self {
        let (root, signer) = (Es256::generate(), Es256::generate());
        let from = NaiveDate::from_ymd_opt(2025, 7, 1)
            .unwrap_or_default()
            .and_hms_opt(0, 0, 0)
            .unwrap_or_default();
        let span = Span {
            from,
            until: from + chrono::Duration::days(3_650),
        };
        let ca = x509::authority(&root, "塔林登记册", span);
        let read = Certificate::read(&ca).expect("it was just written");
        let subject = Subject {
            name: "塔林市职业技能评价中心",
            organisation: "塔林市职业技能评价中心",
            code: Some("91150100MA0N000001"),
        };
        let list = "https://cert.example.cn/trust/ca.crl";
        let leaf = x509::leaf(&read, &root, &subject, signer.public_key(), span, list);
        let list = x509::list(&read, &root, 1, span, &[]);
        let chain = vec![leaf, ca];
        let bound = Bound {
            at: from,
            signatory: "塔林市职业技能评价中心".to_owned(),
            room: 700 + chain.iter().map(Vec::len).sum::<usize>(),
            certificates: chain.clone(),
            lists: vec![list],
            // As large as a credential and a proof are.
            attachments: vec![
                signature::credential(face(0).qr.repeat(8).into_bytes()),
                signature::proof(face(1).qr.repeat(3).into_bytes()),
            ],
        };
        Self {
            signer,
            chain,
            bound,
        }
    }

    fn sign(&self, template: &certificate::Template, face: &certificate::Face) -> Option<Vec<u8>> {
        let unsigned = template.bind(face, &self.bound).ok()?;
        let cms = cms::sign(&self.signer, &self.chain, &unsigned.digest()).write(None)?;
        unsigned.sealed(&cms)
    }
}

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let issuer = Issuer {
        name: "塔林市职业技能评价中心".to_owned(),
        name_en: Some("Talin City Vocational Skills Assessment Centre".to_owned()),
        host: "cert.example.cn".to_owned(),
    };
    let start = Instant::now();
    black_box(fonts::missing("塔"));
    let loaded = start.elapsed();
    let template = certificate::Template::new(&issuer).expect("the example can be printed");
    let bytes = template
        .draw(&face(0))
        .expect("the example can be printed")
        .len();
    let plate = time(|_| drop(black_box(certificate::Template::new(&issuer))));
    let symbol = time(|at| drop(black_box(Symbol::new(&face(at).qr))));
    let naive = time(|at| {
        drop(black_box(qrcode::QrCode::with_error_correction_level(
            face(at).qr,
            qrcode::EcLevel::M,
        )))
    });
    let drawn = time(|at| drop(black_box(template.draw(&face(at)))));
    let house = House::new();
    let signed = time(|at| drop(black_box(house.sign(&template, &face(at)))));
    let file = house.sign(&template, &face(0)).unwrap_or_default();
    let looked = time(|_| drop(black_box(reading::read(&file))));
    let megabyte = vec![7_u8; 1_000_000];
    let hashed = time(|_| {
        black_box(Sha256::digest(&megabyte));
    });
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("fonts loaded             {:>9.3} ms, once", ms(loaded));
    println!(
        "template of an issuer    {:>9.3} ms, once an issuer",
        ms(plate)
    );
    println!(
        "QR symbol                {:>9.3} ms; with all eight masks scored {:.3} ms",
        ms(symbol),
        ms(naive)
    );
    println!(
        "certificate              {:>9.3} ms, {:.0} a second on one core, {bytes} bytes",
        ms(drawn),
        1000.0 / ms(drawn)
    );
    println!(
        "the same, signed         {:>9.3} ms, {:.0} a second on one core, {} bytes, {:.2} times the unsigned one",
        ms(signed),
        1000.0 / ms(signed),
        file.len(),
        ms(signed) / ms(drawn)
    );
    println!(
        "a signed file looked at  {:>9.3} ms: signature, text, code and attachments",
        ms(looked)
    );
    println!(
        "SHA-256 of 1 MB          {:>9.3} ms; a certificate costs {:.2} of it",
        ms(hashed),
        ms(drawn) / ms(hashed)
    );
    for peer in ["typst", "reportlab"] {
        let script = format!(
            "{}/benches/peers/{peer}_page.py",
            env!("CARGO_MANIFEST_DIR")
        );
        let matrix: String = matrix(&face(0).qr);
        let fonts = format!("{}/fonts", env!("CARGO_MANIFEST_DIR"));
        let output = Command::new("python3")
            .args([script, fonts, matrix])
            .output();
        match output.ok().filter(|output| output.status.success()) {
            Some(output) => {
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                let mut words = text.split_whitespace();
                let theirs: f64 = words
                    .next()
                    .and_then(|word| word.parse().ok())
                    .unwrap_or(0.0);
                let size = words.next().unwrap_or("?");
                println!(
                    "{peer:<24} {theirs:>9.3} ms, {size} bytes: {:.0} times ours",
                    theirs / ms(drawn)
                );
            }
            None => println!("not run: python3 cannot import {peer}"),
        }
    }
}

/// The symbol as lines of 0 and 1, for peers: they are spared the encoding.
fn matrix(text: &str) -> String {
    let Ok(symbol) = Symbol::new(text) else {
        return String::new();
    };
    let row = |y| {
        (0..symbol.side())
            .map(|x| if symbol.is_dark(x, y) { '1' } else { '0' })
            .collect::<String>()
    };
    (0..symbol.side()).map(row).collect::<Vec<_>>().join(",")
}
