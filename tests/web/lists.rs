//! 名单核验与信任包: a list with and without faults, what is kept of it, and the bundle's promises.

use crate::acts::certificates::issued;
use crate::acts::sittings::{Story, document};
use crate::visitor::{Answer, Counterside, Visitor, plain};
use crate::web::watches::revoke;
use guildhall::acts::{key_keeping, trust};
use guildhall::domain::account::KeyKeeper;
use guildhall::ground::sheet;
use guildhall::paper::qr::{QUIET, Symbol};
use guildhall::paper::workbook;
use guildhall::seal::bundle::{Bundle, Offline};
use rocket::http::Method;
use serde_json::json;

fn bring(counter: &Counterside, list: &str, what: &str) -> Answer {
    let who = Visitor::stranger();
    counter.upload(
        &who,
        "/verify/list",
        "sheet",
        "list.csv",
        list.as_bytes(),
        &[("what", what)],
    )
}

#[test]
fn a_list_comes_back_with_its_answers_and_nothing_else_is_kept() {
    let mut story = Story::new();
    let all = issued(&mut story, &[(1, "娜仁·图雅"), (2, "李四")]).given;
    let counter = Counterside::of(&story.hall);
    let (id, tail) = (document(1), document(1).last4().to_owned());
    let list = format!(
        "备注,姓名,证书编号,身份证号\n=1+1,娜仁图雅,{0},{1}\n甲,李四,{2},\n乙,王五,{2},\n丙,李四,S000015090001265000999,\n丁,李四,S00,\n戊,,{2},\n",
        all[0].number,
        id.as_str(),
        all[1].number
    );
    let back = bring(&counter, &list, "file");
    assert_eq!(back.status, 200, "{}", plain(&back.text()));
    let sheet = sheet::read(&back.bytes).unwrap();
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .map(|row| {
            (0..11)
                .map(|column| row.cell(column).text.to_owned())
                .collect()
        })
        .collect();
    assert_eq!(rows[0][4], "核验结论");
    let verdicts: Vec<_> = rows[1..].iter().map(|row| row[4].as_str()).collect();
    assert_eq!(
        verdicts,
        [
            "有效",
            "有效",
            "未查到",
            "未查到",
            "编号格式不对",
            "信息不全"
        ]
    );
    assert_eq!(
        rows[1][3],
        id.as_str(),
        "her own column comes back as it was"
    );
    assert!(back.kind.starts_with("text/csv"), "text comes back as text");
    assert!(back.text().contains("\n'=1+1,"), "no cell computes");
    workbooks_come_back_as_workbooks(&counter, &all[0].number);
    assert_eq!(
        rows[3][5..10],
        rows[4][5..10],
        "another's number and nobody's are one answer"
    );

    let kept = bring(&counter, &list, "page");
    assert_eq!(kept.status, 303, "{}", plain(&kept.text()));
    let page = counter.read(&Visitor::stranger(), &kept.to);
    assert!(page.contains("娜仁") && !page.contains(id.as_str()));
    let bad = counter.read(&Visitor::stranger(), &format!("{}?only=bad", kept.to));
    assert!(
        bad.contains("未查到") && !bad.contains("娜仁"),
        "{}",
        plain(&bad)
    );
    let book = counter.ask(
        &Visitor::stranger(),
        Method::Get,
        &format!("{}/xlsx", kept.to),
        None,
    );
    assert_eq!(sheet::read(&book.bytes).unwrap().len(), 7);
    if story.hall.registry.store.kind() == "SQLite" {
        for file in std::fs::read_dir(story.hall.folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let found = bytes
                .windows(18)
                .any(|window| window == id.as_str().as_bytes());
            assert!(!found, "an identity number lies in the database");
        }
    }
    assert_eq!(tail.len(), 4);
    story.hall.on("2026-04-09");
    let gone = counter.ask(&Visitor::stranger(), Method::Get, &kept.to, None);
    assert_eq!(gone.status, 404);
}

fn workbooks_come_back_as_workbooks(counter: &Counterside, number: &str) {
    let row = ["=1+1", "娜仁图雅", number].map(workbook::Value::from);
    let headings = ["备注", "姓名", "证书编号"];
    let book = workbook::table("名单", &headings, &[row.into()]).unwrap();
    let stranger = Visitor::stranger();
    let whole = [("what", "file")];
    let back = counter.upload(&stranger, "/verify/list", "sheet", "a.xlsx", &book, &whole);
    assert!(back.kind.contains("spreadsheetml"), "{}", back.kind);
    assert!(!String::from_utf8_lossy(&back.bytes).contains("<f>"));
    let sheet = sheet::read(&back.bytes).unwrap();
    let answered = sheet.rows().nth(1).unwrap();
    assert_eq!(answered.cell(2).text, number);
    assert_eq!(answered.cell(3).text, "有效");
}

