//! A signed file in other people's hands: poppler with NSS, pyHanko, qpdf, PDFBox.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{NaiveDate, NaiveDateTime};
use guildhall::paper::certificate;
use guildhall::paper::reading;
use guildhall::paper::signature::{self, Bound};
use guildhall::seal::chain::{self, Trust};
use guildhall::seal::cms;
use guildhall::seal::signer::{Es256, Signer};
use guildhall::seal::x509::{self, Certificate, Span, Subject};

use super::{face, issuer, kept, long_face, long_issuer, outsider, photo};

pub fn moment(year: i32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, 7, 1)
        .and_then(|day| day.and_hms_opt(2, 3, 4))
        .unwrap()
}

/// An authority with a leaf for one organisation, and its list.
pub struct House {
    pub holder: Es256,
    pub chain: Vec<Vec<u8>>,
    pub list: Vec<u8>,
}

pub fn house() -> House {
    let scalar = |seed: u8| Es256::from_bytes(&[seed; 32]).unwrap();
    let (root, holder) = (scalar(7), scalar(9));
    let span = Span {
        from: moment(2025),
        until: moment(2055),
    };
    let ca = x509::authority(&root, "塔林登记册 Talin Register", span);
    let read = Certificate::read(&ca).unwrap();
    let subject = Subject {
        name: "塔林市职业技能评价中心",
        organisation: "塔林市职业技能评价中心",
        code: Some("91150100MA0N000001"),
    };
    let list = "http://127.0.0.1:9/trust/ca.crl";
    let leaf = x509::leaf(&read, &root, &subject, holder.public_key(), span, list);
    let list = x509::list(&read, &root, 1, span, &[]);
    House {
        holder,
        chain: vec![leaf, ca],
        list,
    }
}

pub fn bound(house: &House) -> Bound {
    Bound {
        at: moment(2025),
        signatory: issuer().name,
        room: 2_048,
        certificates: house.chain.clone(),
        lists: vec![house.list.clone()],
        attachments: vec![
            signature::credential(CREDENTIAL.to_vec()),
            signature::proof(PROOF.to_vec()),
        ],
    }
}

const CREDENTIAL: &[u8] = br#"{"type":["VerifiableCredential","OpenBadgeCredential"]}"#;
const PROOF: &[u8] = b"c2sp.org/tlog-proof@v1\nindex 7\n";

/// The ordinary certificate, of a house that this register knows nothing of.
pub fn example() -> certificate::Face {
    face()
}

pub fn signed(face: &certificate::Face) -> Vec<u8> {
    let house = house();
    let unsigned = certificate::Template::new(&issuer())
        .unwrap()
        .bind(face, &bound(&house))
        .unwrap();
    let cms = cms::sign(&house.holder, &house.chain, &unsigned.digest())
        .write(None)
        .unwrap();
    unsigned.sealed(&cms).unwrap()
}

/// A database of NSS that trusts our authority and nobody else.
fn nss(name: &str) -> Option<PathBuf> {
    nss_of(name, &house().chain[1])
}

/// The same for any authority.
pub fn nss_of(name: &str, authority: &[u8]) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("paper")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let ca = kept(&format!("{name}.der"), authority);
    let database = format!("sql:{}", folder.display());
    outsider("certutil", &["-N", "-d", &database, "--empty-password"])?;
    let import = ["-A", "-d", &database, "-n", "register", "-t", ",C,C", "-i"];
    let mut arguments = import.to_vec();
    arguments.push(ca.to_str().unwrap());
    let output = outsider("certutil", &arguments)?;
    assert!(output.status.success(), "{output:?}");
    Some(folder)
}

pub fn pdfsig(folder: &Path, path: &Path) -> Option<String> {
    let output = outsider(
        "pdfsig",
        &["-nssdir", folder.to_str().unwrap(), path.to_str().unwrap()],
    )?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn poppler_finds_it_valid_trusted_and_whole() {
    let Some(folder) = nss("nss-whole") else {
        return;
    };
    let photographed = certificate::Face {
        photo: Some(photo()),
        ..face()
    };
    for (name, face) in [("signed", face()), ("signed-photo", photographed)] {
        let path = kept(&format!("{name}.pdf"), &signed(&face));
        let Some(said) = pdfsig(&folder, &path) else {
            return;
        };
        for sentence in [
            "Signature is Valid",
            "Certificate is Trusted",
            "Total document signed",
            "ETSI.CAdES.detached",
            "塔林市职业技能评价中心",
        ] {
            assert!(said.contains(sentence), "{name}: {sentence}: {said}");
        }
    }
}

#[test]
fn poppler_sees_a_changed_byte() {
    let Some(folder) = nss("nss-changed") else {
        return;
    };
    let bytes = signed(&face());
    for at in [9, 5_000, 40_000, bytes.len() - 2_000, bytes.len() - 30] {
        let mut other = bytes.clone();
        other[at] ^= 1;
        let path = kept(&format!("changed-{at}.pdf"), &other);
        let Some(said) = pdfsig(&folder, &path) else {
            return;
        };
        assert!(!said.contains("Signature is Valid"), "{at}: {said}");
    }
}

/// pyHanko from where the tests' parts are, or from the path.
pub fn pyhanko(arguments: &[&str]) -> Option<(bool, String)> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/parts/python/bin/pyhanko");
    let program = if own.exists() {
        own.to_string_lossy().into_owned()
    } else {
        "pyhanko".to_owned()
    };
    let output = outsider(&program, arguments)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), said))
}

