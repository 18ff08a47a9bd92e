//! 无障碍: no violation on any page, light and dark, phone and desktop; and pictures to look at.

use super::{Browser, Served, serve};

/// What a person can open, and as whom.
fn pages(served: &Served) -> Vec<(&'static str, Vec<String>)> {
    let town = &served.town;
    let class = |state: &str| format!("/classes/{}", town.classes[state]);
    let sitting = |state: &str| format!("/sittings/{}", town.sittings[state]);
    let verdict = |standing: &str| format!("/v/{}", town.certificates[standing].token);
    let plain = |paths: &[&str]| {
        paths
            .iter()
            .map(|path| (*path).to_owned())
            .collect::<Vec<_>>()
    };
    let mut public = plain(&[
        "/",
        "/verify",
        "/courses",
        "/help",
        "/a11y",
        "/sign-in",
        "/occupations?q=焊工",
        "/demands",
        "/publicity",
        "/v/aaaaaaaaaaaaaaaa",
        "/v/short",
        "/api",
        "/employers/new",
        "/watches/ended",
    ]);
    public.extend(["valid", "revoked", "replaced"].map(verdict));
    public.push(format!("/publicity/{}", town.sittings["in_publicity"]));
    let mut clerk = plain(&[
        "/home",
        "/classes",
        "/classes/new",
        "/trainees",
        "/institution/courses",
        "/teachers",
        "/certificates",
        "/claims",
        "/claims/new",
        "/tokens",
        "/password",
    ]);
    clerk.extend([
        class("draft"),
        class("running"),
        class("returned"),
        format!("{}/attendance", class("running")),
        format!("{}/rosters/new", class("draft")),
    ]);
    let mut assess = plain(&["/home", "/sittings", "/sittings/new", "/assessors"]);
    assess.extend([
        sitting("planned"),
        sitting("in_publicity"),
        format!("{}/review", sitting("in_publicity")),
        format!("{}/panel", sitting("planned")),
        format!("{}/candidates", sitting("planned")),
    ]);
    let marks = vec![
        "/home".to_owned(),
        format!("{}/marks", sitting("marking")),
        "/marks".to_owned(),
    ];
    let signatory = vec![
        "/home".to_owned(),
        format!("{}/certificates", sitting("issued")),
        "/certificates".to_owned(),
    ];
    let bureau = plain(&[
        "/home",
        "/institutions",
        "/institutions/new",
        "/employers",
        "/demands/new",
        "/figures/shortages",
        "/vacancies",
        "/vacancies/new",
        "/claims",
        "/claims/totals",
        "/subsidy-rules",
        "/subsidy-rules/new",
        "/recoveries",
        "/ledger",
        "/base",
        "/base/counts",
        "/grants",
        "/grants/new",
        "/comparisons",
        "/assessors/new",
    ]);
    let county = vec![format!("{}/decision", class("filed"))];
    let township = plain(&[
        "/home",
        "/base",
        "/base?list=neglected",
        "/base/counts",
        "/base/new",
        "/base/lists/new",
    ]);
    let department = plain(&["/home", "/granted", "/comparisons", "/comparisons/new"]);
    let keeper = plain(&["/home", "/accounts", "/accounts/new", "/holidays"]);
    vec![
        ("", public),
        ("clerk", clerk),
        ("assess-clerk", assess),
        ("assessor-3", marks),
        ("assess-signatory", signatory),
        ("bureau", bureau),
        ("county", county),
        ("administrator", keeper),
        ("township", township),
        ("veterans", department),
    ]
}

const RUN: &str = "const done = arguments[arguments.length - 1]; axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'], resultTypes: ['violations']}).then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))), e => done(['axe: ' + e]));";

