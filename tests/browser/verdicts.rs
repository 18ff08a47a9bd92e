//! 核验结论: every verdict of the public counter, as page, document, sheet of paper and picture;
//! each told apart from every other by shape, word and ground.

use super::{Browser, Served, has, pictures, runtime, serve};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use guildhall::acts::key_keeping::{self, Fate};
use guildhall::acts::verification;
use guildhall::domain::account::KeyKeeper;
use guildhall::domain::certificate::{CertificateId, Standing};
use guildhall::domain::certificate_number::{CertificateNumber, Parts};
use guildhall::ground::clock::Now;
use guildhall::seal::signer::Es256;
use guildhall::seal::ticket::{self, Ticket};
use guildhall::seal::vault::Place;
use guildhall::store::certificates::{self, Certificate};
use guildhall::store::{accounts, issuer_keys};
use guildhall::web::verify::verdict::Verdict;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// One verdict and the page that gives it.
pub struct Fixture {
    /// Its code in the document for programs.
    pub code: &'static str,
    /// Its word.
    word: &'static str,
    /// Its ground.
    ground: &'static str,
    /// The answer's status.
    pub status: u16,
    /// Whether a certificate is shown that its bearer is to be compared with.
    compared: bool,
    /// Where it is.
    pub path: String,
    /// The file that is brought there, for a verdict on a file.
    brought: Option<Vec<u8>>,
}

impl Fixture {
    /// Opens its page: goes there, and brings the file where there is one.
    pub async fn open(&self, browser: &Browser, served: &Served) {
        browser.go(served, &self.path).await;
        if let Some(bytes) = &self.brought {
            let file = served.folder.path().join(format!("{}.pdf", self.code));
            std::fs::write(&file, bytes).unwrap();
            browser.type_into("file", &file.to_string_lossy()).await;
            browser.press("form[action='/verify/pdf'] .btn").await;
        }
    }

    /// Whether it is found at an address of its own.
    pub fn is_addressed(&self) -> bool {
        self.brought.is_none()
    }
}

/// Every verdict of the counter but two: without a network, which is the scanner's own, and when the
/// register is silent.
pub fn fixtures(served: &Served) -> Vec<Fixture> {
    let valid = &served.town.certificates["valid"];
    let revoked = &served.town.certificates["revoked"];
    let page = |token: &str| format!("/v/{token}");
    let typed = |text: &str| {
        let text = url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        format!("/verify?code={text}")
    };
    let digits = revoked.qr.split_once('#').unwrap().1;
    let crossed = format!("{}/v/{}#{digits}", served.base, valid.token);
    let standing = |wanted: fn(&Standing) -> bool| page(&standing_like(served, wanted));
    let rows = [
        ("valid", "证书有效", "ok", 200, true, page(&valid.token)),
        (
            "revoked",
            "证书已撤销",
            "bad",
            200,
            false,
            page(&revoked.token),
        ),
        (
            "mismatch",
            "内容与登记不符",
            "bad",
            200,
            false,
            typed(&crossed),
        ),
        (
            "expired",
            "证书已过有效期",
            "late",
            200,
            true,
            page(&expired(served)),
        ),
        (
            "doubtful",
            "签发存疑",
            "late",
            200,
            true,
            page(&doubtful(served)),
        ),
        (
            "suspended",
            "证书暂停使用",
            "late",
            200,
            true,
            standing(|it| matches!(it, Standing::Suspended { .. })),
        ),
        (
            "replaced",
            "已换发新证",
            "late",
            200,
            true,
            page(&served.town.certificates["replaced"].token),
        ),
        (
            "corrected",
            "已更正，见新证",
            "late",
            200,
            true,
            standing(|it| matches!(it, Standing::Corrected(_))),
        ),
        (
            "not_found",
            "未查到该证书",
            "none",
            404,
            false,
            page("aaaaaaaaaaaaaaaa"),
        ),
        (
            "malformed",
            "核验码格式不对",
            "none",
            400,
            false,
            typed("4kjm-7qxd-w2rp-c5t!"),
        ),
        (
            "not_ours",
            "不是本系统的证书码",
            "none",
            200,
            false,
            typed("https://cert-examp1e.cn/query?id=1"),
        ),
    ];
    let mut all: Vec<Fixture> = rows
        .into_iter()
        .map(|(code, word, ground, status, compared, path)| Fixture {
            code,
            word,
            ground,
            status,
            compared,
            path,
            brought: None,
        })
        .collect();
    let files = [
        ("altered", "文件已被改动", "bad", resaved(&valid.pdf)),
        ("unproven", "文件不能证明真伪", "none", unsigned(&valid.pdf)),
    ];
    all.extend(files.map(|(code, word, ground, bytes)| Fixture {
        code,
        word,
        ground,
        status: 200,
        compared: false,
        path: "/verify/pdf".to_owned(),
        brought: Some(bytes),
    }));
    all
}