/// A name and a document nobody in the register has.
const STRANGE: (&str, &str) = ("欧阳栗子", "159999197806150838");

/// Checks a long list both ways; returns where its result is.
fn check_strangers(counter: &Counterside, number: &str) -> String {
    let mut list = String::from("姓名,证书编号,身份证号\n");
    for _ in 0..900 {
        list += &format!("{},{number},{}\n", STRANGE.0, STRANGE.1);
    }
    let back = bring(counter, &list, "file");
    assert_eq!(back.status, 200, "{}", plain(&back.text()));
    let begun = bring(counter, &list, "page");
    assert_eq!(begun.status, 303, "{}", plain(&begun.text()));
    let stranger = Visitor::stranger();
    for _ in 0..200 {
        let far = counter
            .ask(
                &stranger,
                Method::Get,
                &format!("{}/progress", begun.to),
                None,
            )
            .json();
        assert_eq!(far["lines"], 900);
        if far["state"] == "done" {
            assert_eq!(far["done"], 900);
            return begun.to;
        }
        assert_eq!(far["state"], "running");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("a list of 900 lines takes longer than ten seconds");
}

#[test]
fn a_long_list_says_how_far_it_is_and_its_report_is_signed() {
    use guildhall::acts::signed_files;
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let to = check_strangers(&counter, &given.number);
    let report = counter.ask(
        &Visitor::stranger(),
        Method::Get,
        &format!("{to}/pdf"),
        None,
    );
    assert_eq!(report.status, 200);
    assert!(report.kind.starts_with("application/pdf") && report.bytes.starts_with(b"%PDF-1.7"));
    let looked = signed_files::look(&story.hall.registry, &report.bytes, story.hall.now).unwrap();
    let looked = looked.expect("a PDF that can be read");
    assert!(
        looked
            .signer
            .is_some_and(|name| name.starts_with("匠册登记册"))
    );
    let signature = looked.reading.signature.expect("it is signed");
    assert!(signature.is_intact(), "the signature holds");
    let mut changed = report.bytes.clone();
    let at = changed.len() / 3;
    changed[at] ^= 1;
    let looked = signed_files::look(&story.hall.registry, &changed, story.hall.now).unwrap();
    let holds = looked
        .and_then(|it| it.reading.signature)
        .is_some_and(|it| it.is_intact());
    assert!(!holds, "a changed report is no report");
    if let Ok(folder) = std::env::var("GUILDHALL_SAMPLES") {
        std::fs::write(
            std::path::Path::new(&folder).join("report.pdf"),
            &report.bytes,
        )
        .unwrap();
    }
    // A key that leads nowhere, and one that is none.
    let nowhere = format!("/verify/list/{}/pdf", "0".repeat(26));
    for to in [nowhere.as_str(), "/verify/list/abc/progress"] {
        assert_eq!(
            counter
                .ask(&Visitor::stranger(), Method::Get, to, None)
                .status,
            404
        );
    }
}

/// Set in the process that checks a list and writes everything it logs to its standard error.
const LOGGING: &str = "GUILDHALL_TEST_LOGS_LIST";

#[test]
fn neither_names_nor_documents_of_a_list_are_stored_or_logged() {
    if std::env::var_os(LOGGING).is_some() {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_writer(std::io::stderr)
            .init();
        tracing::debug!("a line of this log");
        let mut story = Story::new();
        let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
        let counter = Counterside::of(&story.hall);
        let to = check_strangers(&counter, &given.number);
        for more in ["", "?only=bad", "/xlsx", "/pdf", "/receipt"] {
            let to = format!("{to}{more}");
            assert_eq!(
                counter
                    .ask(&Visitor::stranger(), Method::Get, &to, None)
                    .status,
                200,
                "{more}"
            );
        }
        if story.hall.registry.store.kind() == "SQLite" {
            let mut looked = 0;
            for file in std::fs::read_dir(story.hall.folder()).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                looked += bytes.len();
                let key = to.rsplit('/').next().unwrap();
                for what in [STRANGE.0, STRANGE.1, &STRANGE.1[6..], key] {
                    let found = bytes
                        .windows(what.len())
                        .any(|window| window == what.as_bytes());
                    assert!(!found, "{what} lies in the database");
                }
            }
            assert!(looked > 100_000, "the database was looked at");
        }
        return;
    }
    let own = std::env::current_exe().unwrap();
    let name = "web::lists::neither_names_nor_documents_of_a_list_are_stored_or_logged";
    let ran = std::process::Command::new(own)
        .args(["--exact", name, "--nocapture"])
        .env(LOGGING, "1")
        .output()
        .unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("a line of this log"), "{said}");
    for what in [STRANGE.0, STRANGE.1] {
        assert!(!said.contains(what), "{what} was logged");
    }
}