#[test]
fn no_page_shuts_anybody_out() {
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
    let pictures = std::env::var("SCREENSHOTS").unwrap_or_else(|_| "target/screenshots".to_owned());
    std::fs::create_dir_all(&pictures).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        let Some(browser) = Browser::open(&served).await else { return };
        let mut wrong = Vec::new();
        let mut looked = 0;
        for (login, paths) in pages(&served) {
            if !login.is_empty() {
                browser.sign_in(&served, login).await;
            }
            for path in paths {
                for (width, scheme) in [(390, "light"), (1280, "dark"), (1280, "light"), (390, "dark")] {
                    browser.page.set_window_size(width, 900).await.unwrap();
                    let dark = serde_json::json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
                    emulate(&browser, dark).await;
                    browser.go(&served, &path).await;
                    browser.page.execute(&script, vec![]).await.unwrap();
                    let found = browser.page.execute_async(RUN, vec![]).await.unwrap();
                    for violation in found.as_array().into_iter().flatten() {
                        wrong.push(format!("{login} {path} {width} {scheme}: {violation}"));
                    }
                    looked += 1;
                    if scheme == "light" {
                        let name = format!("{login}{}-{width}.png", path.replace(['/', '?', '='], "_"));
                        let png = browser.page.screenshot().await.unwrap();
                        std::fs::write(std::path::Path::new(&pictures).join(name), png).unwrap();
                    }
                }
                browser.page.set_window_size(320, 800).await.unwrap();
                let sideways = browser.page.execute("return document.documentElement.scrollWidth - window.innerWidth", vec![]).await.unwrap();
                if sideways.as_i64().is_some_and(|pixels| pixels > 0) {
                    wrong.push(format!("{login} {path}: scrolls sideways at 320 by {sideways}"));
                }
            }
        }
        looked += key_screens(&served, &browser, &script, &pictures, &mut wrong).await;
        browser.close().await;
        println!("axe: {looked} pages looked at, {} violations", wrong.len());
        assert!(wrong.is_empty(), "{} violations:\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// Asks Chromium to show a page as in the dark, or in the light.
async fn emulate(browser: &Browser, media: serde_json::Value) {
    browser.devtools("Emulation.setEmulatedMedia", media).await;
}

/// The ten screens that matter most: in English once more under axe, and as pictures at the widths
/// of a tablet and of a small notebook.
async fn key_screens(
    served: &Served,
    browser: &Browser,
    axe: &str,
    pictures: &str,
    wrong: &mut Vec<String>,
) -> usize {
    let town = &served.town;
    let screens = [
        ("", "/".to_owned()),
        ("", format!("/v/{}", town.certificates["valid"].token)),
        ("", format!("/v/{}", town.certificates["revoked"].token)),
        ("clerk", "/home".to_owned()),
        ("clerk", format!("/classes/{}", town.classes["running"])),
        (
            "clerk",
            format!("/classes/{}/rosters/new", town.classes["draft"]),
        ),
        (
            "assess-clerk",
            format!("/sittings/{}/review", town.sittings["in_publicity"]),
        ),
        (
            "assessor-3",
            format!("/sittings/{}/marks", town.sittings["marking"]),
        ),
        (
            "assess-signatory",
            format!("/sittings/{}/certificates", town.sittings["issued"]),
        ),
        ("bureau", "/institutions".to_owned()),
    ];
    let (mut looked, mut before) = (0, "nobody");
    for (login, path) in &screens {
        if *login != before {
            browser.page.delete_all_cookies().await.unwrap();
            if !login.is_empty() {
                browser.sign_in(served, login).await;
            }
            before = login;
        }
        let named = format!("{login}{}", path.replace('/', "_"));
        for (lang, widths) in [
            ("zh", &[820, 1366][..]),
            ("en", &[390, 1280, 820, 1366][..]),
        ] {
            let speak = format!("document.cookie = 'lang={lang}; path=/'");
            browser.page.execute(&speak, vec![]).await.unwrap();
            for width in widths {
                browser.page.set_window_size(*width, 900).await.unwrap();
                for scheme in ["light", "dark"] {
                    let media = serde_json::json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
                    emulate(browser, media).await;
                    browser.go(served, path).await;
                    if lang == "en" && *width != 820 && *width != 1366 {
                        browser.page.execute(axe, vec![]).await.unwrap();
                        let found = browser.page.execute_async(RUN, vec![]).await.unwrap();
                        for violation in found.as_array().into_iter().flatten() {
                            wrong.push(format!(
                                "{login} {path} {lang} {width} {scheme}: {violation}"
                            ));
                        }
                        looked += 1;
                    }
                    if scheme == "light" {
                        let file = format!("key-{named}-{lang}-{width}.png");
                        let png = browser.page.screenshot().await.unwrap();
                        std::fs::write(std::path::Path::new(pictures).join(file), png).unwrap();
                    }
                }
            }
        }
        browser
            .page
            .execute("document.cookie = 'lang=zh; path=/'", vec![])
            .await
            .unwrap();
    }
    looked
}
