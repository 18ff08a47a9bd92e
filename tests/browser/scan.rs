//! 扫码核验: a camera fed from the QR code inside an issued PDF; then the server is gone.

use super::verdicts::{resaved, unsigned};
use super::{Browser, Served, serve};
use guildhall::acts::{prints, receipts, sharing};
use guildhall::domain::holder::Holder;
use guildhall::ground::clock::Now;
use guildhall::paper::qr::{QUIET, Symbol};
use guildhall::paper::reading;
use guildhall::seal::scan::scan;
use guildhall::seal::signer::Es256;
use guildhall::seal::ticket;
use guildhall::seal::{digits, scan as scanning};
use guildhall::store::certificates;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// One picture: width, height, grey values.
type Picture = (usize, usize, Vec<u8>);

/// A code as a camera sees it: some pixels a module, on white.
fn drawn(text: &str) -> Picture {
    let symbol = Symbol::new(text).unwrap();
    let module = 7;
    let side = (symbol.side() + 2 * QUIET) * module;
    let side = side + side % 2;
    let dark = |at: usize| (at / module).checked_sub(QUIET);
    let pixel = |x: usize, y: usize| match (dark(x), dark(y)) {
        (Some(x), Some(y)) if x < symbol.side() && y < symbol.side() && symbol.is_dark(x, y) => 25,
        _ => 230,
    };
    let pixels = (0..side * side).map(|at| pixel(at % side, at / side));
    (side, side, pixels.collect())
}

/// Pictures as the film Chromium's false camera plays, over and over.
fn film(file: &Path, pictures: &[Picture], frames: usize) {
    let width = pictures.iter().map(|it| it.0).max().unwrap().max(640) & !1;
    let height = pictures.iter().map(|it| it.1).max().unwrap().max(480) & !1;
    let mut out = std::io::BufWriter::new(std::fs::File::create(file).unwrap());
    write!(
        out,
        "YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420mpeg2\n"
    )
    .unwrap();
    for (w, h, pixels) in pictures {
        let mut plane = vec![200_u8; width * height];
        let (left, top) = ((width - w) / 2, (height - h) / 2);
        for y in 0..*h {
            let at = (y + top) * width + left;
            plane[at..at + w].copy_from_slice(&pixels[y * w..(y + 1) * w]);
        }
        for _ in 0..frames {
            out.write_all(b"FRAME\n").unwrap();
            out.write_all(&plane).unwrap();
            out.write_all(&vec![128; width * height / 2]).unwrap();
        }
    }
}

/// The part of an issued PDF's page in which its code is read, as a printed page before a camera.
fn photographed(served: &Served, pdf: &[u8]) -> Option<Picture> {
    let file = served.folder.path().join("issued.pdf");
    std::fs::write(&file, pdf).unwrap();
    let page = served.folder.path().join("issued");
    let drawn = Command::new("pdftoppm")
        .args(["-r", "300", "-gray", "-png", "-singlefile"])
        .arg(&file)
        .arg(&page)
        .status();
    if !drawn.is_ok_and(|status| status.success()) {
        println!("not run: pdftoppm (the code inside an issued PDF before a camera)");
        return None;
    }
    let page = image::open(page.with_extension("png"))
        .unwrap()
        .into_luma8();
    let (width, height) = (page.width() as usize, page.height() as usize);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        page.as_raw()[y * width + x]
    });
    let grids = prepared.detect_grids();
    let grid = grids.first().expect("a code is found on the issued page");
    let xs = grid.bounds.iter().map(|point| point.x);
    let ys = grid.bounds.iter().map(|point| point.y);
    let from = |least: Option<i32>| u32::try_from(least.unwrap() - 40).unwrap_or(0);
    let (left, top) = (from(xs.clone().min()), from(ys.clone().min()));
    let side =
        |most: Option<i32>, from: u32| (u32::try_from(most.unwrap()).unwrap() + 40 - from) & !1;
    let (w, h) = (side(xs.max(), left), side(ys.max(), top));
    let part = image::imageops::crop_imm(&page, left, top, w, h).to_image();
    let (w, h) = part.dimensions();
    Some((w as usize, h as usize, part.into_raw()))
}

