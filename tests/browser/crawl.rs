//! 各页: every kind of page each role can reach, judged by axe, by a narrow screen, by the console.

use super::{Browser, Served, Vendor, serve};
use guildhall::store::{Store, rosters};
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};

/// Who walks through the pages, and whether she looks at all of hers or only at kinds of page that
/// nobody before her saw.
const WALKERS: [(&str, bool); 12] = [
    ("", true),
    ("clerk", true),
    ("bureau", true),
    ("assess-clerk", true),
    ("assess-signatory", true),
    ("assessor-2", true),
    ("administrator", true),
    ("signatory", true),
    ("county", false),
    ("auditor", false),
    ("township", true),
    ("veterans", true),
];

const AXE: &str = "const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'], runOnly: { type: 'tag', values:
    ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } })
  .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary).join(' | '))),
        e => done([String(e)]));";

const LINKS: &str = "return [...document.querySelectorAll('a[href]')]
  .filter(a => a.origin === location.origin && !a.hreflang).map(a => a.pathname + a.search)";

const WIDE: &str = "const far = innerWidth + 1, page = document.documentElement;
  if (page.scrollWidth <= far) return [];
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > far)
    .slice(0, 3).map(e => e.outerHTML.slice(0, 120));";

#[test]
fn every_page_a_role_can_reach_stands_up() {
    let script = std::env::var("AXE_SCRIPT")
        .ok()
        .and_then(|path| std::fs::read_to_string(path).ok());
    let Some(script) = script else {
        println!("not run: axe-core (accessibility of every page)");
        assert!(
            std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"),
            "axe-core is required"
        );
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let faults = runtime.block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        let browser = Browser::open(&served).await?;
        let faults = walk(&served, &browser, &script).await;
        browser.close().await;
        Some(faults)
    });
    let faults = faults.unwrap_or_default();
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

async fn walk(house: &Served, browser: &Browser, axe: &str) -> Vec<String> {
    let (mut faults, mut anybody, mut count) = (Vec::new(), BTreeSet::new(), 0);
    for (login, thorough) in WALKERS {
        let mut ahead: VecDeque<String> = VecDeque::new();
        complaints(browser).await;
        let mut seen = if thorough && !login.is_empty() {
            BTreeSet::new()
        } else {
            anybody.clone()
        };
        if login.is_empty() {
            ahead.extend(["/", "/sign-in", "/api"].map(ToOwned::to_owned));
            ahead.extend(
                house
                    .town
                    .certificates
                    .values()
                    .map(|paper| format!("/v/{}", paper.token)),
            );
        } else {
            browser.sign_in(house, login).await;
            ahead.push_back("/home".to_owned());
            let reads_classes = !login.starts_with("assess")
                && !matches!(login, "administrator" | "township" | "veterans");
            let reads_sittings =
                login.starts_with("assess") || matches!(login, "bureau" | "county" | "auditor");
            if reads_classes {
                ahead.extend(
                    house
                        .town
                        .classes
                        .values()
                        .map(|id| format!("/classes/{id}")),
                );
            }
            if login == "clerk" {
                // A roster's report is reached by uploading one; nothing leads to it afterwards.
                let file = house.folder.path().join("town.db");
                let store = Store::open(&file.to_string_lossy()).unwrap();
                let class = &house.town.classes["running"];
                let kept = store.read(|db| rosters::of_class(db, class)).unwrap();
                assert!(!kept.is_empty(), "the running class has a roster");
                ahead.extend(
                    kept.iter()
                        .map(|(roster, _)| format!("/rosters/{}", roster.id)),
                );
            }
            if reads_sittings {
                let of_panel = |name: &str| login != "assessor-2" || name != "planned";
                let sittings = house
                    .town
                    .sittings
                    .iter()
                    .filter(|(name, _)| of_panel(name));
                ahead.extend(sittings.map(|(_, id)| format!("/sittings/{id}")));
            }
        }
        let mut seeds: BTreeSet<String> = ahead.iter().cloned().collect();
        while let Some(path) = ahead.pop_front() {
            let kind = kind(&path);
            let is_public = !login.is_empty() && is_public(&path);
            if is_public || !is_page(&path) || !(seeds.remove(&path) | seen.insert(kind.clone())) {
                continue;
            }
            if !thorough && anybody.contains(&kind) && path != "/home" {
                // Seen by others; walked through for the links it has for this one.
                browser.go(house, &path).await;
            } else {
                count += 1;
                let found = judge(house, browser, &path, axe).await;
                faults.extend(
                    found
                        .into_iter()
                        .map(|fault| format!("{login} {path}: {fault}")),
                );
            }
            anybody.insert(kind);
            ahead.extend(
                run(browser, LINKS)
                    .await
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|link| link.as_str().map(ToOwned::to_owned)),
            );
        }
        println!("{login}: {count} pages so far, {} faults", faults.len());
    }
    assert!(count > 60, "only {count} pages");
    println!(
        "{count} pages, each light on 1280 pixels and dark on 390: {} faults",
        faults.len()
    );
    faults
}

