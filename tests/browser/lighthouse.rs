//! Lighthouse: accessibility and best practices of the public's pages, each a hundred of a hundred.

use super::verdicts::{Fixture, fixtures};
use super::{Served, has, part, serve};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What Lighthouse says of a page.
fn judged(tool: &Path, address: &str, served: &Served) -> Value {
    let report = served.folder.path().join("lighthouse.json");
    let output = Command::new("node")
        .arg(tool.join("cli/index.js"))
        .args([address, "--quiet", "--ignore-status-code", "--throttling-method=provided", "--only-categories=accessibility,best-practices"])
        .args(["--output=json", "--chrome-flags=--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --lang=zh-CN"])
        .arg(format!("--output-path={}", report.display()))
        .env("CHROME_PATH", chromium())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{address}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap()
}

/// Where Chromium is: Lighthouse wants its whole path.
fn chromium() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path).map(|folder| folder.join("chromium"));
    found.find(|file| file.exists()).unwrap_or_default()
}

/// The audits of a category that count and are not passed.
fn failed(report: &Value, category: &str) -> Vec<String> {
    let audits = report["categories"][category]["auditRefs"]
        .as_array()
        .unwrap();
    audits
        .iter()
        .filter(|it| it["weight"].as_f64() > Some(0.0))
        .filter_map(|it| it["id"].as_str())
        .filter(|id| {
            report["audits"][id]["score"]
                .as_f64()
                .is_some_and(|score| score < 1.0)
        })
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn the_publics_pages_have_a_hundred_of_a_hundred() {
    let found = part(
        "node_modules/lighthouse",
        "Lighthouse (accessibility and best practices of the public's pages)",
    );
    let Some(tool) = found.filter(|_| {
        has("node", "--version", "Lighthouse") & has("chromium", "--version", "Lighthouse")
    }) else {
        return;
    };
    let served = serve();
    let mut pages: Vec<(u16, String)> = fixtures(&served)
        .into_iter()
        // It opens addresses, and brings no files.
        .filter(Fixture::is_addressed)
        .map(|it| (it.status, it.path))
        .collect();
    pages.extend(["/", "/scan", "/verify", "/verify/list"].map(|path| (200, path.to_owned())));
    let mut faults = Vec::new();
    for (status, path) in &pages {
        let report = judged(&tool, &format!("{}{path}", served.base), &served);
        assert!(
            report["runtimeError"].is_null(),
            "{path}: {}",
            report["runtimeError"]
        );
        let score = |category: &str| {
            report["categories"][category]["score"]
                .as_f64()
                .unwrap_or_default()
        };
        println!(
            "{path:<40.40} accessibility {:.2}, best practices {:.2}",
            score("accessibility"),
            score("best-practices")
        );
        faults.extend(
            failed(&report, "accessibility")
                .into_iter()
                .map(|fault| format!("{path}: {fault}")),
        );
        // A page that answers 404 or 400 on purpose is a line in the browser's console, and nothing else is.
        let faulty = failed(&report, "best-practices");
        let lines = report["audits"]["errors-in-console"]["details"]["items"]
            .as_array()
            .map_or(0, Vec::len);
        let allowed = |fault: &String| *status != 200 && fault == "errors-in-console" && lines == 1;
        faults.extend(
            faulty
                .into_iter()
                .filter(|fault| !allowed(fault))
                .map(|fault| format!("{path}: {fault}")),
        );
    }
    println!("Lighthouse: {} pages, {} faults", pages.len(), faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