/// The same content with one letter of the name changed, and a token that goes with it.
fn tampered(qr: &str) -> String {
    let mut cose = scan(qr).unwrap().cose.unwrap().cose;
    let name = ticket::read(&cose).unwrap().ticket.name;
    let at = cose
        .windows(name.len())
        .position(|part| part == name.as_bytes())
        .unwrap()
        + 2;
    cose[at] ^= 1;
    let base = qr.split("/v/").next().unwrap();
    format!(
        "{base}/v/{}#{}",
        ticket::token_of(&cose),
        digits::encode(&cose)
    )
}

struct Scanner<'a> {
    browser: &'a Browser,
    served: &'a Served,
    film: PathBuf,
}

impl Scanner<'_> {
    async fn asked(&self, script: &str) -> Value {
        self.browser.page.execute(script, vec![]).await.unwrap()
    }

    async fn until(&self, script: &str, what: &str) -> Value {
        let start = Instant::now();
        loop {
            let answer = self.asked(script).await;
            if !(answer.is_null() || answer == json!(false) || answer == json!("")) {
                return answer;
            }
            let hint = "return document.querySelector('#scan')?.outerHTML.slice(-60) + JSON.stringify(document.querySelector('#scan')?.dataset.hint)";
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "{what}: {:?}",
                self.asked(hint).await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Puts these pictures before the camera. The page that holds it lets go first: Chromium would
    /// hand a camera still open to the next page, with the film before.
    async fn loads(&self, pictures: &[Picture], frames: usize) {
        self.asked("document.getElementById('s-stop')?.click()")
            .await;
        self.browser.page.goto("about:blank").await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        film(&self.film, pictures, frames);
    }

    /// Opens the page, starts the camera, and gives the verdict and how long it took.
    async fn sees(&self, pictures: &[Picture]) -> (String, bool, Duration) {
        self.loads(pictures, 4).await;
        self.browser.go(self.served, "/scan").await;
        self.until(
            "return document.querySelector('#scan').dataset.ready",
            "ready",
        )
        .await;
        let start = Instant::now();
        self.asked("document.getElementById('s-start').click()")
            .await;
        let verdict = "var v = document.getElementById('s-verdict'), s = document.getElementById('scan'); \
            return s.dataset.count > 0 && [v.dataset.code, v.dataset.online]";
        let verdict = self.until(verdict, "a verdict").await;
        let text = |at: usize| verdict[at].as_str().unwrap().to_owned();
        (text(0), text(1) == "1", start.elapsed())
    }

    async fn says(&self) -> String {
        let text = self
            .asked("return document.getElementById('s-verdict').innerText")
            .await;
        text.as_str().unwrap().to_owned()
    }
}

#[test]
fn a_camera_is_enough_with_a_network_or_without() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        // The browser's own clock is the real one; the list is made now.
        served.clock.put(Now::read());
        let camera = served.folder.path().join("camera.y4m");
        film(&camera, &[drawn("nothing yet")], 4);
        let flag = format!("--use-file-for-fake-video-capture={}", camera.display());
        let flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", &flag];
        let Some(browser) = Browser::open_with(&served, &flags).await else {
            return;
        };
        let scanner = Scanner { browser: &browser, served: &served, film: camera };
        let qr = |which: &str| served.town.certificates[which].qr.clone();
        let valid = qr("valid");

        if let Some(picture) = photographed(&served, &served.town.certificates["valid"].pdf) {
            let (code, online, took) = scanner.sees(&[picture]).await;
            println!("from the issued PDF: {code} in {took:?}");
            assert_eq!((code.as_str(), online), ("valid", true));
            assert!(took < Duration::from_secs(5));
            assert!(scanner.says().await.contains(&served.town.certificates["valid"].holder));
        }
        let forger = Es256::generate();
        let claim = ticket::read(&scan(&valid).unwrap().cose.unwrap().cose).unwrap();
        let forged = scanning::qr_text(&served.base, &ticket::sign(&claim.ticket, &forger));
        let elsewhere = valid.replace(&served.base, "https://zhengshu-chaxun.example");
        let cases = [
            ("revoked", qr("revoked"), "revoked"),
            ("replaced", qr("replaced"), "replaced"),
            ("tampered", tampered(&valid), "altered"),
            ("foreign", "https://example.com/pay?x=1".to_owned(), "foreign"),
            ("forged with a key of one's own", forged.clone(), "not_found"),
            ("another host", elsewhere, "valid"),
        ];
        for (name, text, wanted) in &cases {
            let (code, _, took) = scanner.sees(&[drawn(text)]).await;
            println!("{name}: {code} in {took:?}");
            assert_eq!(code, *wanted, "{name}");
        }
        let asked = "return performance.getEntriesByType('resource').map(e => new URL(e.name).host).filter(h => h !== location.host)";
        assert_eq!(scanner.asked(asked).await, json!([]), "a foreign host was asked");

        // Twenty in a row, hands off.
        let twenty: Vec<String> = served
            .registry
            .store
            .read(|db| certificates::after_key(db, &served.registry.known, "", 20))
            .unwrap()
            .iter()
            .map(|one| prints::qr(&one.certificate, &served.base))
            .collect();
        let pictures: Vec<Picture> = twenty.iter().map(|text| drawn(text)).collect();
        scanner.loads(&pictures, 12).await;
        browser.go(&served, "/scan").await;
        scanner.until("return document.querySelector('#scan').dataset.ready", "ready").await;
        scanner.asked("document.getElementById('s-start').click()").await;
        let start = Instant::now();
        let seen = "return new Set([...document.querySelectorAll('#s-rows tr')].map(r => r.cells[3].textContent)).size";
        let mut count = 0;
        while count < pictures.len() as u64 && start.elapsed() < Duration::from_secs(60) {
            tokio::time::sleep(Duration::from_millis(500)).await;
            count = scanner.asked(seen).await.as_u64().unwrap();
        }
        println!("{count} of {} codes in a row in {:?}", pictures.len(), start.elapsed());
        assert_eq!(count, pictures.len() as u64);
        let sum = scanner.asked("document.getElementById('s-stop').click(); return document.getElementById('s-sum').textContent").await;
        let all = scanner.asked("return document.querySelectorAll('#s-rows tr').length").await;
        assert!(sum.as_str().unwrap().contains(&format!("共 {all} 张")), "{sum}");
        exported(&scanner, &twenty).await;

        // What the script itself says of phishing codes and of changed ones, without the register.
        let phishing = phishing(&valid, &forged);
        let judged = judge(&browser, &phishing).await;
        println!("phishing codes: {judged:?}");
        assert!(judged.iter().all(|code| code != "good"), "{judged:?}");
        assert_eq!(phishing.len(), 20);
        shown(&scanner, &phishing, &valid).await;
        assert_eq!(scanner.asked(asked).await, json!([]), "a foreign host was asked");
        let changed: Vec<String> = changed(&valid).collect();
        let judged = judge(&browser, &changed).await;
        let accepted = judged.iter().filter(|code| *code == "good").count();
        println!("{} changed codes in the browser, {accepted} accepted", changed.len());
        assert_eq!(accepted, 0);
        assert_eq!(judge(&browser, &[valid.clone()]).await, ["good"]);
        // The ladder of age: no list too old makes anything green, and what was revoked stays so.
        for (days, of_valid, of_revoked) in [
            (6, "good", "revoked"),
            (8, "stale", "revoked"),
            (15, "outdated", "outdated"),
            (-2, "clock", "clock"),
        ] {
            let texts = [valid.clone(), cases[0].1.clone()];
            let judged = judge_in(&browser, &texts, days).await;
            assert_eq!(judged, [of_valid, of_revoked], "{days} days");
        }

        // Kept for later; then the server is gone.
        scanner.until("return document.querySelector('#scan').dataset.offline", "kept").await;
        served.stop.clone().notify();
        tokio::time::sleep(Duration::from_millis(500)).await;
        for (name, text, wanted) in [
            ("valid", &valid, "good"),
            ("revoked", &cases[0].1, "revoked"),
            ("tampered", &cases[2].1, "altered"),
            ("forged", &forged, "unknown_key"),
        ] {
            let (code, online, took) = scanner.sees(&[drawn(text)]).await;
            println!("without a server, {name}: {code} in {took:?}");
            assert_eq!((code.as_str(), online), (wanted, false), "{name}");
            if name == "valid" {
                let says = scanner.says().await;
                assert!(says.contains("签名有效（离线）") && says.contains("撤销信息截至"), "{says}");
            }
        }
        browser.page.goto(&valid).await.unwrap();
        let code = "return document.getElementById('s-verdict')?.dataset.code";
        assert_eq!(scanner.until(code, "the page in place of /v/").await, json!("good"));
        browser.close().await;
    });
}

