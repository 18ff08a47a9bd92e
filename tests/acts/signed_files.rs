//! 版式文件: signed once, the same for ever; what is brought back is told apart.

use crate::acts::certificates::issued;
use crate::acts::sittings::Story;
use crate::paper::signed::{nss_of, pdfsig, pyhanko};
use crate::paper::{kept, outsider};
use crate::visitor::{Answer, Counterside, Visitor, plain};
use guildhall::acts::authority::{self, OwnSigner};
use guildhall::acts::issuing::Given;
use guildhall::acts::{Registry, audit, prints, revocations, signed_files};
use guildhall::domain::account::{Confirmer, Issuer, Reader};
use guildhall::domain::certificate::RevocationReason;
use guildhall::ground::clock::Now;
use guildhall::on;
use guildhall::paper::reading::Signature;
use guildhall::seal::chain::Trust;
use guildhall::store::Found;
use rocket::http::{ContentType, Method};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

fn file(registry: &Registry, story: &Story, given: &Given, now: Now) -> Vec<u8> {
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    prints::draw(registry, &reader, &given.id, now)
        .unwrap()
        .bytes
}

#[test]
fn a_file_is_signed_once_and_is_the_same_for_ever() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let now = story.hall.now;
    let first = file(&story.hall.registry, &story, &given, now);
    // Years later, on another server, under another address.
    let later = now.plus_seconds(3 * 365 * 86_400);
    let mut other = story.hall.beside();
    "https://moved.example.cn".clone_into(&mut other.settings.public_base_url);
    assert_eq!(file(&other, &story, &given, later), first);
    let looked = signed_files::look(&story.hall.registry, &first, later)
        .unwrap()
        .unwrap();
    assert_eq!(looked.trust, Some(Trust::Trusted));
    assert!(
        looked
            .reading
            .signature
            .as_ref()
            .is_some_and(Signature::is_intact)
    );
    assert!(
        looked
            .signer
            .is_some_and(|signer| signer.contains("技能评价中心"))
    );
    assert!(looked.given_out.is_some() && looked.tokens == [given.token.clone()]);
    assert_eq!(audit::all(&story.hall.registry).unwrap(), []);
}

#[test]
fn a_changed_register_cannot_draw_it_again() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    file(registry, &story, &given, now);
    let open = if std::env::var("TEST_DATABASE_URL").is_ok() {
        "ALTER TABLE paper_signatures DISABLE TRIGGER paper_signatures_stay"
    } else {
        "DROP TRIGGER paper_signatures_no_update"
    };
    let change = |say: &'static str| {
        registry
            .store
            .write(|db| -> Found<()> {
                on!(db, c => diesel::RunQueryDsl::execute(diesel::sql_query(say), c))?;
                Ok(())
            })
            .unwrap();
    };
    change(open);
    change("UPDATE paper_signatures SET issuer_name = '塔林市另一机构'");
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    let refused = prints::draw(registry, &reader, &given.id, now)
        .err()
        .unwrap();
    assert!(refused.to_string().contains("tampered"), "{refused}");
}

#[test]
fn readers_trust_what_the_register_vouches_for() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let bytes = file(registry, &story, &given, now);
    let ca = authority::certificate(registry, now).unwrap();
    let path = kept("of-the-register.pdf", &bytes);
    let ca_path = kept("of-the-register.der", &ca);
    let Some(folder) = nss_of("nss-register", &ca) else {
        return;
    };
    let Some(said) = pdfsig(&folder, &path) else {
        return;
    };
    for sentence in [
        "Signature is Valid",
        "Certificate is Trusted",
        "Total document signed",
    ] {
        assert!(said.contains(sentence), "{sentence}: {said}");
    }
    let time = now.utc().format("%Y-%m-%dT%H:%M:%S+00:00").to_string();
    let arguments = [
        "sign",
        "adesverify",
        "--validation-time",
        &time,
        "--trust",
        ca_path.to_str().unwrap(),
        path.to_str().unwrap(),
    ];
    let Some((fine, said)) = pyhanko(&arguments) else {
        return;
    };
    assert!(fine && said.contains("INTACT:TRUSTED,UNTOUCHED"), "{said}");
    // The list is one OpenSSL reads and the authority signed.
    let list = kept(
        "of-the-register.crl",
        &authority::revoked(registry, now).unwrap(),
    );
    let pem = kept(
        "of-the-register.pem",
        guildhall::seal::x509::pem("CERTIFICATE", &ca).as_bytes(),
    );
    let arguments = [
        "crl",
        "-inform",
        "DER",
        "-in",
        list.to_str().unwrap(),
        "-CAfile",
        pem.to_str().unwrap(),
        "-noout",
        "-text",
    ];
    if let Some(output) = outsider("openssl", &arguments) {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success() && said.contains("verify OK"),
            "{said}"
        );
    }
}

