//! 疑点规则: each rule is one SQL file beside this one, asked of whole tables at once.
//!
//! A file holds one question for each variant. All answer the same nine columns; rows with the
//! same variant and subject are one finding, and each names one row behind it. The two databases
//! spell days and years differently, so the files say `{day:…}`, `{days:later|earlier}`, `{year:…}`,
//! `{hour:…}`, `{prefix:…}`, and limits by name.

use crate::domain::eligibility;
use crate::domain::red_flag::{Limits, Rule, VOUCHED};
use crate::domain::skill_level::SkillLevel;
use crate::on;
use crate::store::{Conn, Found};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

/// One row of a rule's answer.
#[derive(Clone, Debug, QueryableByName)]
pub struct Finding {
    /// Which of the rule's sentences.
    #[diesel(sql_type = Text)]
    pub variant: String,
    /// What makes it this finding.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// Where.
    #[diesel(sql_type = Text)]
    pub region: String,
    /// Whose record.
    #[diesel(sql_type = Nullable<Text>)]
    pub institution: Option<String>,
    /// The first fact of the sentence.
    #[diesel(sql_type = Text)]
    pub a: String,
    /// The second.
    #[diesel(sql_type = Text)]
    pub b: String,
    /// The third.
    #[diesel(sql_type = Text)]
    pub c: String,
    /// The table of the row behind it.
    #[diesel(sql_type = Text)]
    pub noun: String,
    /// Its key.
    #[diesel(sql_type = Text)]
    pub record: String,
}

fn text(rule: Rule) -> &'static str {
    match rule {
        Rule::F01 => include_str!("F01.sql"),
        Rule::F02 => include_str!("F02.sql"),
        Rule::F03 => include_str!("F03.sql"),
        Rule::F04 => include_str!("F04.sql"),
        Rule::F05 => include_str!("F05.sql"),
        Rule::F06 => include_str!("F06.sql"),
        Rule::F07 => include_str!("F07.sql"),
        Rule::F08 => include_str!("F08.sql"),
        Rule::F09 => include_str!("F09.sql"),
        Rule::F10 => include_str!("F10.sql"),
        Rule::F11 => include_str!("F11.sql"),
        Rule::F12 => include_str!("F12.sql"),
        Rule::F13 => include_str!("F13.sql"),
        Rule::F14 => include_str!("F14.sql"),
        Rule::F15 => include_str!("F15.sql"),
        Rule::F16 => include_str!("F16.sql"),
    }
}

/// Everything a rule finds in the records as they are.
pub fn find(db: &mut Conn, rule: Rule, limits: &Limits) -> Found<Vec<Finding>> {
    let sqlite = matches!(db, Conn::Sqlite(_));
    let mut found = Vec::new();
    for question in text(rule).split(";\n") {
        let question = spoken(question, sqlite, limits);
        let rows: Vec<Finding> = on!(db, c => diesel::sql_query(question).load(c))?;
        found.extend(rows);
    }
    Ok(found)
}

/// A question in the words of one database. Nothing in it comes from outside: limits are numbers
/// of ours, lists are our catalogues.
fn spoken(question: &str, sqlite: bool, limits: &Limits) -> String {
    let mut text = question.to_owned();
    // The innermost braces first, so that one may stand in another.
    while let Some(close) = text.find('}') {
        let Some(open) = text[..close].rfind('{') else {
            break;
        };
        let inner = text[open + 1..close].to_owned();
        text.replace_range(open..=close, &said(&inner, sqlite, limits));
    }
    text
}

fn said(inner: &str, sqlite: bool, limits: &Limits) -> String {
    let (word, about) = inner.split_once(':').unwrap_or((inner, ""));
    match (word, sqlite) {
        ("day", true) => format!("date({about}, '+8 hours')"),
        ("day", false) => format!("CAST({about} + INTERVAL '8 hours' AS DATE)"),
        ("hour", true) => format!("CAST(strftime('%H', {about}, '+8 hours') AS INTEGER)"),
        ("hour", false) => {
            format!("CAST(EXTRACT(HOUR FROM {about} + INTERVAL '8 hours') AS INTEGER)")
        }
        ("year", true) => format!("CAST(strftime('%Y', {about}) AS INTEGER)"),
        ("year", false) => format!("CAST(EXTRACT(YEAR FROM {about}) AS INTEGER)"),
        ("days", _) => {
            let (later, earlier) = about.split_once('|').unwrap_or((about, about));
            if sqlite {
                format!("CAST(julianday({later}) - julianday({earlier}) AS INTEGER)")
            } else {
                format!("({later} - {earlier})")
            }
        }
        ("prefix", _) => format!(
            "CASE WHEN SUBSTR({about}, 3, 4) = '0000' THEN SUBSTR({about}, 1, 2) \
             WHEN SUBSTR({about}, 5, 2) = '00' THEN SUBSTR({about}, 1, 4) ELSE {about} END || '%'"
        ),
        ("groups", _) => {
            let rows: Vec<_> = VOUCHED
                .iter()
                .map(|(group, kind)| format!("('{group}', '{kind}')"))
                .collect();
            rows.join(", ")
        }
        ("clauses", _) => {
            let all = SkillLevel::ALL
                .iter()
                .flat_map(|level| eligibility::clauses(*level));
            let rows: Vec<_> = all
                .map(|clause| {
                    let previous = clause.previous.map_or("", SkillLevel::as_str);
                    format!("('{}', {}, '{previous}')", clause.code, clause.years)
                })
                .collect();
            rows.join(", ")
        }
        _ => {
            let limit = limits.named().into_iter().find(|(name, _)| *name == about);
            limit.map_or_else(|| "NULL".to_owned(), |(_, value)| value.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_every_rule_is_said_in_both_databases() {
        for rule in Rule::ALL {
            for sqlite in [true, false] {
                let question = spoken(text(*rule), sqlite, &Limits::default());
                assert!(
                    !question.contains(['{', '}']) && !question.contains("NULL)"),
                    "{rule}: {question}"
                );
            }
        }
    }
}