#[test]
fn a_camera_that_is_denied_leaves_other_ways() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        let flags = ["--use-fake-ui-for-media-stream=deny", "--use-fake-device-for-media-stream"];
        let Some(browser) = Browser::open_with(&served, &flags).await else {
            return;
        };
        let film = served.folder.path().join("none.y4m");
        let scanner = Scanner { browser: &browser, served: &served, film };
        browser.go(&served, "/scan").await;
        scanner.until("return document.querySelector('#scan').dataset.ready", "ready").await;
        scanner.asked("document.getElementById('s-start').click()").await;
        let hint = "return (document.querySelector('#scan').dataset.hint || '').startsWith('e.') && document.getElementById('s-hint').textContent";
        let says = scanner.until(hint, "a hint").await;
        assert!(says.as_str().unwrap().contains("权限"), "{says}");
        browser.close().await;
    });
}

/// Hands a file to the scanner's page, and gives the verdict it comes to there, and whether the
/// register confirmed it.
async fn handed(scanner: &Scanner<'_>, name: &str, bytes: &[u8]) -> (String, bool) {
    let file = scanner.served.folder.path().join(format!("{name}.pdf"));
    std::fs::write(&file, bytes).unwrap();
    scanner.browser.go(scanner.served, "/scan").await;
    let ready = "return document.querySelector('#scan')?.dataset.ready";
    scanner.until(ready, "ready").await;
    let path = file.to_string_lossy();
    scanner.browser.type_into("picture", &path).await;
    scanner
        .asked("document.querySelector('#s-form .btn').click()")
        .await;
    let verdict = "var v = document.getElementById('s-verdict'), s = document.getElementById('scan'); \
        return s && s.dataset.count > 0 && [v.dataset.code, v.dataset.online]";
    let verdict = scanner.until(verdict, name).await;
    let text = |at: usize| verdict[at].as_str().unwrap().to_owned();
    (text(0), text(1) == "1")
}