/// A time-stamp authority of OpenSSL's behind the smallest of servers.
struct Stamps {
    address: String,
    certificate: String,
}

fn stamps(folder: &Path) -> Option<Stamps> {
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    std::fs::write(
        at("tsa.cnf"),
        format!(
            "[req]\ndistinguished_name=n\nx509_extensions=e\nprompt=no\n[n]\nCN=Test time\n\
             [e]\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n\
             [tsa]\ndefault_tsa=t\n[t]\nserial={}\ndefault_policy=1.2.3.4.1\ndigests=sha256\nsigner_digest=sha256\n\
             ess_cert_id_alg=sha256\naccuracy=secs:1\nordering=no\ntsa_name=no\n",
            at("serial")
        ),
    )
    .unwrap();
    std::fs::write(at("serial"), "01\n").unwrap();
    let made = outsider(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "9000",
            "-config",
            &at("tsa.cnf"),
            "-keyout",
            &at("tsa.key"),
            "-out",
            &at("tsa.pem"),
        ],
    )?;
    assert!(made.status.success(), "{made:?}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let certificate = at("tsa.pem");
    let folder = folder.to_path_buf();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &folder);
        }
    });
    Some(Stamps {
        address,
        certificate,
    })
}

/// The same under an authority of its own, whose list of withdrawn certificates is at the same
/// address.
fn stamps_under(folder: &Path) -> Option<Stamps> {
    let stamps = stamps(folder)?;
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let openssl = |arguments: &[&str]| {
        let made = outsider("openssl", arguments).unwrap();
        assert!(made.status.success(), "{made:?}");
    };
    let config = std::fs::read_to_string(at("tsa.cnf")).unwrap();
    let point = format!("[e]\ncrlDistributionPoints=URI:{}ca.crl\n", stamps.address);
    std::fs::write(at("tsa.cnf"), config.replace("[e]\n", &point)).unwrap();
    std::fs::write(at("index"), "").unwrap();
    std::fs::write(
        at("ca.cnf"),
        format!(
            "[ca]\ndefault_ca=c\n[c]\ndatabase={}\ndefault_md=sha256\ndefault_crl_days=30\n",
            at("index")
        ),
    )
    .unwrap();
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "9000",
        "-subj",
        "/CN=Test time authority",
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
        "-keyout",
        &at("ca.key"),
        "-out",
        &at("ca.pem"),
    ]);
    openssl(&[
        "req",
        "-new",
        "-key",
        &at("tsa.key"),
        "-subj",
        "/CN=Test time",
        "-out",
        &at("tsa.csr"),
    ]);
    openssl(&[
        "x509",
        "-req",
        "-in",
        &at("tsa.csr"),
        "-CA",
        &at("ca.pem"),
        "-CAkey",
        &at("ca.key"),
        "-set_serial",
        "7",
        "-days",
        "8000",
        "-extfile",
        &at("tsa.cnf"),
        "-extensions",
        "e",
        "-out",
        &at("tsa.pem"),
    ]);
    list_anew(folder);
    Some(Stamps {
        certificate: at("ca.pem"),
        ..stamps
    })
}