#[test]
fn programs_send_lists_and_guessing_is_braked() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let ask = |rows: serde_json::Value| {
        let document = Some(json!({ "rows": rows }));
        counter.call(
            &Visitor::stranger(),
            Method::Post,
            "/api/v1/list-checks",
            document,
        )
    };
    let one = json!({"number": given.number, "name": "娜仁图雅"});
    let whole = document(1);
    let answer = ask(json!([
        one.clone(),
        {"number": given.number, "id_last4": "0000"},
        {"number": given.number, "id_last4": whole.as_str()},
        {"number": given.number, "id_last4": &whole.last4()[2..]},
    ]))
    .json();
    let verdicts = [0, 1, 2, 3].map(|row| answer["rows"][row]["verdict"].clone());
    assert_eq!(verdicts, ["valid", "not_found", "valid", "not_found"]);
    assert_eq!(answer["valid"], 2);
    // Ten thousand right lines cost nothing.
    assert_eq!(ask(json!(vec![one; 10_000])).json()["valid"], 10_000);
    let guess = json!({"number": given.number, "name": "张伟"});
    assert_eq!(ask(json!(vec![guess.clone(); 1_900])).status, 200);
    let braked = ask(json!(vec![guess.clone(); 200]));
    assert_eq!(braked.code(), "list_check.too-many-unknown");
    assert_eq!(
        ask(json!(vec![guess; 10_001])).code(),
        "list_check.too-long"
    );
}

#[test]
fn a_receipt_is_read_back_and_nothing_else_is() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let page = counter.read(&Visitor::stranger(), &format!("/v/{}/receipt", given.token));
    let text = page.split("/receipts#").nth(1).unwrap();
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let read = |digits: &str| {
        let text = format!("https://zs.example.cn/receipts#{digits}");
        counter.send(&Visitor::stranger(), "/receipts", &[("text", &text)])
    };
    let good = read(&digits);
    assert!(good.status == 200 && good.text().contains(&given.number));
    let changed = digits.replacen('5', "6", 1);
    assert_eq!(read(&changed).status, 422);
    assert_eq!(read("").status, 422);
}

/// A list with a bad line is checked, and what is given out of it is judged without the register.
#[test]
fn what_is_given_of_a_list_is_genuine_whatever_its_lines_came_to() {
    use guildhall::paper::pocket::anything;
    use guildhall::seal::pocket::Pocket;
    let mut story = Story::new();
    let all = issued(&mut story, &[(1, "娜仁·图雅"), (2, "李四"), (3, "王五")]).given;
    revoke(&story, &all[1].id);
    let counter = Counterside::of(&story.hall);
    let (now, stranger) = (story.hall.now, Visitor::stranger());
    let line = |at: usize, name: &str| format!("{},{name}\n", all[at].number);
    let good = line(0, "娜仁图雅");
    let bad = format!(
        "{good}{}{}{}",
        line(1, "李四"),
        line(2, "赵六"),
        line(2, "王五")
    );
    let given = |lines: &str| {
        let to = bring(&counter, &format!("证书编号,姓名\n{lines}"), "page").to;
        let page = counter.read(&stranger, &format!("{to}/receipt"));
        let text = page.split("/receipts#").nth(1).unwrap();
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let report = counter.ask(&stranger, Method::Get, &format!("{to}/pdf"), None);
        (
            format!("https://zs.example.cn/receipts#{digits}"),
            report.bytes,
        )
    };
    let (all_good, (receipt, report)) = (given(&good), given(&bad));
    let root = trust::root(&story.hall.registry, now).unwrap().public;
    let sent = counter.ask(&stranger, Method::Get, "/trust/bundle", None);
    let pocket = |days: i64| {
        let bundle = Bundle::open(&sent.bytes, &root).unwrap();
        Pocket::new(bundle, root.clone(), now.plus_seconds(days * 86_400))
    };
    let told = anything(&pocket(0), all_good.0.as_bytes());
    assert_eq!((told.kind, told.verdict.code()), ("receipt", "valid"));
    for days in [0, 6, 8] {
        let told = anything(&pocket(days), receipt.as_bytes());
        assert_eq!(
            (told.kind, told.verdict.exit()),
            ("receipt", 0),
            "{told:#?}"
        );
        assert_eq!(told.verdict.code(), "genuine");
        for (what, count) in [
            ("lines", "4"),
            ("good", "2"),
            ("revoked", "1"),
            ("not_found", "1"),
        ] {
            assert_eq!(told.fact(what), Some(count), "{what}");
        }
        let light = |code: &str| {
            let found = told.findings.iter().find(|finding| finding.code == code);
            found.unwrap().light.code()
        };
        assert_eq!(light("lines"), "bad");
        assert_eq!(light("receipt_age"), if days > 7 { "open" } else { "good" });
        let told = anything(&pocket(days), &report);
        assert_eq!((told.kind, told.verdict.code()), ("report", "genuine"));
    }
    // The report brought back: no certificate is looked for behind it.
    let brought =
        |bytes: &[u8]| counter.upload(&stranger, "/verify/pdf", "file", "report.pdf", bytes, &[]);
    let page = brought(&report);
    assert!(
        page.status == 200 && page.text().contains("报告真实"),
        "{}",
        plain(&page.text())
    );
    let mut bent = report.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 1;
    assert!(brought(&bent).text().contains("<title>文件已被改动"));
    let told = counter.ask(
        &stranger,
        Method::Post,
        "/api/v1/verifications",
        Some((rocket::http::ContentType::Binary, report.clone())),
    );
    assert_eq!(told.json()["verdict"], "genuine");
    // The register reads it back with the same counts.
    let read = counter.send(&stranger, "/receipts", &[("text", &receipt)]);
    let page = plain(&read.text());
    assert!(
        read.status == 200 && page.contains("已撤销") && page.contains("未查到"),
        "{page}"
    );
}

