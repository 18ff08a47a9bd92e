//! 说结论: the verdict and each check in Chinese and English, or in JSON.

use super::Unread;
use super::trust::{Pinned, Refused, fingerprint};
use crate::ground::clock::beijing;
use crate::seal::finding::{About, Finding, Light};
use crate::seal::pocket::{Pocket, Told, Verdict};
use crate::web::words::{Lang, Words};
use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};
use std::fmt::Display;

const ZH: Words = Words::of(Lang::Zh);
const EN: Words = Words::of(Lang::En);

/// Both languages' words for a code.
fn both(set: &str, code: impl Display + Copy) -> String {
    format!("{} / {}", ZH.c(set, code), EN.c(set, code))
}

fn both_of(key: &str, facts: &[&dyn Display]) -> String {
    format!("{} / {}", ZH.f(key, facts), EN.f(key, facts))
}

/// The heading of a part.
fn head(key: &str) -> String {
    format!("{} {}", ZH.t(key), EN.t(key))
}

fn moment(at: NaiveDateTime) -> String {
    beijing(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

fn age(w: Words, seconds: i64) -> String {
    let (key, n) = match seconds {
        ..3_600 => ("scan_say.minutes", seconds.max(0) / 60),
        3_600..172_800 => ("scan_say.hours", seconds / 3_600),
        _ => ("scan_say.days", seconds / 86_400),
    };
    w.f(key, &[&n])
}

fn about(w: Words, finding: &Finding) -> String {
    match &finding.about {
        About::None => String::new(),
        About::Said(what) => what.clone(),
        About::Fields(fields) => {
            let names: Vec<_> = fields
                .iter()
                .map(|field| w.c("prove_fact", field))
                .collect();
            names.join(w.t("verify.file.comma"))
        }
        About::At(at) => moment(*at),
    }
}

/// What a fact says in words, where it is a code.
fn worded(w: Words, field: &str, says: &str) -> String {
    match field {
        "level" => w.c("level", says).to_owned(),
        "was" => w.c("list_verdict", says).to_owned(),
        _ => says.to_owned(),
    }
}

/// Prints the whole answer.
pub(super) fn told(told: &Told, pocket: &Pocket, pinned: Pinned, fetched: bool, as_json: bool) {
    if as_json {
        println!("{:#}", answer(told, pocket, pinned, fetched));
        return;
    }
    println!("{}", head("prove.name"));
    println!(
        "{}: [{}] {}",
        head("prove.verdict"),
        told.verdict.code(),
        both("prove_verdict", told.verdict.code())
    );
    println!("{}: {}", head("prove.what"), both("prove_kind", told.kind));
    println!("{}:", head("prove.checked"));
    for finding in &told.findings {
        println!("  {}", line(finding));
    }
    if !told.facts.is_empty() {
        println!("{}:", head("prove.says"));
        for (field, says) in &told.facts {
            let (zh, en) = (worded(ZH, field, says), worded(EN, field, says));
            let says = if zh == en { zh } else { format!("{zh} / {en}") };
            println!(
                "  {} {}: {says}",
                ZH.c("prove_fact", field),
                EN.c("prove_fact", field)
            );
        }
        if told.fact("id_tail").is_some() && told.verdict.exit() != 1 {
            println!("  {} / {}", ZH.t("prove.compare"), EN.t("prove.compare"));
        }
    }
    println!("{}:", head("prove.basis"));
    let bundle = |w: Words| {
        let key = if pocket.age() < 0 {
            "prove.ahead"
        } else {
            "prove.bundle"
        };
        let bundle = &pocket.bundle;
        let facts: [&dyn Display; 4] = [
            &moment(pocket.as_of()),
            &age(w, pocket.age()),
            &bundle.sequence,
            &bundle.issuers.len(),
        ];
        w.f(key, &facts)
    };
    println!("  {} / {}", bundle(ZH), bundle(EN));
    println!("  {}", both_of("prove.root", &[&fingerprint(&pocket.root)]));
    println!("  {}", both("prove_root", pinned.code()));
    let key = if fetched {
        "prove.at_fetched"
    } else {
        "prove.at"
    };
    println!("  {}", both_of(key, &[&moment(pocket.now())]));
}

fn line(finding: &Finding) -> String {
    let mark = match finding.light {
        Light::Good => '✓',
        Light::Bad => '✗',
        Light::Open => '?',
    };
    let code = format!("{}.{}", finding.code, finding.light.code());
    let (zh, en) = (about(ZH, finding), about(EN, finding));
    let after = match (zh.is_empty(), zh == en) {
        (true, _) => String::new(),
        (false, true) => format!(" — {zh}"),
        (false, false) => format!(" — {zh} / {en}"),
    };
    format!("{mark} {}{after}", both("prove_check", code.as_str()))
}

fn answer(told: &Told, pocket: &Pocket, pinned: Pinned, fetched: bool) -> Value {
    let checks: Vec<Value> = told
        .findings
        .iter()
        .map(|finding| {
            let about = match &finding.about {
                About::None => Value::Null,
                About::Said(what) => json!(what),
                About::Fields(fields) => json!(fields),
                About::At(at) => json!(beijing(*at).to_rfc3339()),
            };
            json!({
                "what": finding.code, "result": finding.light.code(), "about": about,
                "says": line(finding),
            })
        })
        .collect();
    let facts: Map<String, Value> = told
        .facts
        .iter()
        .map(|(field, says)| ((*field).to_owned(), json!(says)))
        .collect();
    json!({
        "verdict": told.verdict.code(), "exit": told.verdict.exit(), "kind": told.kind,
        "says": both("prove_verdict", told.verdict.code()),
        "checks": checks, "facts": facts,
        "basis": {
            "issued_at": beijing(pocket.as_of()).to_rfc3339(), "age_seconds": pocket.age(),
            "sequence": pocket.bundle.sequence, "root": fingerprint(&pocket.root).replace(' ', ""),
            "root_known": pinned.code(), "fetched": fetched,
        },
        "checked_at": beijing(pocket.now()).to_rfc3339(),
    })
}

/// Says why no bundle could be relied on.
pub(super) fn refused(why: Refused, as_json: bool) {
    let (verdict, why_said) = (both("prove_verdict", "no_trust"), both("prove_trust", why));
    if as_json {
        let answer = json!({ "verdict": "no_trust", "exit": 3, "why": why, "says": why_said });
        println!("{answer:#}");
        return;
    }
    println!("{}", head("prove.name"));
    println!("{}: [no_trust] {verdict}", head("prove.verdict"));
    println!("  ✗ {why_said}");
}

/// Says why there was nothing to judge.
pub(super) fn unread(told: &Told, Unread(key, fact): &Unread, as_json: bool) {
    let why = both_of(key, &[fact]);
    if as_json {
        let answer = json!({
            "verdict": told.verdict.code(), "exit": Verdict::NotOurs.exit(), "why": key.trim_start_matches("prove."),
            "says": why,
        });
        println!("{answer:#}");
        return;
    }
    println!("{}", head("prove.name"));
    println!(
        "{}: [{}] {}",
        head("prove.verdict"),
        told.verdict.code(),
        both("prove_verdict", told.verdict.code())
    );
    println!("  ? {why}");
}

/// A word aside when what was typed is neither a file nor a code.
pub(super) fn not_a_file(what: &str) {
    eprintln!("guildhall: {}", both_of("prove.no_file", &[&what]));
}