/// Single bytes of a file changed, all over it and everywhere in its signature; the browser's own
/// judgement of each.
async fn bent_in_the_browser(browser: &Browser, pdf: &[u8]) -> Vec<String> {
    let script = "var whole = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0)), done = arguments[arguments.length - 1], places = arguments[1]; \
        var root = Uint8Array.from(atob(document.getElementById('scan').dataset.root), c => c.charCodeAt(0)); \
        fetch('/trust/bundle').then(r => r.arrayBuffer()).then(b => Trust.open(new Uint8Array(b), root)) \
        .then(bundle => Promise.all(places.map(at => { var bent = whole.slice(); if (at >= 0) bent[at] ^= 1; return Paper.judge(bent, bundle, Date.now() / 1000); }))) \
        .then(all => done(all.map(one => one ? one.code : 'sent')), why => done(['failed: ' + why]))";
    let hole = pdf
        .windows(10)
        .position(|part| part == b"/Contents ")
        .unwrap();
    let mut places: Vec<i64> = vec![-1];
    let spread = (0..pdf.len())
        .step_by(401)
        .chain((hole..hole + 3_600).step_by(11));
    places.extend(spread.map(|at| i64::try_from(at).unwrap()));
    let told = browser
        .page
        .execute_async(
            script,
            vec![json!(data_encoding::BASE64.encode(pdf)), json!(places)],
        )
        .await
        .unwrap();
    let codes = told.as_array().unwrap().iter();
    codes
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_file_need_not_leave_the_device_to_be_told() {
    super::runtime().block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        served.clock.put(Now::read());
        let Some(browser) = Browser::open(&served).await else {
            return;
        };
        let film = served.folder.path().join("none.y4m");
        let scanner = Scanner {
            browser: &browser,
            served: &served,
            film,
        };
        let valid = &served.town.certificates["valid"].pdf;
        let mut edited = valid.clone();
        let middle = edited.len() / 3;
        edited[middle] ^= 1;
        let resaved = resaved(valid);
        let papers = [
            ("valid", valid.clone(), "valid"),
            (
                "revoked",
                served.town.certificates["revoked"].pdf.clone(),
                "revoked",
            ),
            (
                "replaced",
                served.town.certificates["replaced"].pdf.clone(),
                "replaced",
            ),
            ("edited", edited.clone(), "file_altered"),
            ("resaved", resaved, "file_altered"),
        ];
        for (name, bytes, wanted) in &papers {
            let start = Instant::now();
            let (code, online) = handed(&scanner, name, bytes).await;
            println!("a file, {name}: {code} in {:?}", start.elapsed());
            assert_eq!(code, *wanted, "{name}");
            assert_eq!(online, *wanted != "file_altered", "{name}");
            let says = scanner.says().await;
            assert!(says.contains("文件没有离开这台设备"), "{says}");
            assert_eq!(browser.path().await, "/scan", "{name}");
        }
        let judged = bent_in_the_browser(&browser, valid).await;
        assert_eq!(judged[0], "good");
        let accepted = judged[1..].iter().filter(|code| !["file_altered", "sent"].contains(&code.as_str()));
        assert_eq!(accepted.count(), 0, "{judged:?}");
        println!("{} changed files in the browser, none accepted", judged.len() - 1);

        // What this device cannot tell is the server's to look at: a signature that was taken away.
        let bare = served.folder.path().join("bare.pdf");
        std::fs::write(&bare, unsigned(valid)).unwrap();
        browser.type_into("picture", &bare.to_string_lossy()).await;
        scanner.asked("document.querySelector('#s-form .btn').click()").await;
        let there = "return location.pathname === '/verify/pdf' && document.querySelector('h1').textContent";
        let told = scanner.until(there, "the server's answer").await;
        assert!(told.as_str().unwrap().starts_with("文件不能证明真伪"), "{told}");

        // Kept for later; then the server is gone.
        browser.go(&served, "/scan").await;
        scanner.until("return document.querySelector('#scan').dataset.offline", "kept").await;
        served.stop.clone().notify();
        tokio::time::sleep(Duration::from_millis(500)).await;
        for (at, wanted) in [(0, "good"), (1, "revoked"), (3, "file_altered")] {
            let (name, bytes, _) = &papers[at];
            let (code, online) = handed(&scanner, name, bytes).await;
            println!("without a server, a file, {name}: {code}");
            assert_eq!((code.as_str(), online), (wanted, false), "{name}");
        }
        browser.type_into("picture", &bare.to_string_lossy()).await;
        scanner.asked("document.querySelector('#s-form .btn').click()").await;
        let hint = "return document.querySelector('#scan').dataset.hint === 'unread_pdf'";
        scanner.until(hint, "a word that a network is needed").await;
        browser.close().await;
    });
}