/// The list of the authority above the stamps, as its index has it.
fn list_anew(folder: &Path) {
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (config, key, ca) = (at("ca.cnf"), at("ca.key"), at("ca.pem"));
    let made = [
        vec![
            "ca", "-gencrl", "-config", &config, "-keyfile", &key, "-cert", &ca, "-out",
        ],
        vec!["crl", "-outform", "DER", "-in"],
    ];
    let (pem, der) = (at("crl.pem"), at("ca.crl"));
    for (arguments, more) in made
        .into_iter()
        .zip([vec![&*pem], vec![&*pem, "-out", &der]])
    {
        let done = outsider("openssl", &[arguments, more].concat()).unwrap();
        assert!(done.status.success(), "{done:?}");
    }
}

/// What a file brings to be checked by for ever: its lists of withdrawn certificates.
fn lists_in(bytes: &[u8]) -> Vec<Vec<u8>> {
    let document = lopdf::Document::load_mem(bytes).unwrap();
    let dss = document.catalog().unwrap().get(b"DSS").unwrap();
    let dss = document.dereference(dss).unwrap().1.as_dict().unwrap();
    let lists = dss.get(b"CRLs").unwrap().as_array().unwrap();
    lists
        .iter()
        .map(|list| {
            let stream = document.dereference(list).unwrap().1.as_stream().unwrap();
            stream
                .decompressed_content()
                .unwrap_or_else(|_| stream.content.clone())
        })
        .collect()
}

#[test]
fn the_stamps_own_certificate_has_its_list_in_the_file() {
    let mut story = Story::new();
    let names = [(1, "乌兰图雅"), (2, "张三"), (3, "李四")];
    let given = issued(&mut story, &names).given;
    let folder = tempfile::tempdir().unwrap();
    let Some(stamps) = stamps_under(folder.path()) else {
        return;
    };
    let mut registry = story.hall.beside();
    let now = Now::read();
    registry.settings.time_stamp_authority = Some(stamps.address);
    let bytes = file(&registry, &story, &given[0], now);
    assert_eq!(file(&registry, &story, &given[0], now), bytes);
    let list = std::fs::read(folder.path().join("ca.crl")).unwrap();
    let lists = lists_in(&bytes);
    assert!(lists.len() == 2 && lists.contains(&list), "{}", lists.len());
    let path = kept("stamped-under.pdf", &bytes);
    let ca = kept(
        "stamped-under-ca.der",
        &authority::certificate(&registry, now).unwrap(),
    );
    let arguments = [
        "sign",
        "adesverify",
        "--trust",
        ca.to_str().unwrap(),
        "--trust",
        &stamps.certificate,
        path.to_str().unwrap(),
    ];
    if let Some((fine, said)) = pyhanko(&arguments) {
        let whole = "INTACT:TRUSTED,TIMESTAMP_TOKEN<INTACT:TRUSTED>,UNTOUCHED";
        assert!(fine && said.contains(whole), "{said}");
    }
    let stamped = |bytes: &[u8]| {
        let looked = signed_files::look(&registry, bytes, now).unwrap().unwrap();
        let told = looked.reading.signature.unwrap().told.unwrap();
        told.time_stamp.is_some()
    };
    // A list that cannot be read leaves the stamp, and says less for later.
    let later = now.plus_seconds(7_200);
    std::fs::write(folder.path().join("ca.crl"), b"not a list").unwrap();
    let without = file(&registry, &story, &given[1], later);
    assert!(stamped(&without) && lists_in(&without).len() == 1);
    // A stamp by a certificate that was withdrawn is none.
    let revoked = "R\t20500101000000Z\t261101000000Z\t07\tunknown\t/CN=Test time\n";
    std::fs::write(folder.path().join("index"), revoked).unwrap();
    list_anew(folder.path());
    let refused = file(&registry, &story, &given[2], later.plus_seconds(7_200));
    assert!(!stamped(&refused));
}

