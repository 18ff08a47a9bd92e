//! 人人可用: what pages weigh, text twice as large, and a browser without scripts.

use super::verdicts::{Fixture, fixtures};
use super::{Browser, Served, runtime, serve};
use guildhall::acts::verification;
use guildhall::paper::qr::{QUIET, Symbol};
use image::{GrayImage, Luma};
use serde_json::{Value, json};

/// How much one page may weigh: HTML and style as they are, what is transferred, how many requests,
/// and scripts as they are transferred; in bytes.
struct Budget {
    login: &'static str,
    path: String,
    plain: u64,
    sent: u64,
    requests: u64,
    scripts: u64,
}

fn budgets(served: &Served) -> Vec<Budget> {
    let town = &served.town;
    let verdict = |which: &str| format!("/v/{}", town.certificates[which].token);
    let marks = format!("/sittings/{}/marks", town.sittings["marking"]);
    [
        ("", verdict("valid"), 30, 10, 3, 0),
        ("", verdict("revoked"), 30, 10, 3, 0),
        ("", verdict("replaced"), 30, 10, 3, 0),
        ("", "/".to_owned(), 25, 8, 3, 0),
        ("", "/verify".to_owned(), 25, 8, 3, 0),
        ("", "/verify/list".to_owned(), 25, 8, 3, 0),
        ("", "/scan".to_owned(), 30, 30, 7, 12),
        ("clerk", "/trainees".to_owned(), 80, 18, 4, 3),
        ("clerk", "/certificates".to_owned(), 80, 18, 4, 3),
        ("assessor-3", marks, 110, 20, 4, 5),
        // Its figures have a style sheet of their own.
        ("bureau", "/figures".to_owned(), 60, 15, 4, 0),
    ]
    .into_iter()
    .map(|(login, path, plain, sent, requests, scripts)| Budget {
        login,
        path,
        plain: plain * 1024,
        sent: sent * 1024,
        requests,
        scripts: scripts * 1024,
    })
    .collect()
}

/// What the browser counts of the page it shows; the icon, which it may or may not tell of, is one more.
const WEIGHT: &str = "
const page = performance.getEntriesByType('navigation')[0], parts = performance.getEntriesByType('resource').filter(one => !one.name.includes('/icons/'));
const sum = (all, what) => all.reduce((sum, one) => sum + one[what], 0);
const kind = name => parts.filter(one => new URL(one.name).pathname.endsWith(name));
return { plain: page.decodedBodySize + sum(kind('.css'), 'decodedBodySize'), sent: page.transferSize + sum(parts, 'transferSize'),
  requests: 2 + parts.length, scripts: sum(kind('.js'), 'encodedBodySize'), rows: document.querySelectorAll('main tbody tr').length };";

/// A host that browsers do not trust as they trust their own machine: to it, as old ones to anybody,
/// they do not say which site made them ask.
const ELSEWHERE: &str = "registry.test";

#[test]
fn no_page_weighs_more_than_it_may() {
    runtime().block_on(async {
        let mut served = tokio::task::spawn_blocking(serve).await.unwrap();
        let found = format!("--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1");
        let flags = [found.as_str(), "--disable-features=HttpsUpgrades"];
        let Some(browser) = Browser::open_with(&served, &flags).await else {
            return;
        };
        browser.devtools("Network.enable", json!({})).await;
        browser
            .devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true }))
            .await;
        let mut over = Vec::new();
        let elsewhere = served.base.replace("127.0.0.1", ELSEWHERE);
        for (base, trusted) in [(served.base.clone(), true), (elsewhere, false)] {
            served.base = base;
            browser.go(&served, "/").await;
            assert_eq!(browser.asked("return isSecureContext").await, trusted);
            weigh(&served, &browser, &mut over).await;
            // Forms are let in there too, though no page of ours names its origin.
            browser.press(".me form button").await;
            assert_eq!(browser.path().await, "/", "signed out");
        }
        browser.close().await;
        assert!(over.is_empty(), "{}", over.join("\n"));
    });
}

/// Weighs every page that has a budget.
async fn weigh(served: &Served, browser: &Browser, over: &mut Vec<String>) {
    let mut before = "";
    for budget in budgets(served) {
        if budget.login != before {
            browser.sign_in(served, budget.login).await;
            before = budget.login;
        }
        let page = format!("{}{}", served.base, budget.path);
        browser.go(served, &budget.path).await;
        let told = browser.asked(WEIGHT).await;
        let number = |name: &str| told[name].as_u64().unwrap();
        println!("{page:<60} {told}");
        for (what, most) in [
            ("plain", budget.plain),
            ("sent", budget.sent),
            ("requests", budget.requests),
            ("scripts", budget.scripts),
        ] {
            if number(what) > most {
                over.push(format!("{page}: {what} {} of {most}", number(what)));
            }
        }
    }
}

/// What runs out of the page, and what is cut off within it.
const CUT: &str = "
const page = document.documentElement, far = page.clientWidth + 1, faults = [];
if (page.scrollWidth > far) faults.push('runs out: ' + [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > far).slice(0, 3).map(e => e.outerHTML.slice(0, 90)).join(' '));
for (const e of document.querySelectorAll('main *, header *, footer *')) {
  const style = getComputedStyle(e), hides = style.overflowX === 'hidden' || style.overflowY === 'hidden';
  if (hides && style.position !== 'absolute' && e.innerText && (e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 2))
    faults.push('cut off: ' + e.outerHTML.slice(0, 90));
}
return faults;";