#[test]
fn pyhanko_finds_it_intact_trusted_and_untouched() {
    let ca = kept("pyhanko-ca.der", &house().chain[1]);
    let path = kept("pyhanko.pdf", &signed(&face()));
    let (ca, path) = (ca.to_str().unwrap(), path.to_str().unwrap());
    // The simple check looks for a list of revoked certificates on the network only; the one by
    // ETSI's rules insists on one and finds ours in the file.
    for way in [&["validate", "--no-revocation-check"][..], &["adesverify"]] {
        let arguments = [&["sign"], way, &["--trust", ca, path]].concat();
        let Some((fine, said)) = pyhanko(&arguments) else {
            return;
        };
        assert!(
            fine && said.contains("INTACT:TRUSTED") && said.contains("UNTOUCHED"),
            "{way:?}: {said}"
        );
    }
    let bytes = signed(&face());
    for at in [40_000, bytes.len() - 2_000] {
        let mut other = bytes.clone();
        other[at] ^= 1;
        let path = kept("pyhanko-changed.pdf", &other);
        let Some((fine, said)) =
            pyhanko(&["sign", "validate", "--trust", ca, path.to_str().unwrap()])
        else {
            return;
        };
        assert!(!fine || !said.contains("INTACT"), "{at}: {said}");
    }
}

#[test]
fn qpdf_finds_no_fault_and_its_copy_is_told_apart() {
    let path = kept("signed-qpdf.pdf", &signed(&face()));
    let Some(output) = outsider("qpdf", &["--check", path.to_str().unwrap()]) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && !said.contains("WARNING"),
        "{said}"
    );
    let copy = path.with_file_name("signed-copy.pdf");
    outsider("qpdf", &[path.to_str().unwrap(), copy.to_str().unwrap()]);
    let copied = reading::read(&std::fs::read(&copy).unwrap()).unwrap();
    let signature = copied.signature.as_ref().unwrap();
    assert!(
        !signature.is_intact() && copied.says("乌兰图雅"),
        "{signature:?}"
    );
    assert_eq!(copied.code.as_deref(), Some(super::qr().as_str()));
}

/// Our own reader, which the page for dropped files and the command line use.
#[test]
fn we_read_what_we_wrote() {
    let bytes = signed(&face());
    let read = reading::read(&bytes).unwrap();
    let signature = read.signature.as_ref().unwrap();
    assert!(signature.is_intact() && read.signatures == 1);
    let house = house();
    let told = signature.told.as_ref().unwrap();
    assert_eq!(told.chain, house.chain);
    let judged = |anchors: &[Vec<u8>]| {
        chain::judge(
            &told.chain,
            anchors,
            std::slice::from_ref(&house.list),
            moment(2026),
        )
    };
    assert_eq!(judged(&house.chain[1..]), Trust::Trusted);
    assert_eq!(judged(&[]), Trust::Unknown);
    for word in [
        "乌兰图雅",
        "159999********0023",
        "三级/高级工",
        "2025年7月1日",
        "29GP W5CK SZ8F NV4B",
    ] {
        assert!(read.says(word), "{word}: {:?}", read.lines);
    }
    assert!(!read.says("乌兰图娅"));
    assert_eq!(read.code.as_deref(), Some(super::qr().as_str()));
    assert_eq!(read.attached(signature::CREDENTIAL), Some(CREDENTIAL));
    assert_eq!(read.attached(signature::PROOF), Some(PROOF));
    for bytes in [
        &b"%PDF-1.7\n"[..],
        b"",
        b"not a file",
        &bytes[..bytes.len() / 2],
    ] {
        let read = reading::read(bytes);
        assert!(read.is_none_or(|read| !read.signature.is_some_and(|one| one.is_intact())));
    }
}