fn answer(mut stream: std::net::TcpStream, folder: &Path) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    let body = loop {
        let Ok(read) = stream.read(&mut piece) else {
            return;
        };
        if read == 0 {
            return;
        }
        request.extend_from_slice(&piece[..read]);
        let Some(head) = request.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())
            .unwrap_or(0);
        if request.len() >= head + 4 + length {
            break request[head + 4..head + 4 + length].to_vec();
        }
    };
    if request.starts_with(b"GET ") {
        let list = std::fs::read(folder.join("ca.crl")).unwrap_or_default();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            list.len()
        );
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&list);
        return;
    }
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    std::fs::write(at("query"), body).unwrap();
    let _ = outsider(
        "openssl",
        &[
            "ts",
            "-reply",
            "-config",
            &at("tsa.cnf"),
            "-queryfile",
            &at("query"),
            "-signer",
            &at("tsa.pem"),
            "-inkey",
            &at("tsa.key"),
            "-out",
            &at("reply"),
        ],
    );
    let reply = std::fs::read(at("reply")).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        reply.len()
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&reply);
}

#[test]
fn a_time_stamp_is_put_in_and_its_absence_is_lived_with() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅"), (2, "张三")]).given;
    let folder = tempfile::tempdir().unwrap();
    let Some(stamps) = stamps(folder.path()) else {
        return;
    };
    let mut registry = story.hall.beside();
    let now = Now::read();
    registry.settings.time_stamp_authority = Some(stamps.address);
    let bytes = file(&registry, &story, &given[0], now);
    assert_eq!(file(&registry, &story, &given[0], now), bytes);
    let looked = signed_files::look(&registry, &bytes, now).unwrap().unwrap();
    let told = looked.reading.signature.unwrap().told.unwrap();
    let stamp = told.time_stamp.unwrap();
    assert!(stamp.of_this && stamp.signature == Some(true), "{stamp:?}");
    println!("signed and stamped: {} bytes", bytes.len());
    let path = kept("stamped.pdf", &bytes);
    let ca = kept(
        "stamped-ca.der",
        &authority::certificate(&registry, now).unwrap(),
    );
    for way in [&["validate", "--no-revocation-check"][..], &["adesverify"]] {
        let trust = [
            "--trust",
            ca.to_str().unwrap(),
            "--trust",
            &stamps.certificate,
            path.to_str().unwrap(),
        ];
        let Some((fine, said)) = pyhanko(&[&["sign"], way, &trust].concat()) else {
            return;
        };
        let whole = "INTACT:TRUSTED,TIMESTAMP_TOKEN<INTACT:TRUSTED>,UNTOUCHED";
        assert!(fine && said.contains(whole), "{way:?}: {said}");
    }
    // An authority that does not answer is done without.
    registry.settings.time_stamp_authority = Some("http://127.0.0.1:9/".to_owned());
    let plain = file(&registry, &story, &given[1], now);
    let looked = signed_files::look(&registry, &plain, now).unwrap().unwrap();
    assert!(
        looked
            .reading
            .signature
            .as_ref()
            .is_some_and(Signature::is_intact)
    );
}