/// Types a text where codes are typed, and gives the verdict it comes to, and whether the register
/// confirmed it.
async fn typed(scanner: &Scanner<'_>, text: &str) -> (String, bool) {
    let script = "document.getElementById('s-clear').click(); const box = document.querySelector('form[action=\"/verify\"] [name=code]'); \
        box.value = arguments[0]; box.form.requestSubmit();";
    scanner
        .browser
        .page
        .execute(script, vec![json!(text)])
        .await
        .unwrap();
    let seen = "const v = document.getElementById('s-verdict'); return document.getElementById('scan').dataset.count > 0 && [v.dataset.code, v.dataset.online]";
    let seen = scanner.until(seen, text).await;
    let text = |at: usize| seen[at].as_str().unwrap().to_owned();
    (text(0), text(1) == "1")
}

/// A copy of the valid certificate for one purpose, of thirty days: what its code reads.
fn copy_of(served: &Served) -> String {
    let registry = &served.registry;
    let token = &served.town.certificates["valid"].token;
    let all = registry
        .store
        .read(|db| certificates::after_key(db, &registry.known, "", 1_000))
        .unwrap();
    let one = all.into_iter().find(|one| one.certificate.token == *token);
    let one = one.unwrap().certificate;
    let holder = Holder {
        person: one.person,
        name: one.holder,
    };
    let now = served.clock.read();
    let until = now.day() + chrono::Days::new(30);
    let copy = sharing::copy(registry, &holder, &one.id, "应聘焊工", until, now).unwrap();
    let paper = sharing::copy_paper(registry, &holder, &one.id, &copy, now).unwrap();
    reading::read(&paper.bytes).unwrap().code.unwrap()
}

