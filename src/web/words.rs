//! 用语: which language, and the words people read.
//!
//! Every sentence lives in `templates/words/<noun>.toml`, each key with both languages, Chinese
//! first. A place `{0}` is filled by a fact; `{0:date}` writes an ISO day as a date, `{0:noun.key}`
//! looks the fact up as the key `noun.key.<fact>`, and `{0?row:rows}` chooses the first word when
//! the fact is 1. In texts read with [`Words::h`], `**…**` is strong and `[…](…)` is a link.
//!
//! A key nobody wrote shows itself on the page, and `tests/words.rs` fails.

use crate::domain::refusal::Refusal;
use crate::ground::clock;
use askama::filters::Safe;
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rocket::http::CookieJar;
use rust_embed::RustEmbed;
use std::collections::HashMap;
use std::fmt::{Display, Write};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "templates/words"]
struct Files;

/// Every key with its words, Chinese then English; and what is wrong with the files.
struct Catalogue {
    words: HashMap<String, [String; 2], BuildHasherDefault<Quick>>,
    faults: Vec<String>,
}

/// A hash for keys that are ours: a page looks up some sixty, and nobody can choose them.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for some in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..some.len()].copy_from_slice(some);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word))
                .wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        // The table takes its bits from both ends.
        self.0 ^ (self.0 >> 32)
    }
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut all = Catalogue {
        words: HashMap::default(),
        faults: Vec::new(),
    };
    for name in Files::iter() {
        let file = Files::get(&name).expect("an embedded file has content");
        match std::str::from_utf8(&file.data)
            .ok()
            .and_then(|text| text.parse::<toml::Table>().ok())
        {
            Some(table) => gather(&mut all, "", &table),
            None => all.faults.push(format!("{name} is not TOML")),
        }
    }
    all
});

/// A table with a `zh` or an `en` text is a leaf; any other is a branch.
fn gather(all: &mut Catalogue, prefix: &str, table: &toml::Table) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        let toml::Value::Table(inner) = value else {
            all.faults
                .push(format!("{path} is neither a group nor a pair of languages"));
            continue;
        };
        let text = |lang: &str| inner.get(lang).and_then(toml::Value::as_str);
        match (text("zh"), text("en")) {
            (None, None) => gather(all, &path, inner),
            (Some(zh), Some(en)) => {
                if all
                    .words
                    .insert(path.clone(), [zh.to_owned(), en.to_owned()])
                    .is_some()
                {
                    all.faults.push(format!("{path} is written twice"));
                }
            }
            _ => all.faults.push(format!("{path} lacks a language")),
        }
    }
}

/// Every key with its Chinese and English words, for the tests that read them over.
pub fn catalogue() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    CATALOGUE
        .words
        .iter()
        .map(|(key, [zh, en])| (key.as_str(), zh.as_str(), en.as_str()))
}

/// What is wrong with the words files themselves; empty when all is well.
pub fn faults() -> &'static [String] {
    &CATALOGUE.faults
}