/// The longest report there is, its names all different: whoever is handed it can have it verified.
#[test]
fn a_report_on_ten_thousand_lines_can_be_verified() {
    use guildhall::acts::{signed_files, signed_reports};
    use guildhall::domain::list_check::MOST;
    use guildhall::paper::report::{Column, Report, Row};
    let story = Story::new();
    let letters: Vec<char> = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧图雅娜仁乌兰巴特尔苏日塔拉高娃斯琴".chars().collect();
    let letter = |seed: usize| letters[seed % letters.len()];
    let row = |at: usize| {
        let name = [at, at / 7 + 11, at / 91 + 5].map(letter).iter().collect();
        let number = format!("S00001509000{}{:09}", at % 10, at * 7_919 % 1_000_000_007);
        let issued = format!("20{:02}年{}月{}日", at % 17 + 10, at % 12 + 1, at % 28 + 1);
        let what = format!("焊工 · {}级", letter(at * 3));
        let cells = vec![
            at.to_string(),
            number,
            name,
            "已撤销".to_owned(),
            what,
            issued,
            format!("乌兰察布市{}技能评价中心", letter(at * 5)),
            format!("证书已撤销，请勿采信（{at}）"),
        ];
        Row {
            cells,
            marked: at % 9 == 0,
        }
    };
    let widths = [13.0, 45.0, 34.0, 25.0, 40.0, 27.0, 45.0, 40.0];
    let report = Report {
        title: "职业技能证书名单核验报告".to_owned(),
        facts: vec![("核验内容".to_owned(), "10,000 张".to_owned())],
        notes: Vec::new(),
        columns: widths
            .map(|width| Column {
                heading: "列".to_owned(),
                width,
            })
            .to_vec(),
        rows: (0..MOST).map(row).collect(),
        foot: "名单核验报告".to_owned(),
        author: "匠册登记册 zs.example.cn".to_owned(),
        purpose: "核验专用章".to_owned(),
        on: story.hall.now.day(),
    };
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let bytes = signed_reports::signed(registry, &report, now).unwrap();
    println!("a report on {MOST} lines: {} bytes", bytes.len());
    let looked = signed_files::look(registry, &bytes, now).unwrap();
    let looked = looked.expect("it is not too long to be read");
    assert!(looked.own && looked.reading.signature.is_some_and(|it| it.is_intact()));
}