#[test]
fn a_copy_and_a_receipt_are_known_for_what_they_are() {
    super::runtime().block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        served.clock.put(Now::read());
        let Some(browser) = Browser::open(&served).await else {
            return;
        };
        let scanner = Scanner {
            browser: &browser,
            served: &served,
            film: PathBuf::new(),
        };
        let code = copy_of(&served);
        let (before, digits) = code.split_once('#').unwrap();
        let strange = format!(
            "{}{}#{digits}",
            &before[..before.len() - 16],
            "a".repeat(16)
        );
        browser.go(&served, "/scan").await;
        let ready = "return document.querySelector('#scan').dataset.offline";
        scanner.until(ready, "kept").await;
        assert_eq!(typed(&scanner, &code).await, ("valid".to_owned(), true));
        let says = scanner.says().await;
        assert!(says.contains("仅用于：应聘焊工"), "{says}");
        let (told, _) = typed(&scanner, &strange).await;
        assert_eq!(told, "copy_unknown");
        served.clock.put(Now::read().plus_seconds(40 * 86_400));
        let (told, _) = typed(&scanner, &code).await;
        assert_eq!(told, "copy_over");
        served.clock.put(Now::read());

        // A receipt is no certificate, and its code leads to the page that reads it.
        let token = &served.town.certificates["valid"].token;
        let receipt = receipts::of_certificate(&served.registry, token, Now::read()).unwrap();
        let receipt = format!("{}/receipts#{}", served.base, receipt.digits);
        assert_eq!(typed(&scanner, &receipt).await.0, "receipt");
        scanner
            .asked("document.querySelector('#s-verdict a').click()")
            .await;
        let told = "return document.querySelector('main [role=status] h2')?.textContent";
        let told = scanner.until(told, "the receipt's page").await;
        assert_eq!(told, json!("回执真实，签名成立"));

        // Without a server the certificate in the copy's code is still told, and that it is a copy.
        served.stop.clone().notify();
        tokio::time::sleep(Duration::from_millis(500)).await;
        browser.page.goto("about:blank").await.unwrap();
        browser.page.goto(&code).await.unwrap();
        let shown = "return document.getElementById('s-verdict')?.dataset.code";
        assert_eq!(
            scanner.until(shown, "the page in place of /c/").await,
            json!("good")
        );
        let says = scanner.says().await;
        assert!(says.contains("这是加注副本"), "{says}");
        browser.close().await;
    });
}

/// The list of what was checked, as the button hands it out.
async fn exported(scanner: &Scanner<'_>, twenty: &[String]) {
    let script = "const done = arguments[arguments.length - 1], make = URL.createObjectURL; \
        URL.createObjectURL = blob => { blob.text().then(done); return make.call(URL, blob); }; \
        document.getElementById('s-csv').click(); URL.createObjectURL = make;";
    let list = scanner
        .browser
        .page
        .execute_async(script, vec![])
        .await
        .unwrap();
    let list = list.as_str().unwrap();
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].contains("核验时间,结论,方式,姓名"), "{}", lines[0]);
    for text in twenty {
        let claim = ticket::read(&scan(text).unwrap().cose.unwrap().cose)
            .unwrap()
            .ticket;
        let line = lines.iter().find(|line| line.contains(&claim.number));
        assert!(
            line.is_some_and(|line| line.contains("联网")),
            "{} is not on the list",
            claim.number
        );
    }
}