/// A language people read us in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// 中文, unless asked otherwise.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language of a code, `zh` or `en`.
    pub fn read(code: &str) -> Option<Self> {
        match code {
            "zh" | "zh-CN" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// What the cookie `lang` says, else what the browser prefers, else Chinese.
    pub fn of(cookies: &CookieJar<'_>, accepted: Option<&str>) -> Self {
        let chosen = cookies
            .get("lang")
            .and_then(|cookie| Self::read(cookie.value()));
        chosen.unwrap_or_else(|| Self::heard(accepted))
    }

    /// What the browser prefers, else Chinese.
    pub fn heard(accepted: Option<&str>) -> Self {
        accepted.and_then(Self::preferred).unwrap_or_default()
    }

    /// The first of our languages in an `Accept-Language` header, by weight.
    fn preferred(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let (tag, rest) = range.split_once(';').unwrap_or((range, ""));
            let weight = rest
                .trim()
                .strip_prefix("q=")
                .and_then(|q| q.parse().ok())
                .unwrap_or(1.0_f32);
            let language = tag
                .trim()
                .split('-')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            if let Some(lang) = Self::read(&language)
                && weight > 0.0
                && best.is_none_or(|(w, _)| weight > w)
            {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// For `<html lang>` and `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// For the cookie and for addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

/// The words of one language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words {
    /// Which language.
    pub lang: Lang,
}

/// A refusal in words: what stands in the way, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What stands in the way.
    pub say: String,
    /// What to do about it.
    pub then: String,
}

impl Words {
    /// The words of this language.
    pub const fn of(lang: Lang) -> Self {
        Self { lang }
    }

    fn found(self, key: &str) -> Option<&'static str> {
        CATALOGUE
            .words
            .get(key)
            .map(|pair| pair[self.lang as usize].as_str())
    }

    /// The words at a key, as written.
    pub fn t<'k>(self, key: &'k str) -> &'k str {
        self.found(key).unwrap_or(key)
    }

    /// The words of one value of a code set: `w.of_code("standing", "valid")` is `standing.valid`.
    pub fn c(self, set: &str, code: impl Display) -> &'static str {
        let mut key = String::with_capacity(48);
        let _ = write!(key, "{set}.{code}");
        self.found(&key).unwrap_or_else(|| {
            // shown as it is: a code of a newer program on an older page
            tracing::warn!(key, "no words for this code");
            "—"
        })
    }

    /// A name of the catalogues in this language; the Chinese one where no other is known.
    pub fn pick<'n>(self, zh: &'n str, en: &'n str) -> &'n str {
        if self.lang == Lang::En && !en.is_empty() {
            en
        } else {
            zh
        }
    }

    /// The words at a key, its places filled.
    pub fn f(self, key: &str, facts: &[&dyn Display]) -> String {
        let facts: Vec<String> = facts.iter().map(ToString::to_string).collect();
        self.filled(self.t(key), &facts)
    }

    /// The words at a key as HTML: strong text and links marked in the words, facts escaped.
    pub fn h(self, key: &str, facts: &[&dyn Display]) -> Safe<String> {
        let facts: Vec<String> = facts
            .iter()
            .map(|fact| escaped(&fact.to_string()))
            .collect();
        Safe(marked_up(&self.filled(&escaped(self.t(key)), &facts)))
    }

    /// Whether a refusal has words of its own.
    pub fn tells(self, refusal: &Refusal) -> bool {
        self.found(&format!("refusal.{}.say", refusal.code))
            .is_some()
    }

    /// A refusal in words.
    pub fn refusal(self, refusal: &Refusal) -> Told {
        let text = |part: &str| {
            let key = format!("refusal.{}.{part}", refusal.code);
            self.filled(self.t(&key), &self.days_told(&refusal.facts))
        };
        Told {
            say: text("say"),
            then: text("do"),
        }
    }

    /// Facts of a rule, its ISO days written as people write them.
    fn days_told(self, facts: &[String]) -> Vec<String> {
        let told = |fact: &String| match fact.parse() {
            Ok(day) if fact.len() == 10 => self.date(day),
            _ => fact.clone(),
        };
        facts.iter().map(told).collect()
    }

    fn filled(self, pattern: &str, facts: &[String]) -> String {
        let mut out = String::with_capacity(pattern.len() + 16);
        let mut rest = pattern;
        while let Some(open) = rest.find('{') {
            let Some(length) = rest[open..].find('}') else {
                break;
            };
            out.push_str(&rest[..open]);
            let place = &rest[open + 1..open + length];
            let end = place
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(place.len());
            match place[..end]
                .parse::<usize>()
                .ok()
                .and_then(|n| facts.get(n))
            {
                Some(fact) => out.push_str(&self.placed(fact, &place[end..])),
                None => {
                    let _ = write!(out, "{{{place}}}");
                }
            }
            rest = &rest[open + length + 1..];
        }
        out.push_str(rest);
        out
    }

    fn placed(self, fact: &str, how: &str) -> String {
        if let Some(choice) = how.strip_prefix('?') {
            let (one, many) = choice.split_once(':').unwrap_or((choice, choice));
            return if fact == "1" { one } else { many }.to_owned();
        }
        match how.strip_prefix(':') {
            Some("date") => fact
                .parse()
                .map_or_else(|_| fact.to_owned(), |day| self.date(day)),
            Some(set) => self
                .found(&format!("{set}.{fact}"))
                .unwrap_or(fact)
                .to_owned(),
            None => fact.to_owned(),
        }
    }

    /// A day: 2026年7月31日 · 31 July 2026.
    pub fn date(self, day: NaiveDate) -> String {
        // Room for a time behind it. Writing into a string cannot fail.
        let mut out = String::with_capacity(40);
        let _ = match self.lang {
            Lang::Zh => write!(out, "{}年{}月{}日", day.year(), day.month(), day.day()),
            Lang::En => write!(out, "{}", day.format("%-d %B %Y")),
        };
        out
    }

    /// A stored UTC time as Beijing wall-clock time, to the second.
    pub fn moment(self, utc: NaiveDateTime) -> String {
        let wall = clock::beijing(utc);
        let (hour, minute, second) = (wall.hour(), wall.minute(), wall.second());
        let mut out = self.date(wall.date_naive());
        let _ = write!(out, " {hour:02}:{minute:02}:{second:02}");
        out
    }

    /// A stored UTC time as Beijing wall-clock time, to the minute.
    pub fn minute(self, utc: NaiveDateTime) -> String {
        let wall = clock::beijing(utc);
        let (hour, minute) = (wall.hour(), wall.minute());
        format!("{} {hour:02}:{minute:02}", self.date(wall.date_naive()))
    }

    /// From one day to another, the year said once when it is the same.
    pub fn span(self, from: NaiveDate, to: NaiveDate) -> String {
        match self.lang {
            Lang::Zh if from.year() == to.year() => {
                format!("{}至{}月{}日", self.date(from), to.month(), to.day())
            }
            Lang::Zh => format!("{}至{}", self.date(from), self.date(to)),
            Lang::En if from.year() == to.year() => {
                format!("{} to {}", from.format("%-d %B"), self.date(to))
            }
            Lang::En => format!("{} to {}", self.date(from), self.date(to)),
        }
    }

    /// A number with its thousands apart: 48,213.
    pub fn count(self, number: impl Display) -> String {
        let digits = number.to_string();
        let (sign, digits) = digits
            .strip_prefix('-')
            .map_or(("", digits.as_str()), |rest| ("-", rest));
        let mut out = String::from(sign);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// `**…**` becomes strong, `[…](…)` a link; the text is escaped already.
fn marked_up(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    for (index, piece) in text.split("**").enumerate() {
        if index > 0 {
            out.push_str(if index % 2 == 1 { "<b>" } else { "</b>" });
        }
        let mut rest = piece;
        while let Some((before, label, address, after)) = link_in(rest) {
            let _ = write!(out, "{before}<a href=\"{address}\">{label}</a>");
            rest = after;
        }
        out.push_str(rest);
    }
    out
}

fn link_in(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let open = text[..middle].rfind('[')?;
    let close = middle + text[middle..].find(')')?;
    Some((
        &text[..open],
        &text[open + 1..middle],
        &text[middle + 2..close],
        &text[close + 1..],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled() {
        let w = Words::of(Lang::En);
        let facts = ["2026-03-02".to_owned(), "1".to_owned(), "12".to_owned()];
        assert_eq!(w.filled("began {0:date}", &facts), "began 2 March 2026");
        assert_eq!(
            w.filled("{1} {1?row:rows}, {2} {2?row:rows}", &facts),
            "1 row, 12 rows"
        );
        assert_eq!(w.filled("{7} {x} {", &facts), "{7} {x} {");
        assert_eq!(
            Words::default().filled("已于{0:date}开班", &facts),
            "已于2026年3月2日开班"
        );
    }

    #[test]
    fn a_fact_cannot_bring_markup() {
        assert_eq!(
            marked_up(&escaped("**a** [b](/c)")),
            "<b>a</b> <a href=\"/c\">b</a>"
        );
        let w = Words::default();
        assert!(!w.h("frame.name", &[&"<b>"]).0.contains("<b>"));
        assert_eq!(escaped("<'&\">"), "&lt;&#39;&amp;&#34;&gt;");
    }

    #[test]
    fn the_browsers_first_language_of_ours_is_spoken() {
        for (header, lang) in [
            ("en-GB,en;q=0.9,zh;q=0.5", Some(Lang::En)),
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Lang::Zh)),
            ("mn,en;q=0.3,zh;q=0.7", Some(Lang::Zh)),
            ("fr", None),
            ("en;q=0", None),
        ] {
            assert_eq!(Lang::preferred(header), lang, "{header}");
        }
    }

    #[test]
    fn numbers_and_spans_are_readable() {
        let w = Words::default();
        assert_eq!(w.count(48213), "48,213");
        assert_eq!(w.count(-1_000_000), "-1,000,000");
        assert_eq!(w.count(999), "999");
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        assert_eq!(w.span(day(3, 2), day(4, 1)), "2026年3月2日至4月1日");
        assert_eq!(
            Words::of(Lang::En).span(day(3, 2), day(4, 1)),
            "2 March to 1 April 2026"
        );
    }
}