#[test]
fn the_bundle_is_signed_by_the_root_and_follows_the_register() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let registry = &story.hall.registry;
    let root = trust::root(registry, story.hall.now).unwrap();
    let sent = counter.ask(&Visitor::stranger(), Method::Get, "/trust/bundle", None);
    assert!(sent.kind.starts_with("application/cose"), "{}", sent.kind);
    let bundle = Bundle::open(&sent.bytes, &root.public).unwrap();
    let verified = guildhall::acts::verification::look_up(registry, &given.token, story.hall.now);
    let certificate = verified.unwrap().unwrap().public.certificate.clone();
    let (cose, key) = (certificate.cose, certificate.key_id);
    let (at, today) = (bundle.issued_at, story.hall.now.day());
    assert!(matches!(bundle.judge(&cose, at, today), Offline::Good(_)));
    let again = counter.ask(&Visitor::stranger(), Method::Get, "/trust/bundle", None);
    assert_eq!(
        again.bytes, sent.bytes,
        "nothing changed, nothing is signed anew"
    );
    // A key in strange hands vouches for nothing any more; only the register knows which are good.
    let fate = key_keeping::Fate::Compromised(story.hall.now.utc());
    let keeper = KeyKeeper::of(story.hall.bureau().actor().clone()).unwrap();
    key_keeping::put_aside(registry, &keeper, &key, fate, "失窃", story.hall.now).unwrap();
    let sent = counter.ask(&Visitor::stranger(), Method::Get, "/trust/bundle", None);
    let newer = Bundle::open(&sent.bytes, &root.public).unwrap();
    assert!(newer.sequence > bundle.sequence);
    assert_eq!(newer.judge(&cose, at, today), Offline::KeyNotGood);
    let page = counter.read(&Visitor::stranger(), "/trust/root");
    assert!(page.contains(&root.id) && page.contains("BEGIN PUBLIC KEY"));
    let scan = counter.read(&Visitor::stranger(), "/scan");
    assert!(
        scan.contains("data-root=") && scan.len() < 30_000,
        "{}",
        scan.len()
    );
}

fn photograph(text: &str) -> Vec<u8> {
    let symbol = Symbol::new(text).unwrap();
    let side = u32::try_from((symbol.side() + 2 * QUIET) * 5).unwrap();
    let picture = image::GrayImage::from_fn(side, side, |x, y| {
        let of = |at: u32| (at as usize / 5).checked_sub(QUIET);
        let dark = matches!((of(x), of(y)), (Some(x), Some(y)) if x < symbol.side() && y < symbol.side() && symbol.is_dark(x, y));
        image::Luma([if dark { 20 } else { 235 }])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

#[test]
fn a_photograph_is_read_on_the_server_and_phishing_is_not_followed() {
    use guildhall::acts::prints;
    use guildhall::seal::signer::Es256;
    use guildhall::seal::{scan, ticket};
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let found =
        guildhall::acts::verification::look_up(&story.hall.registry, &given.token, story.hall.now);
    let certificate = found.unwrap().unwrap().public.certificate.clone();
    let valid = prints::qr(&certificate, "https://zs.example.cn");
    let send = |bytes: &[u8]| {
        counter.upload(
            &Visitor::stranger(),
            "/scan",
            "picture",
            "a.png",
            bytes,
            &[],
        )
    };
    assert_eq!(send(&photograph(&valid)).to, format!("/v/{}", given.token));
    // A copy's code leads to the copy; a file is looked at like a file.
    let copy = valid.replace(&format!("/v/{}", given.token), "/c/4vcsolvtn57eamlg");
    assert_eq!(send(&photograph(&copy)).to, "/c/4vcsolvtn57eamlg");
    let file = send(b"%PDF-1.7 and nothing else").text();
    assert!(file.contains("action=\"/verify/pdf\""), "{}", plain(&file));
    assert_eq!(send(b"no picture").status, 422);
    let claim = ticket::read(&certificate.cose).unwrap();
    let forged = ticket::sign(&claim.ticket, &Es256::generate());
    let forged = scan::qr_text("https://zs.example.cn", &forged);
    let mut refused = 0;
    for text in crate::browser::scan::phishing(&valid, &forged) {
        let answer = send(&photograph(&text));
        let there = if answer.to.is_empty() {
            answer.text()
        } else {
            assert!(
                answer.to.starts_with("/v/"),
                "{} leads to {}",
                text,
                answer.to
            );
            let next = counter.ask(&Visitor::stranger(), Method::Get, &answer.to, None);
            next.text()
        };
        // The token alone is this register's own page: the register's word, not the code's.
        let own = scan::scan(&text).is_ok_and(|scan| scan.token == given.token);
        assert!(own || !there.contains("<title>证书有效"), "{text}");
        assert!(!there.contains("href=\"https://evil") && !there.contains("href=\"javascript"));
        refused += usize::from(!own);
    }
    println!("twenty phishing codes: {refused} refused, the rest led to the register's own page");
}
