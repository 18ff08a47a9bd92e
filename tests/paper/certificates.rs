//! What a certificate says, byte for byte.

use guildhall::domain::refusal::Reason;
use guildhall::paper::layout::Value;
use guildhall::paper::template::{Issuer, Unprintable};
use guildhall::paper::{DRAWING, certificate};
use sha2::{Digest, Sha256};

use super::{completion_face, draw, examples, face, issuer, long_face, long_issuer, photo};

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn the_same_record_is_the_same_file() {
    let drawn = hash(&draw(&issuer(), &face()));
    let threads: Vec<_> = (0..4)
        .map(|_| std::thread::spawn(|| hash(&draw(&issuer(), &face()))))
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), drawn);
    }
    // One template draws the same however often, and whatever it drew before.
    let template = certificate::Template::new(&issuer()).unwrap();
    template.draw(&long_face()).unwrap();
    assert_eq!(hash(&template.draw(&face()).unwrap()), drawn);
    // Another process: this binary, asked for one test.
    let other = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "paper::certificates::what_another_process_draws",
            "--nocapture",
        ])
        .output()
        .unwrap();
    assert!(
        String::from_utf8_lossy(&other.stdout).contains(&drawn),
        "another process draws other bytes"
    );
}

#[test]
fn what_another_process_draws() {
    println!("{}", hash(&draw(&issuer(), &face())));
}

/// The registry keeps hashes of what it issued. When this test fails, bytes have changed: raise
/// `DRAWING`, and write its hash here.
#[test]
fn this_number_of_the_drawing_has_these_bytes() {
    assert_eq!(
        (DRAWING, hash(&draw(&issuer(), &face())).as_str()),
        (
            3,
            "568a0fe8d525c98579645eae95cca3602c44eacc487fadd9aa3fd56c1c236ba8"
        )
    );
}

#[test]
fn another_record_is_another_file() {
    let first = draw(&issuer(), &face());
    let identifier = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.rsplit("/ID [<").next().unwrap()[..32].to_owned()
    };
    for (changed, other) in [
        (
            "holder",
            certificate::Face {
                holder: "乌兰图娅".into(),
                ..face()
            },
        ),
        (
            "number",
            certificate::Face {
                number: "S000015010001253500002".into(),
                ..face()
            },
        ),
        (
            "code",
            certificate::Face {
                qr: "https://cert.example.cn/v/x".into(),
                ..face()
            },
        ),
        (
            "edition",
            certificate::Face {
                edition: Some("第2次印制".into()),
                ..face()
            },
        ),
        (
            "photo",
            certificate::Face {
                photo: Some(photo()),
                ..face()
            },
        ),
        (
            "day",
            certificate::Face {
                issued_on: super::day(2025, 7, 2),
                ..face()
            },
        ),
    ] {
        assert_ne!(
            identifier(&draw(&issuer(), &other)),
            identifier(&first),
            "{changed}"
        );
    }
    let elsewhere = Issuer {
        host: "other.example.cn".into(),
        ..issuer()
    };
    assert_ne!(identifier(&draw(&elsewhere, &face())), identifier(&first));
}

#[test]
fn a_file_is_small() {
    for (name, bytes) in examples() {
        let limit = if name == "long" || name == "class" {
            115_000
        } else {
            90_000
        };
        assert!(bytes.len() < limit, "{name} has {} bytes", bytes.len());
    }
}

#[test]
fn a_missing_character_is_refused_by_name() {
    let template = certificate::Template::new(&issuer()).unwrap();
    let drawn = template.draw(&certificate::Face {
        holder: "张𡋾🙂".into(),
        ..face()
    });
    let refused = drawn.unwrap_err();
    assert_eq!(refused, Unprintable::Characters(vec!['𡋾', '🙂']));
    let refusal = refused.refusal();
    assert_eq!(refusal.code, "certificate.character-missing");
    assert_eq!(refusal.facts, ["𡋾 (U+212FE)、🙂 (U+1F642)"]);
    let nameless = Issuer {
        name: "塔林\u{0}中心".into(),
        ..issuer()
    };
    assert!(matches!(
        certificate::Template::new(&nameless),
        Err(Unprintable::Characters(_))
    ));
}