#[test]
fn every_changed_byte_is_seen() {
    let bytes = signed(&face());
    let mut other = bytes.clone();
    let (mut seen, mut looked) = (0, 0);
    for at in (0..bytes.len())
        .step_by(211)
        .chain(bytes.len() - 400..bytes.len())
    {
        other[at] ^= 0x01;
        looked += 1;
        let intact = reading::read(&other)
            .and_then(|read| read.signature)
            .is_some_and(|one| one.is_intact());
        seen += usize::from(!intact);
        assert!(!intact || hole(&bytes).contains(&at), "byte {at}");
        other[at] = bytes[at];
    }
    assert!(seen > looked - 40, "{seen} of {looked}");
}

/// Where the signature itself stands: its letters may be written large or small.
fn hole(bytes: &[u8]) -> std::ops::Range<usize> {
    let mark = b"/Contents <";
    let at = bytes
        .windows(mark.len())
        .position(|window| window == mark)
        .unwrap();
    at + mark.len()..at + mark.len() + 4_096
}

#[test]
fn what_is_added_or_taken_away_is_seen() {
    let bytes = signed(&face());
    let intact = |bytes: &[u8]| {
        reading::read(bytes)
            .and_then(|read| read.signature)
            .is_some_and(|one| one.is_intact())
    };
    let mut longer = bytes.clone();
    longer.extend_from_slice(b"\n");
    assert!(!intact(&longer), "something after the end");
    let text = |from: &str, to: &str| {
        let at = bytes
            .windows(from.len())
            .position(|window| window == from.as_bytes())
            .unwrap();
        let mut other = bytes.clone();
        other[at..at + to.len()].copy_from_slice(to.as_bytes());
        other
    };
    let removed = text("/AcroForm", "/AcroFarm");
    assert!(!intact(&removed), "the field was taken away");
    let range = text("/ByteRange [0 ", "/ByteRange [1 ");
    assert!(!intact(&range), "the range says less");
    // An unsigned drawing has no signature at all.
    let plain = super::draw(&issuer(), &face());
    assert!(reading::read(&plain).unwrap().signature.is_none());
}

#[test]
fn attachments_come_out_as_they_went_in() {
    let path = kept("signed-attached.pdf", &signed(&face()));
    for (name, bytes) in [
        (signature::CREDENTIAL, CREDENTIAL),
        (signature::PROOF, PROOF),
    ] {
        let out = path.with_file_name(format!("out-{name}"));
        let arguments = [
            "-savefile",
            name,
            "-o",
            out.to_str().unwrap(),
            path.to_str().unwrap(),
        ];
        if outsider("pdfdetach", &arguments).is_none() {
            return;
        }
        assert_eq!(std::fs::read(&out).unwrap(), bytes, "{name}");
    }
}

#[test]
fn a_signed_file_is_small() {
    let house = house();
    let long = certificate::Template::new(&long_issuer())
        .unwrap()
        .bind(&long_face(), &bound(&house))
        .unwrap()
        .sealed(&[])
        .unwrap();
    let ordinary = signed(&face());
    println!(
        "signed: {} bytes, all names long: {}",
        ordinary.len(),
        long.len()
    );
    kept("signed-long.pdf", &long);
    assert!(ordinary.len() < 100_000, "{}", ordinary.len());
    assert_eq!(ordinary, signed(&face()), "the same file every time");
}

/// What PDFBox Preflight complains of, told apart from what PDF/A-1b forbids and part 3 allows.
#[test]
fn preflight_finds_only_what_part_one_forbids() {
    let jars: Vec<String> = [
        "preflight",
        "pdfbox2",
        "fontbox2",
        "xmpbox",
        "commons-logging",
        "commons-io",
        "pdfbox2-tools",
        "javax.activation",
        "jaxb-api",
    ]
    .iter()
    .map(|jar| format!("/usr/share/java/{jar}.jar"))
    .collect();
    if !Path::new(&jars[0]).exists() {
        assert!(std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"));
        println!("not run: PDFBox Preflight is not installed");
        return;
    }
    let path = kept("preflight.pdf", &signed(&face()));
    let Ok(output) = Command::new("java")
        .args([
            "-cp",
            &jars.join(":"),
            "org.apache.pdfbox.preflight.Validator_A1b",
        ])
        .arg(&path)
        .output()
    else {
        println!("not run: java is not installed");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let codes: BTreeSet<&str> = said
        .lines()
        .filter_map(|line| line.split_once(" : "))
        .map(|(code, _)| code)
        .filter(|code| code.chars().all(|c| c.is_ascii_digit() || c == '.'))
        .collect();
    let forbidden = BTreeMap::from([
        ("1.2.9", "files within the file: allowed since part 3"),
        ("1.4.7", "the same, in the catalogue"),
        ("2.2.1", "transparency: allowed since part 2"),
        ("4.1.3", "the seal's blending: the same"),
        ("3.1.11", "no CIDSet: not asked for since part 2"),
        ("7.11", "we name no part, since nobody here can check one"),
    ]);
    assert_eq!(codes, forbidden.into_keys().collect(), "{said}");
}