/// A path without what tells one record from another.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let is_key = |part: &str| part.len() >= 16 || part.starts_with(|c: char| c.is_ascii_digit());
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| if is_key(part) { "*" } else { part })
        .collect();
    // A list filtered in another way is the same kind of page; a form for another purpose is not.
    let keys = query.split('&').filter_map(|pair| pair.split('=').next());
    let keys: BTreeSet<&str> = keys
        .filter(|key| matches!(*key, "class" | "candidate" | "like"))
        .collect();
    format!("{} {keys:?}", parts.join("/"))
}

/// Pages a stranger has already walked through.
fn is_public(path: &str) -> bool {
    [
        "/v/",
        "/verify",
        "/help",
        "/a11y",
        "/publicity",
        "/courses",
        "/occupations",
    ]
    .iter()
    .any(|start| path.starts_with(start))
        || path == "/"
}

/// Files are not pages, and a page that changes how pages look is none either.
fn is_page(path: &str) -> bool {
    let plain = path.split('?').next().unwrap_or_default();
    let name = plain.rsplit('/').next().unwrap_or_default();
    !(name.contains('.')
        || name == "pdf"
        || plain.starts_with("/display")
        // The log's own files are for programs.
        || plain.starts_with("/log/")
        || plain.starts_with("/static")
        || plain.starts_with("/api/"))
}

async fn judge(house: &Served, browser: &Browser, path: &str, axe: &str) -> Vec<String> {
    look(browser, 1280, false).await;
    browser.go(house, path).await;
    let mut faults = complaints(browser).await;
    let status = run(
        browser,
        "return performance.getEntriesByType('navigation')[0].responseStatus",
    )
    .await;
    if status != json!(200) {
        return vec![format!("answered {status}")];
    }
    run(browser, axe).await;
    // The public's pages and the chief ones of each role are seen in all four (`axe`).
    for (width, dark) in [(1280, false), (390, true)] {
        look(browser, width, dark).await;
        let found = browser.page.execute_async(AXE, vec![]).await.unwrap();
        let mode = if dark { "dark" } else { "light" };
        faults.extend(texts(&found).map(|fault| format!("{width} {mode} {fault}")));
    }
    look(browser, 320, false).await;
    let wide = run(browser, WIDE).await;
    faults.extend(texts(&wide).map(|fault| format!("320 too wide {fault}")));
    faults
}

async fn run(browser: &Browser, script: &str) -> Value {
    browser.page.execute(script, vec![]).await.unwrap()
}

/// The size of the page, and whether it is dark.
async fn look(browser: &Browser, width: u32, dark: bool) {
    let scheme = if dark { "dark" } else { "light" };
    let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
    let media = json!({ "features": [
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ] });
    browser
        .devtools("Emulation.setDeviceMetricsOverride", size)
        .await;
    browser.devtools("Emulation.setEmulatedMedia", media).await;
}

/// What the console has said since it was last asked: a refused script, a missing file.
async fn complaints(browser: &Browser) -> Vec<String> {
    let lines = browser
        .page
        .issue_cmd(Vendor("se/log", json!({ "type": "browser" })))
        .await
        .unwrap();
    lines
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| format!("console: {}", line["message"]))
        .collect()
}

fn texts(found: &Value) -> impl Iterator<Item = String> {
    found
        .as_array()
        .into_iter()
        .flatten()
        .map(|text| text.as_str().unwrap_or_default().to_owned())
}