/// Each text as if it were pasted into the scanner's own field: only a code whose token is on
/// record is answered in green, and then with what the register says.
async fn shown(scanner: &Scanner<'_>, phishing: &[String], valid: &str) {
    let own = scan(valid).unwrap().token;
    for text in phishing.iter().filter(|text| text.contains("/v/")) {
        let script = "document.getElementById('s-clear').click(); const box = document.querySelector('form[action=\"/verify\"] [name=code]'); \
            box.value = arguments[0]; box.form.requestSubmit();";
        scanner
            .browser
            .page
            .execute(script, vec![json!(text)])
            .await
            .unwrap();
        let seen = "const v = document.getElementById('s-verdict'); return document.getElementById('scan').dataset.count > 0 && [v.className, v.dataset.online]";
        let seen = scanner.until(seen, text).await;
        let ours = scan(text).is_ok_and(|scanned| scanned.token == own);
        assert!(ours || seen[0] != "res ok", "{text} is shown as {seen}");
        let followed = scanner
            .asked("return location.pathname + document.querySelectorAll('#s-verdict a').length")
            .await;
        assert_eq!(followed, json!("/scan0"), "{text} leads away");
    }
}

/// The script's own judgement of each text by the bundle, nobody being asked but for the bundle.
async fn judge(browser: &Browser, texts: &[String]) -> Vec<String> {
    judge_in(browser, texts, 0).await
}

/// The same so many days later, with the bundle of today.
async fn judge_in(browser: &Browser, texts: &[String], days: i64) -> Vec<String> {
    let script = "var texts = arguments[0], days = arguments[1], done = arguments[arguments.length - 1]; \
        var root = Uint8Array.from(atob(document.getElementById('scan').dataset.root), c => c.charCodeAt(0)); \
        fetch('/trust/bundle').then(r => r.arrayBuffer()).then(b => Trust.open(new Uint8Array(b), root)) \
        .then(bundle => Promise.all(texts.map(t => Trust.judge(t, bundle, Date.now() / 1000 + days * 86400)))) \
        .then(all => done(all.map(one => one.code)), why => done(['failed: ' + why]))";
    let answer = browser
        .page
        .execute_async(script, vec![json!(texts), json!(days)])
        .await
        .unwrap();
    let codes = answer.as_array().unwrap().iter();
    codes
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

/// One digit or character of the token or the digits changed, at every place.
fn changed(valid: &str) -> impl Iterator<Item = String> + '_ {
    let start = valid.find("/v/").unwrap() + 3;
    (start..valid.len()).flat_map(move |at| {
        let old = valid.as_bytes()[at];
        [b'3', b'7', b'a', b'z']
            .into_iter()
            .filter(move |new| *new != old)
            .filter_map(move |new| {
                // What follows a last digit is a tail that apps add, and the code is whole without it.
                let tail = new.is_ascii_alphabetic() && at >= start + 17;
                let cut = tail && !old.is_ascii_digit();
                (!cut).then(|| {
                    let mut bytes = valid.as_bytes().to_vec();
                    bytes[at] = new;
                    String::from_utf8(bytes).unwrap()
                })
            })
    })
}

/// Twenty ways to send somebody to a page that says "valid".
pub fn phishing(valid: &str, forged: &str) -> Vec<String> {
    let (base, path) = valid.split_once("/v/").unwrap();
    let (token, digits) = path.split_once('#').unwrap();
    let (_, false_path) = forged.split_once("/v/").unwrap();
    let host = base.split("://").nth(1).unwrap();
    vec![
        format!("https://{host}.evil.example/v/{false_path}"),
        format!("https://official@evil.example/v/{false_path}"),
        format!("https://xn--fsq.example/v/{false_path}"),
        format!("https://zs.examp1e.cn/v/{false_path}"),
        format!("https://zs.ехample.cn/v/{false_path}"),
        format!("{base}/v/{false_path}"),
        format!("{base}/v/{token}"),
        format!("{base}/v/{token}#"),
        format!("{base}/v/{token}#{}", &digits[17..]),
        format!("{base}/v/{token}#{digits}{digits}"),
        format!("https://evil.example/v/{token}"),
        format!("https://evil.example/?u={base}/v/{token}"),
        "https://evil.example/verify?code=good".to_owned(),
        "javascript:alert('证书有效')".to_owned(),
        "data:text/html,<h1>证书有效</h1>".to_owned(),
        "weixin://dl/business/?t=x".to_owned(),
        format!("{base}//evil.example/v/"),
        format!("{base}/v/{}#{digits}", "a".repeat(16)),
        format!("{base}/v/{token}#{}", "0".repeat(340)),
        format!("{base}\\@evil.example/v/{token}x#{digits}"),
    ]
}