#[test]
fn an_organisation_signs_with_its_own_certificate() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let made = outsider(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "9000",
            "-subj",
            "/CN=Licensed signer",
            "-keyout",
            &at("key.pem"),
            "-out",
            &at("chain.pem"),
        ],
    );
    if made.is_none() {
        return;
    }
    let read = |name: &str| std::fs::read_to_string(at(name)).unwrap();
    let own = OwnSigner::read(&read("key.pem"), &read("chain.pem")).unwrap();
    assert!(OwnSigner::read(&read("chain.pem"), &read("chain.pem")).is_err());
    // The same as authorities hand it out, and what is doubtful about it.
    let export = |name: &str, key: &str, chain: &str| {
        let (key, chain, to) = (at(key), at(chain), at(name));
        let make = [
            "pkcs12",
            "-export",
            "-inkey",
            &key,
            "-in",
            &chain,
            "-out",
            &to,
            "-passout",
            "pass:驹子7",
        ];
        outsider("openssl", &make).unwrap();
        std::fs::read(to).unwrap()
    };
    let pfx = export("signer.p12", "key.pem", "chain.pem");
    let same = OwnSigner::read_pkcs12(&pfx, "驹子7").unwrap();
    assert_eq!(same.chain, own.chain);
    let why = |bytes: &[u8], password: &str| OwnSigner::read_pkcs12(bytes, password).unwrap_err();
    assert!(
        why(&pfx, "驹子8").contains("does not open"),
        "{}",
        why(&pfx, "驹子8")
    );
    assert!(why(b"no pkcs12", "驹子7").contains("does not open"));
    let (key, chain) = (at("rsa.key.pem"), at("rsa.chain.pem"));
    let rsa = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "9000",
        "-subj",
        "/CN=Other",
        "-keyout",
        &key,
        "-out",
        &chain,
    ];
    outsider("openssl", &rsa).unwrap();
    let rsa = export("rsa.p12", "rsa.key.pem", "rsa.chain.pem");
    assert!(
        why(&rsa, "驹子7").contains("P-256"),
        "{}",
        why(&rsa, "驹子7")
    );
    let years = |n: i64| Now::read().plus_seconds(n * 365 * 86_400).utc();
    assert!(own.may_sign(years(1)).is_ok());
    assert!(own.may_sign(years(30)).unwrap_err().contains("ran out"));
    assert!(
        own.may_sign(years(-30))
            .unwrap_err()
            .contains("not valid before")
    );
    let own = same;
    let mut registry = story.hall.beside();
    let codes = registry
        .store
        .read(|db| guildhall::store::dump::rows(db, "institutions"))
        .unwrap()
        .1;
    let own = Arc::new(own);
    for row in codes {
        let code = row["uscc"].as_str().unwrap().to_owned();
        registry.settings.signers.insert(code, Arc::clone(&own));
    }
    let now = Now::read();
    let bytes = file(&registry, &story, &given, now);
    let looked = signed_files::look(&registry, &bytes, now).unwrap().unwrap();
    assert_eq!(looked.signer.as_deref(), Some("Licensed signer"));
    assert_eq!(looked.trust, Some(Trust::Trusted));
}

fn bring(counter: &Counterside, bytes: &[u8]) -> Answer {
    counter.upload(
        &Visitor::stranger(),
        "/verify/pdf",
        "file",
        "x.pdf",
        bytes,
        &[],
    )
}