/// Text twice as large; WCAG 1.4.12's spacing. Set by script, since the page takes no inline style.
const TWICE: &str = "document.documentElement.style.fontSize = '32px'";
const SPACED: &str = "const s = document.styleSheets[0];
for (const rule of ['* { letter-spacing: .12em !important; word-spacing: .16em !important; line-height: 1.5 !important }', 'p { margin-bottom: 2em !important }'])
  s.insertRule(rule, s.cssRules.length);";

#[test]
fn text_may_be_twice_as_large_and_wider_set() {
    runtime().block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        let Some(browser) = Browser::open(&served).await else {
            return;
        };
        let fixtures = fixtures(&served);
        let plain = [
            "/",
            "/scan",
            "/verify",
            "/verify/list",
            "/verify/pdf",
            "/help",
        ];
        let pages: Vec<(&str, Option<&Fixture>)> = fixtures
            .iter()
            .map(|it| (it.code, Some(it)))
            .chain(plain.map(|path| (path, None)))
            .collect();
        let mut faults = Vec::new();
        for (path, fixture) in &pages {
            // A narrow telephone; a desk zoomed to 200 %; text alone twice as large; text spaced.
            for (how, width, script) in [
                ("320 px", 320, ""),
                ("zoomed", 640, ""),
                ("twice", 1280, TWICE),
                ("twice, narrow", 640, TWICE),
                ("spaced", 390, SPACED),
            ] {
                browser.width(width, 800).await;
                match fixture {
                    Some(fixture) => fixture.open(&browser, &served).await,
                    None => browser.go(&served, path).await,
                }
                if !script.is_empty() {
                    browser.asked(script).await;
                }
                let found = browser.asked(CUT).await;
                faults.extend(
                    found
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|fault| format!("{path} {how}: {fault}")),
                );
            }
        }
        browser.close().await;
        println!(
            "{} pages in five settings of text, {} faults",
            pages.len(),
            faults.len()
        );
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}

/// A photograph of a code.
fn photograph(text: &str) -> GrayImage {
    let symbol = Symbol::new(text).unwrap();
    let side = u32::try_from((symbol.side() + 2 * QUIET) * 5).unwrap();
    GrayImage::from_fn(side, side, |x, y| {
        let of = |at: u32| (at as usize / 5).checked_sub(QUIET);
        let dark = matches!((of(x), of(y)), (Some(x), Some(y)) if x < symbol.side() && y < symbol.side() && symbol.is_dark(x, y));
        Luma([if dark { 25 } else { 230 }])
    })
}

#[test]
fn without_scripts_a_code_a_photograph_a_file_and_a_list_are_verified() {
    runtime().block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        let Some(browser) = Browser::open(&served).await else { return };
        browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        let valid = &served.town.certificates["valid"];
        let known = verification::look_up(&served.registry, &valid.token, served.clock.read()).unwrap().unwrap();
        let tail = known.public.certificate.id_tail.clone();
        let folder = served.folder.path();

        // The code, typed from paper in groups and capitals.
        let groups: Vec<_> = valid.token.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).to_uppercase()).collect();
        browser.go(&served, "/verify").await;
        browser.type_into("code", &groups.join(" ")).await;
        browser.press("form[method=get] .btn").await;
        stands(&browser, "a typed code").await;

        // The number, with name and end of the document.
        browser.go(&served, "/verify").await;
        browser.type_into("number", &valid.number).await;
        browser.type_into("name", &valid.holder).await;
        browser.type_into("id_tail", &tail).await;
        browser.press("form[method=post] .btn").await;
        stands(&browser, "number and name").await;

        // A photograph, read by the server.
        browser.go(&served, "/scan").await;
        let asleep = browser.asked("return document.getElementById('s-camera').hidden && !document.getElementById('scan').dataset.ready").await;
        assert_eq!(asleep, Value::Bool(true), "no script ran");
        let picture = folder.join("photograph.jpg");
        photograph(&valid.qr).save(&picture).unwrap();
        browser.type_into("picture", &picture.to_string_lossy()).await;
        browser.press("#s-form .btn").await;
        stands(&browser, "a photograph").await;

        // The PDF itself.
        let file = folder.join("brought.pdf");
        std::fs::write(&file, &valid.pdf).unwrap();
        browser.go(&served, "/verify/pdf").await;
        browser.type_into("file", &file.to_string_lossy()).await;
        browser.press("form[action='/verify/pdf'] .btn").await;
        stands(&browser, "a file").await;

        // A list; the page of a longer one loads itself again.
        browser.go(&served, "/verify/list").await;
        let list = format!("证书编号,姓名,证件号码末四位\n{},{},{tail}\nS000015090001265000999,王五,0011\n", valid.number, valid.holder);
        browser.type_into("text", &list).await;
        browser.press("button[value=page]").await;
        for _ in 0..100 {
            if browser.text().await.contains("未查到") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let text = browser.text().await;
        assert!(text.contains(&valid.holder) && text.contains("未查到"), "{text}");
        browser.close().await;
    });
}

async fn stands(browser: &Browser, way: &str) {
    let told = browser
        .asked("return document.querySelector('h1').textContent")
        .await;
    assert!(
        told.as_str().unwrap().starts_with("证书有效"),
        "{way}: {told}"
    );
    println!("without scripts, by {way}: {told}");
}