/// A file saved anew by another program.
pub fn resaved(pdf: &[u8]) -> Vec<u8> {
    let mut saved = Vec::new();
    lopdf::Document::load_mem(pdf)
        .unwrap()
        .save_to(&mut saved)
        .unwrap();
    saved
}

/// A file whose signature was taken away.
pub fn unsigned(pdf: &[u8]) -> Vec<u8> {
    let mut bare = pdf.to_vec();
    for (from, to) in [("/AcroForm", "/AcroFarm"), ("/ByteRange", "/ByteRunge")] {
        let mut windows = bare.windows(from.len());
        let at = windows.position(|found| found == from.as_bytes()).unwrap();
        bare[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bare
}

/// The token of a certificate of the town that stands so.
fn standing_like(served: &Served, wanted: fn(&Standing) -> bool) -> String {
    let registry = &served.registry;
    let all = registry
        .store
        .read(|db| certificates::after_key(db, &served.registry.known, "", 1_000))
        .unwrap();
    let now = served.clock.read();
    let found = all
        .into_iter()
        .map(|one| one.certificate.token)
        .find(|token| {
            let verified = verification::look_up(registry, token, now);
            verified
                .unwrap()
                .is_some_and(|verified| wanted(&verified.standing))
        });
    found.expect("the town has one")
}

/// A certificate like the valid one that was good for a day.
fn expired(served: &Served) -> String {
    let pattern = pattern(served);
    let until = pattern.issued_on.succ_opt();
    let like = Certificate {
        expires_on: until,
        status_index: 131_000,
        ..pattern
    };
    made(served, like, 500_000)
}

/// A certificate signed with a key that others had by then.
fn doubtful(served: &Served) -> String {
    let (registry, now) = (&served.registry, served.clock.read());
    let pattern = pattern(served);
    let bureau = served
        .registry
        .store
        .read(|db| accounts::by_login(db, "bureau"))
        .unwrap();
    let keeper = KeyKeeper::of(bureau.unwrap().actor().unwrap()).unwrap();
    let key = key_keeping::rotate(registry, &keeper, &pattern.institution, now).unwrap();
    let like = Certificate {
        key_id: key.clone(),
        issued_on: now.day(),
        issued_at: now.utc(),
        status_index: 131_001,
        ..pattern
    };
    let token = made(served, like, 500_001);
    let since = Fate::Compromised(now.plus_seconds(-3_600).utc());
    key_keeping::put_aside(registry, &keeper, &key, since, "服务器失窃", now).unwrap();
    token
}

/// The valid certificate as it is kept.
fn pattern(served: &Served) -> Certificate {
    let valid = &served.town.certificates["valid"].token;
    served
        .registry
        .store
        .read(|db| certificates::after_key(db, &served.registry.known, "", 1_000))
        .unwrap()
        .into_iter()
        .map(|one| one.certificate)
        .find(|one| one.token == *valid)
        .unwrap()
}

/// Signs and keeps a certificate like this one, past everything that would refuse it.
fn made(served: &Served, like: Certificate, sequence: u32) -> String {
    let registry = &served.registry;
    let keys = registry.store.read(issuer_keys::all).unwrap();
    let key = keys.iter().find(|key| key.id == like.key_id).unwrap();
    let place = Place::new("issuer_keys", "private_sealed", &key.id);
    let signer = Es256::open(&registry.vault, place, &key.private_sealed).unwrap();
    let said = ticket::read(&like.cose).unwrap().ticket;
    let parts = CertificateNumber::read(&like.number).unwrap().parts();
    let number = CertificateNumber::compose(&Parts { sequence, ..parts })
        .unwrap()
        .to_string();
    let said = Ticket {
        number: number.clone(),
        status: (said.status.0, u32::try_from(like.status_index).unwrap()),
        issued_on: like.issued_on,
        expires_on: like.expires_on,
        ..said
    };
    let sealed = ticket::sign(&said, &signer);
    let made = Certificate {
        id: CertificateId::fresh(served.clock.read()),
        token: sealed.token.clone(),
        cose: sealed.cose,
        number,
        candidate: None,
        enrolment: None,
        ..like
    };
    registry
        .store
        .write(|db| certificates::add(db, &[made]))
        .unwrap();
    sealed.token
}

/// What an eye takes in first. Above the verdict stands whatever text of the page comes before its
/// shape.
const SEEN: &str = r#"
const box = document.querySelector('.res'), h1 = box.querySelector('h1, h2'), svg = box.querySelector('svg');
const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
let above = '';
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  if (node.compareDocumentPosition(svg) & Node.DOCUMENT_POSITION_PRECEDING) break;
  if (node.parentElement.offsetParent) above += node.data.trim();
}
const own = [...h1.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
return {
  above, word: own, shape: svg.innerHTML.replace(/\s+/g, ' '), ground: box.className.replace('res', '').trim(),
  colour: getComputedStyle(box).backgroundColor + ' ' + getComputedStyle(box).borderTopStyle,
  bottom: h1.getBoundingClientRect().bottom, height: svg.getBoundingClientRect().height,
  header: document.querySelector('header').innerText, text: document.querySelector('main').innerText, title: document.title,
};"#;

const AXE: &str = "const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 2).map(n => n.html).join(' | '))), e => done([String(e)]));";

/// What has been seen so far.
#[derive(Default)]
struct Seen {
    shapes: BTreeMap<String, &'static str>,
    words: BTreeSet<String>,
    colours: BTreeMap<&'static str, String>,
    faults: Vec<String>,
}

impl Seen {
    fn holds(&mut self, code: &str, what: &str, good: bool) {
        if !good {
            self.faults.push(format!("{code}: {what}"));
        }
    }

    /// Looks at a verdict on the page, on a telephone and on a desk, and keeps pictures of it.
    async fn look(&mut self, browser: &Browser, fixture: &Fixture, axe: Option<&str>) {
        let code = fixture.code;
        for (width, height) in [(1280, 900), (390, 844)] {
            browser.width(width, height).await;
            let file = pictures().join(format!("verdict-{code}-{width}.png"));
            std::fs::write(file, browser.picture().await).unwrap();
        }
        let seen = browser.asked(SEEN).await;
        let said = |name: &str| seen[name].as_str().unwrap_or_default().to_owned();
        self.holds(
            code,
            &format!("{:?} stands above it", seen["above"]),
            said("above").is_empty(),
        );
        self.holds(
            code,
            "not seen without scrolling",
            seen["bottom"].as_f64() < Some(844.0),
        );
        self.holds(
            code,
            "the shape is small",
            seen["height"].as_f64() >= Some(60.0),
        );
        self.holds(
            code,
            &format!("the word is {:?}", seen["word"]),
            said("word") == fixture.word,
        );
        let new = self.words.insert(said("word"));
        self.holds(code, "another has the same word", new);
        self.holds(
            code,
            "the wrong ground",
            said("ground").split(' ').next() == Some(fixture.ground),
        );
        let other = self.shapes.insert(said("shape"), code);
        self.holds(
            code,
            &format!("the same shape as {other:?}"),
            other.is_none(),
        );
        let colour = self
            .colours
            .entry(fixture.ground)
            .or_insert_with(|| said("colour"))
            .clone();
        self.holds(
            code,
            "another colour on the same ground",
            colour == said("colour"),
        );
        // A reason the law itself names is not what a certificate is called.
        let text = said("text").replace("弄虚作假", "");
        self.holds(
            code,
            "the word 假",
            !text.contains('假') && !said("title").contains('假'),
        );
        self.holds(
            code,
            "请对照身份证",
            text.contains("请对照身份证") == fixture.compared,
        );
        let Some(axe) = axe else { return };
        for scheme in ["dark", "light"] {
            let media =
                json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            browser.devtools("Emulation.setEmulatedMedia", media).await;
            browser.page.execute(axe, vec![]).await.unwrap();
            let found = browser.page.execute_async(AXE, vec![]).await.unwrap();
            for fault in found.as_array().into_iter().flatten() {
                self.faults.push(format!("{code} {scheme}: {fault}"));
            }
        }
    }

    /// Prints a verdict: one sheet of A4 that says what, when and where.
    async fn print(&mut self, browser: &Browser, fixture: &Fixture, lang: &str) {
        let name = format!("print-{}-{lang}", fixture.code);
        let file = pictures().join(&name).with_extension("pdf");
        std::fs::write(&file, browser.printed().await).unwrap();
        let told = output("pdfinfo", &[], &file, &[]);
        self.holds(
            &name,
            &told,
            told.lines()
                .any(|line| line.starts_with("Pages:") && line.ends_with(" 1")),
        );
        self.holds(&name, "not A4", told.contains("(A4)"));
        let text =
            output("pdftotext", &["-layout"], &file, &["-"]).replace(char::is_whitespace, "");
        if lang == "zh" {
            self.holds(&name, &text, text.contains(fixture.word));
            self.holds(
                &name,
                "no time",
                text.contains("北京时间") || fixture.code == "offline",
            );
        }
        if fixture.path.starts_with("/v/") && fixture.status == 200 {
            self.holds(&name, "no address", text.contains(&fixture.path));
        }
        let picture = pictures().join(&name);
        output(
            "pdftoppm",
            &["-r", "60", "-png", "-singlefile"],
            &file,
            &[picture.to_str().unwrap()],
        );
    }
}

fn output(tool: &str, before: &[&str], file: &Path, behind: &[&str]) -> String {
    let done = Command::new(tool)
        .args(before)
        .arg(file)
        .args(behind)
        .output()
        .unwrap();
    assert!(done.status.success(), "{tool}: {done:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// The answer for programs; a file is sent as it is.
async fn document(served: &Served, fixture: &Fixture) -> (u16, Value) {
    let brought = fixture.brought.clone();
    let path = if brought.is_some() {
        "/api/v1/verifications"
    } else {
        &fixture.path
    };
    let address = format!("{}{path}", served.base);
    let asked = move || {
        let mut answer = match brought {
            Some(bytes) => ureq::post(&address).send(&bytes[..]).unwrap(),
            None => {
                let asked = ureq::get(&address)
                    .config()
                    .http_status_as_error(false)
                    .build();
                asked.header("Accept", "application/json").call().unwrap()
            }
        };
        let text = answer.body_mut().read_to_string().unwrap();
        (
            answer.status().as_u16(),
            serde_json::from_str(&text).unwrap(),
        )
    };
    tokio::task::spawn_blocking(asked).await.unwrap()
}

/// The register falls silent: a fault of ours, by a hand on its tables.
fn silence(served: &Served) {
    let file = served.folder.path().join("town.db");
    let mut hand = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    hand.batch_execute(
        "PRAGMA busy_timeout = 5000; ALTER TABLE certificates RENAME TO certificates_away",
    )
    .unwrap();
}

#[test]
fn every_verdict_is_told_apart_on_the_screen_on_paper_and_by_programs() {
    let prints = has("pdfinfo", "-v", "one printed page for each verdict");
    let axe = std::env::var("AXE_SCRIPT")
        .ok()
        .and_then(|path| std::fs::read_to_string(path).ok());
    runtime().block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        served.clock.put(Now::read());
        let Some(browser) = Browser::open(&served).await else {
            return;
        };
        let mut seen = Seen::default();
        let mut fixtures = fixtures(&served);
        // The scanner keeps itself on the device; it is asked once everything else is gone.
        browser.go(&served, "/scan").await;
        ready(&browser, "offline").await;
        for fixture in &fixtures {
            one(
                &served,
                &browser,
                &mut seen,
                fixture,
                axe.as_deref(),
                prints,
            )
            .await;
        }
        silence(&served);
        let unsure = Fixture {
            code: "unsure",
            word: "暂时无法核验",
            ground: "wait",
            status: 503,
            compared: false,
            path: format!("/v/{}", served.town.certificates["valid"].token),
            brought: None,
        };
        one(
            &served,
            &browser,
            &mut seen,
            &unsure,
            axe.as_deref(),
            prints,
        )
        .await;
        browser.go(&served, &unsure.path).await;
        let text = browser.text().await;
        assert!(text.contains("不代表证书有问题"), "{text}");

        served.stop.clone().notify();
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let qr = &served.town.certificates["valid"].qr;
        // From elsewhere: the same address with a code behind it would not be asked for anew.
        browser.page.goto("about:blank").await.unwrap();
        browser.page.goto(qr).await.unwrap();
        ready(&browser, "count").await;
        let offline = Fixture {
            code: "offline",
            word: "签名有效（离线）",
            ground: "wait",
            status: 0,
            compared: true,
            path: String::new(),
            brought: None,
        };
        seen.look(&browser, &offline, axe.as_deref()).await;
        if prints {
            seen.print(&browser, &offline, "zh").await;
        }
        let own = browser
            .asked("return document.querySelector('.res').dataset.code")
            .await;
        assert_eq!(own, json!("good"));
        browser.close().await;
        fixtures.extend([unsure, offline]);
        let shown: BTreeSet<&str> = fixtures.iter().map(|it| it.code).collect();
        let all: BTreeSet<&str> = Verdict::ALL.iter().map(|it| it.code()).collect();
        assert_eq!(shown, all, "each verdict has its fixture");

        let colours: BTreeSet<&String> = seen.colours.values().collect();
        assert_eq!(
            colours.len(),
            5,
            "five grounds, five colours: {:?}",
            seen.colours
        );
        println!(
            "verdicts: {} pages, {} shapes, {} words, {} grounds",
            fixtures.len(),
            seen.shapes.len(),
            seen.words.len(),
            colours.len()
        );
        // Red is for what was decided or changed, never for what we cannot tell.
        let red: Vec<_> = fixtures
            .iter()
            .filter(|it| it.ground == "bad")
            .map(|it| it.code)
            .collect();
        assert_eq!(red, ["revoked", "mismatch", "altered"]);
        assert!(seen.faults.is_empty(), "{}", seen.faults.join("\n"));
    });
}

/// One verdict of the counter, in each of its forms.
async fn one(
    served: &Served,
    browser: &Browser,
    seen: &mut Seen,
    fixture: &Fixture,
    axe: Option<&str>,
    prints: bool,
) {
    let (status, told) = document(served, fixture).await;
    seen.holds(
        fixture.code,
        &format!("{status} {told}"),
        status == fixture.status && told["verdict"] == fixture.code,
    );
    fixture.open(browser, served).await;
    seen.look(browser, fixture, axe).await;
    let shown = browser.asked("return document.title").await;
    seen.holds(
        fixture.code,
        "the title does not begin with it",
        shown
            .as_str()
            .is_some_and(|title| title.starts_with(fixture.word)),
    );
    if prints {
        seen.print(browser, fixture, "zh").await;
        browser.asked("document.cookie = 'lang=en; path=/'").await;
        fixture.open(browser, served).await;
        seen.print(browser, fixture, "en").await;
        browser.asked("document.cookie = 'lang=zh; path=/'").await;
    }
}

/// Waits until the scanner says so of itself.
async fn ready(browser: &Browser, what: &str) {
    let script = format!("return document.getElementById('scan').dataset.{what} || ''");
    for _ in 0..200 {
        if browser.asked(&script).await != "" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the scanner is not {what}");
}