#[test]
fn a_forbidden_word_is_refused_but_not_in_names() {
    let template = certificate::Template::new(&issuer()).unwrap();
    let said = certificate::Face {
        occupation: Value::plain("国家职业资格焊工"),
        ..face()
    };
    assert_eq!(
        template.draw(&said),
        Err(Unprintable::Words(vec!["国家", "职业资格"]))
    );
    let stamped = certificate::Face {
        edition: Some("某厅监制".into()),
        ..face()
    };
    assert_eq!(
        template.draw(&stamped),
        Err(Unprintable::Words(vec!["监制"]))
    );
    let named = certificate::Face {
        holder: "李中华".into(),
        ..face()
    };
    assert!(template.draw(&named).is_ok());
    let filed = Issuer {
        name: "中国塔林集团有限公司".into(),
        ..issuer()
    };
    assert!(
        certificate::Template::new(&filed)
            .unwrap()
            .draw(&face())
            .is_ok()
    );
}

#[test]
fn a_bad_photograph_or_a_long_code_is_refused() {
    let template = certificate::Template::new(&issuer()).unwrap();
    let drawn = |photo: &[u8]| {
        template.draw(&certificate::Face {
            photo: Some(photo.to_vec()),
            ..face()
        })
    };
    assert_eq!(drawn(b"\x89PNG\r\n"), Err(Unprintable::Photo));
    assert_eq!(drawn(&photo()[..20]), Err(Unprintable::Photo));
    let bytes = drawn(&photo()).unwrap();
    assert!(
        bytes.windows(photo().len()).any(|window| window == photo()),
        "the photograph passes untouched"
    );
    let long = certificate::Face {
        qr: "x".repeat(3000),
        ..face()
    };
    assert_eq!(template.draw(&long), Err(Unprintable::Code));
}

#[test]
fn empty_fields_and_odd_marks_are_set() {
    let odd = certificate::Face {
        holder: r"O'Neil (\<b>) & ]]>".into(),
        romanised: Some(String::new()),
        work_type: Some(Value::plain("  ")),
        fingerprint: String::new(),
        edition: Some(String::new()),
        number: r"()\<>&".into(),
        ..face()
    };
    let template = certificate::Template::new(&issuer()).unwrap();
    let bytes = template.draw(&odd).unwrap();
    let text = super::glyphs::read(&bytes).concat();
    assert!(
        text.contains(r"O'Neil (\<b>) & ]]>") && text.contains("--"),
        "{text}"
    );
    let xmp = String::from_utf8_lossy(&bytes).into_owned();
    assert!(xmp.contains(r"()\&lt;&gt;&amp;"), "XMP is escaped");
}

#[test]
fn a_completion_certificate_names_no_level_it_has_not() {
    let template = guildhall::paper::completion::Template::new(&issuer()).unwrap();
    let startup = guildhall::paper::completion::Face {
        course: Value::plain("创业培训（网络创业）"),
        trade: None,
        ..completion_face()
    };
    let text = super::glyphs::read(&template.draw(&startup).unwrap()).concat();
    assert!(
        text.contains("培训合格证书")
            && text.contains("创业培训（网络创业）")
            && text.contains("--"),
        "{text}"
    );
    assert!(
        !text.contains("职业技能等级证书1") && !text.contains("级/"),
        "{text}"
    );
}

#[test]
fn many_pages_fit_one_file() {
    let template = certificate::Template::new(&long_issuer()).unwrap();
    let faces: Vec<_> = (0..50)
        .map(|at| certificate::Face {
            number: format!("S0000150100012535{at:05}"),
            ..face()
        })
        .collect();
    let bytes = template.draw_all(&faces).unwrap();
    let document = lopdf::Document::load_mem(&bytes).unwrap();
    assert_eq!(document.get_pages().len(), 50);
    assert!(bytes.len() < 400_000, "{}", bytes.len());
}
