//! 用语: every sentence has its words in both languages, and every page keeps to them.

use guildhall::web::words;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if entry.is_dir() {
                walk(&entry, extension, found);
            } else if entry.extension().is_some_and(|e| e == extension) {
                found.push(entry);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join(folder), extension, &mut found);
    found.sort();
    let named = |path: PathBuf| {
        let name = path
            .strip_prefix(root.join(folder))
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        (name, fs::read_to_string(&path).unwrap())
    };
    found.into_iter().map(named).collect()
}

/// The text literals that follow `start`, e.g. `w.t("`.
fn literals<'t>(text: &'t str, start: &str) -> Vec<&'t str> {
    let starts = text.match_indices(start).map(|(at, _)| at + start.len());
    starts
        .filter_map(|at| text[at..].split_once('"').map(|(literal, _)| literal))
        .collect()
}

/// A source without its comments and its tests.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = body
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Everything between two marks cut out.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once(open) {
        out.push_str(before);
        rest = inner.split_once(close).map_or("", |(_, after)| after);
    }
    out + rest
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn catalogue() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    words::catalogue()
        .map(|(key, zh, en)| (key, (zh, en)))
        .collect()
}

/// Fails with all faults at once, so that one run is enough to mend them.
fn none(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn the_words_files_are_whole() {
    none(words::faults());
    assert!(!catalogue().is_empty());
}

#[test]
fn every_word_asked_for_is_written() {
    let known = catalogue();
    let mut faults = Vec::new();
    let sources = files("src", "rs")
        .into_iter()
        .map(|(name, text)| (name, code(&text)));
    for (name, text) in files("templates", "html").into_iter().chain(sources) {
        for start in [
            "w.t(\"",
            "w.f(\"",
            "w.h(\"",
            "words().t(\"",
            "words().f(\"",
            "Frame::of(visit, \"",
            "Frame::of(&visit, \"",
            ".frame(\"",
        ] {
            for key in literals(&text, start)
                .into_iter()
                .filter(|key| !known.contains_key(key))
            {
                faults.push(format!("{name}: no words at {key}"));
            }
        }
        for set in literals(&text, "w.c(\"") {
            if !known.keys().any(|key| {
                key.strip_prefix(set)
                    .is_some_and(|rest| rest.starts_with('.'))
            }) {
                faults.push(format!("{name}: no set of words {set}"));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_refusal_has_words() {
    let known = catalogue();
    let mut faults = Vec::new();
    for (name, text) in files("src", "rs") {
        let text = code(&text);
        for code in ["Refusal::new(\"", "Refusal { code: \""]
            .iter()
            .flat_map(|start| literals(&text, start))
        {
            for part in ["say", "do"] {
                if !known.contains_key(format!("refusal.{code}.{part}").as_str()) {
                    faults.push(format!("{name}: no words at refusal.\"{code}\".{part}"));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn both_languages_have_the_same_places() {
    let places = |text: &str| -> BTreeSet<usize> {
        let open = text.match_indices('{').map(|(at, _)| &text[at + 1..]);
        open.filter_map(|rest| {
            rest.split(|c: char| !c.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        })
        .collect()
    };
    let mut faults = Vec::new();
    for (key, (zh, en)) in catalogue() {
        if places(zh) != places(en) {
            faults.push(format!(
                "{key}: {:?} in Chinese, {:?} in English",
                places(zh),
                places(en)
            ));
        }
        if zh.is_empty() != en.is_empty() {
            faults.push(format!("{key}: empty in one language"));
        }
        if en.chars().any(is_cjk) && key != "frame.other_language" {
            faults.push(format!("{key}: the English holds Chinese"));
        }
    }
    none(&faults);
}

#[test]
fn chinese_is_punctuated_in_chinese() {
    let mut faults = Vec::new();
    for (key, (zh, _)) in catalogue() {
        // a link's brackets and a place's own marks are not punctuation
        let text = without(zh, "](", ")").replace('[', "");
        let text: Vec<char> = without(&text, "{", "}").chars().collect();
        for (at, mark) in text
            .iter()
            .enumerate()
            .filter(|(_, c)| ",;:?!()\"'.".contains(**c))
        {
            let beside = [
                at.checked_sub(1).and_then(|i| text.get(i)),
                text.get(at + 1),
            ];
            if beside.into_iter().flatten().any(|c| is_cjk(*c)) {
                faults.push(format!("{key}: {mark} beside Chinese in {zh}"));
            }
        }
        for word in ["作废", "注销", "系统异常", "..."] {
            if zh.contains(word) {
                faults.push(format!("{key}: {word} is not a word of this house"));
            }
        }
    }
    none(&faults);
}

#[test]
fn templates_hold_no_sentence_style_or_script_of_their_own() {
    let mut faults = Vec::new();
    for (name, text) in files("templates", "html") {
        for mark in [
            "style=\"",
            "<style",
            "javascript:",
            " onclick=",
            " onsubmit=",
            " onchange=",
            "<script>",
        ] {
            if text.contains(mark) {
                faults.push(format!(
                    "{name}: {mark} would break the content security policy"
                ));
            }
        }
        // blocks that name a class, and the macro that writes only attributes
        let bare = without(&text, "{% block body %}", "{% endblock %}");
        let bare = without(
            &without(&bare, "{% block width %}", "{% endblock %}"),
            "macro tied(",
            "endmacro",
        );
        let bare = without(
            &without(&without(&bare, "{#", "#}"), "{%", "%}"),
            "{{",
            "}}",
        );
        for attribute in [
            "aria-label=\"",
            "title=\"",
            "placeholder=\"",
            "alt=\"",
            "data-l=\"",
        ] {
            for value in literals(&bare, attribute)
                .into_iter()
                .filter(|v| v.chars().any(char::is_alphabetic))
            {
                faults.push(format!(
                    "{name}: {attribute}{value}\" is a sentence of its own"
                ));
            }
        }
        // the seal's one character, and the names of keys, are not sentences
        let bare = without(&without(&bare, "<kbd>", "</kbd>"), "<", ">").replace('匠', "");
        for line in bare
            .lines()
            .map(str::trim)
            .filter(|line| line.chars().any(char::is_alphabetic))
        {
            faults.push(format!("{name}: “{line}” is a sentence of its own"));
        }
    }
    none(&faults);
}

#[test]
fn every_template_is_used() {
    let users: String = files("src", "rs")
        .into_iter()
        .chain(files("templates", "html"))
        .map(|(_, text)| text)
        .collect();
    let templates = files("templates", "html");
    none(
        &templates
            .iter()
            .filter(|(name, _)| !users.contains(&format!("\"{name}\"")))
            .map(|(name, _)| format!("{name} is drawn by nobody"))
            .collect::<Vec<_>>(),
    );
}