#[test]
fn whatever_is_brought_is_told_apart() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅"), (2, "张三")]).given;
    let (registry, now) = (Arc::clone(&story.hall.registry), story.hall.now);
    let counter = Counterside::of(&story.hall);
    guildhall::acts::log::sequence(&registry, now).unwrap();
    let bytes = file(&registry, &story, &given[0], now);
    let verdict = |bytes: &[u8]| {
        let answer = counter.ask(
            &Visitor::stranger(),
            Method::Post,
            "/api/v1/verifications",
            Some((ContentType::PDF, bytes.to_vec())),
        );
        let json = answer.json();
        let bad: Vec<String> = json["findings"]
            .as_array()
            .map(|findings| {
                findings
                    .iter()
                    .filter(|finding| finding["result"] == "bad")
                    .map(|finding| finding["what"].as_str().unwrap().to_owned())
                    .collect()
            })
            .unwrap_or_default();
        (json["verdict"].as_str().unwrap_or_default().to_owned(), bad)
    };
    let told = |verdict: &str, bad: &[&str]| {
        (
            verdict.to_owned(),
            bad.iter().map(|&code| code.to_owned()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(verdict(&bytes), told("valid", &[]));
    let page = bring(&counter, &bytes);
    let text = plain(&page.text());
    assert_eq!(page.status, 200);
    for words in [
        "证书有效",
        "签署后一个字节都没有变",
        "登记册发出的正是这份文件",
        "二维码与登记一致",
        "内附的电子凭证是登记册签发的",
        "内附凭据证明已入公开日志",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }

    // An edited word, its page drawn anew: the signature goes with it.
    let edited = {
        let mut document = lopdf::Document::load_mem(&bytes).unwrap();
        let page = *document.get_pages().values().next().unwrap();
        let content = document.get_page_content(page);
        let text = String::from_utf8_lossy(&content).into_owned();
        // The holder's name stands after the seven labels; another's codes in its place.
        let other = text.replacen("> Tj", "0001> Tj", 400);
        document
            .change_page_content(page, other.into_bytes())
            .unwrap();
        let mut saved = Vec::new();
        document.save_to(&mut saved).unwrap();
        saved
    };
    let (altered, bad) = verdict(&edited);
    assert_eq!(altered, "altered");
    assert!(bad.contains(&"file_whole".to_owned()), "{bad:?}");

    // The code of another certificate.
    let other = file(&registry, &story, &given[1], now);
    let (first, second) = (contents(&bytes), contents(&other));
    let swapped = {
        let mut document = lopdf::Document::load_mem(&bytes).unwrap();
        let page = *document.get_pages().values().next().unwrap();
        let whole = document.get_page_content(page);
        let whole = String::from_utf8_lossy(&whole).into_owned();
        assert!(whole.contains(&first));
        document
            .change_page_content(page, whole.replace(&first, &second).into_bytes())
            .unwrap();
        let mut saved = Vec::new();
        document.save_to(&mut saved).unwrap();
        saved
    };
    let (altered, bad) = verdict(&swapped);
    assert_eq!(altered, "altered");
    assert!(bad.contains(&"paper_code".to_owned()), "{bad:?}");
    assert!(!bad.contains(&"paper_text".to_owned()), "{bad:?}");

    // The signature taken away, and a copy saved anew by a program of others.
    let mut removed = bytes.clone();
    for (from, to) in [("/AcroForm", "/AcroFarm"), ("/ByteRange", "/ByteRunge")] {
        let at = removed
            .windows(from.len())
            .position(|window| window == from.as_bytes())
            .unwrap();
        removed[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    assert_eq!(verdict(&removed), told("unproven", &["file_signature"]));
    let path = kept("brought.pdf", &bytes);
    let copy = path.with_file_name("brought-copy.pdf");
    let saved = outsider("qpdf", &[path.to_str().unwrap(), copy.to_str().unwrap()]);
    if saved.is_some() {
        let (altered, bad) = verdict(&std::fs::read(&copy).unwrap());
        assert_eq!(altered, "altered");
        assert!(bad.contains(&"file_whole".to_owned()) && !bad.contains(&"paper_text".to_owned()));
    }

    // No file of ours at all.
    assert_eq!(bring(&counter, b"not a file").status, 422);
    let foreign = crate::paper::signed::signed(&crate::paper::signed::example());
    assert_eq!(verdict(&foreign).0, "unproven");

    // Revoked: the file is as it was, the certificate is not.
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    let second = Confirmer::of(story.hall.bureau().actor().clone()).unwrap();
    let grounds = revocations::Grounds {
        reason_class: RevocationReason::Fraud,
        basis: "《职业技能等级认定工作规程》第二十条".to_owned(),
        reason: "冒名顶替，已查实".to_owned(),
    };
    revocations::propose(&registry, &issuer, &given[0].id, &grounds, now).unwrap();
    revocations::confirm(&registry, &second, &given[0].id, now).unwrap();
    assert_eq!(verdict(&bytes).0, "revoked");
}

/// The drawing of a page's QR code: from its matrix to its fill.
fn contents(bytes: &[u8]) -> String {
    let document = lopdf::Document::load_mem(bytes).unwrap();
    let page = *document.get_pages().values().next().unwrap();
    let content = document.get_page_content(page);
    let text = String::from_utf8_lossy(&content).into_owned();
    let from = text.find(" re\n").unwrap();
    let from = text[..from].rfind("cm\n").unwrap();
    let to = from + text[from..].find("\nf\n").unwrap();
    text[from..to].to_owned()
}
