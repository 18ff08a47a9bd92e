//! 版式: where each text of a certificate stands, and how long ones are made to fit.

use chrono::{Datelike, NaiveDate};

use super::art;
use super::fonts::Typeface;
use super::ink::{BRONZE, CRIMSON, Colour, GREY, HEIGHT, INK, POINTS};
use super::typeset::{Room, fit, width, wrap};

/// One line of text on the page.
#[derive(Clone, Debug)]
pub struct Text {
    /// Left end, millimetres.
    pub x: f32,
    /// Baseline, millimetres from the top.
    pub y: f32,
    /// Points.
    pub size: f32,
    /// The face wished for.
    pub face: Typeface,
    /// Its colour.
    pub colour: Colour,
    /// Points added after every character.
    pub tracking: f32,
    /// Whether it is in English, for those who listen to the page.
    pub english: bool,
    /// What it says.
    pub says: String,
}

/// Chinese words with their English.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// What a field says: Chinese, and English where there is any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// 中文, or what needs no language.
    pub zh: String,
    /// English.
    pub en: Option<String>,
}

impl Value {
    /// A value in one language.
    pub fn plain(zh: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: None,
        }
    }

    /// A value in both languages; an empty English one counts as none.
    pub fn both(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: Some(en.into()),
        }
        .tidy()
    }

    /// A day in both languages.
    pub fn day(day: NaiveDate) -> Self {
        Self::both(day_zh(day), day.format("%-d %B %Y").to_string())
    }

    fn tidy(mut self) -> Self {
        self.en = self.en.filter(|en| !en.trim().is_empty());
        self
    }
}

/// A day in Chinese: 2025年7月1日.
pub fn day_zh(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// Everything that makes one kind of document itself.
#[derive(Debug)]
pub struct Design {
    /// Its name.
    pub title: Label,
    /// Points of the title, and between its characters.
    pub title_size: (f32, f32),
    /// The sentence in the middle; `{}` is the issuer's name.
    pub body: Label,
    /// What the issuer is called here.
    pub issuer: Label,
    /// The fields of the right panel.
    pub fields: &'static [Label],
    /// Baseline of the first field, and from one to the next.
    pub rows: (f32, f32),
    /// The line in the seal.
    pub purpose: &'static str,
    /// Small lines beside the QR code.
    pub notes: &'static [&'static str],
}

impl Design {
    /// The rule under each field.
    pub fn rules(&self) -> Vec<f32> {
        (0_u8..)
            .zip(self.fields)
            .map(|(at, _)| self.baseline(at) + 3.6)
            .collect()
    }

    fn baseline(&self, row: u8) -> f32 {
        self.rows.0 + f32::from(row) * self.rows.1
    }
}

/// The rules under institution and date.
pub const SIGNATURE: [f32; 2] = [162.9, 176.4];

/// The title and its English.
pub fn title(design: &Design) -> [Text; 2] {
    let (size, tracking) = design.title_size;
    [
        centred(
            design.title.zh,
            Typeface::Bold,
            size,
            tracking,
            69.0,
            CRIMSON,
            false,
        ),
        centred(
            &design.title.en.to_uppercase(),
            Typeface::Song,
            9.8,
            1.15,
            77.4,
            BRONZE,
            true,
        ),
    ]
}

fn centred(
    says: &str,
    face: Typeface,
    size: f32,
    tracking: f32,
    y: f32,
    colour: Colour,
    english: bool,
) -> Text {
    #[expect(clippy::cast_precision_loss, reason = "a title has tens of characters")]
    let gaps = (says.chars().count().max(1) - 1) as f32;
    let wide = width(says, face, size) + gaps * tracking / POINTS;
    Text {
        x: art::CENTRE - wide / 2.0,
        y,
        size,
        face,
        colour,
        tracking,
        english,
        says: says.to_owned(),
    }
}

/// The sentence, Chinese above English, in letters as large as leave room for the signature.
pub fn body(design: &Design, issuer: &str, issuer_en: Option<&str>) -> (Vec<Text>, Vec<Text>) {
    const MEASURE: f32 = 94.0;
    const ENGLISH: f32 = 101.0;
    let zh = design.body.zh.replace("{}", issuer);
    let en = design
        .body
        .en
        .replace("{}", issuer_en.unwrap_or("this institution"));
    let mut size = 13.0;
    loop {
        let (leading, small) = (8.2 * size / 13.0, 8.4 * size / 13.0);
        let lines = wrap(&zh, Typeface::Kai, size, MEASURE, 2.0 * size / POINTS, true);
        let under = wrap(&en, Typeface::Song, small, ENGLISH, 0.0, false);
        let text = |face, size, colour, english| {
            move |y: f32, x: f32, says: String| Text {
                x,
                y,
                size,
                face,
                colour,
                tracking: 0.0,
                english,
                says,
            }
        };
        let (zh_text, en_text) = (
            text(Typeface::Kai, size, INK, false),
            text(Typeface::Song, small, GREY, true),
        );
        let mut y = 97.5 - leading;
        let mut chinese = Vec::new();
        for (at, line) in lines.into_iter().enumerate() {
            y += leading;
            let indent = if at == 0 { 2.0 * size / POINTS } else { 0.0 };
            chinese.push(zh_text(y, art::LEFT + indent, line));
        }
        y += 4.9 * size / 13.0 + 0.4;
        let mut english = Vec::new();
        for line in under {
            y += 4.5 * size / 13.0;
            english.push(en_text(y, art::LEFT, line));
        }
        if y <= 147.5 {
            return (chinese, english);
        }
        size *= 0.97;
    }
}

/// A label of the right panel with its English below.
pub fn field_label(design: &Design, row: u8) -> Vec<Text> {
    let label = design.fields[usize::from(row)];
    let y = design.baseline(row);
    vec![
        small(art::LABELS, y, 9.6, GREY, label.zh, false),
        small(art::LABELS, y + 3.3, 6.2, BRONZE, label.en, true),
    ]
}

/// The label of institution or date.
pub fn signature_label(label: Label, y: f32) -> Vec<Text> {
    vec![
        small(art::LEFT, y, 9.2, GREY, label.zh, false),
        small(art::LEFT, y + 3.2, 6.2, BRONZE, label.en, true),
    ]
}

fn small(x: f32, y: f32, size: f32, colour: Colour, says: &str, english: bool) -> Text {
    Text {
        x,
        y,
        size,
        face: Typeface::Song,
        colour,
        tracking: 0.0,
        english,
        says: says.to_owned(),
    }
}

/// A value of the right panel.
pub fn field_value(design: &Design, row: u8, value: &Value) -> Vec<Text> {
    let rule = design.baseline(row) + 3.6;
    let column = Column {
        left: art::VALUES,
        right: art::RIGHT,
        rule,
        size: 13.5,
        beside: true,
    };
    column.set(value)
}

/// The issuer's name, or the day of issue, in the left panel.
pub fn signature_value(row: usize, value: &Value) -> Vec<Text> {
    let column = Column {
        left: art::LEFT_VALUES,
        right: art::LEFT_RIGHT,
        rule: SIGNATURE[row],
        size: 13.0,
        beside: false,
    };
    column.set(value)
}

/// A place for a value above a rule.
struct Column {
    left: f32,
    right: f32,
    rule: f32,
    size: f32,
    /// Whether English may stand at the right end of the same line.
    beside: bool,
}

impl Column {
    fn set(&self, value: &Value) -> Vec<Text> {
        let measure = self.right - self.left;
        let natural = width(&value.zh, Typeface::Kai, self.size);
        if self.beside {
            let english = value
                .en
                .as_deref()
                .map_or(0.0, |en| width(en, Typeface::Song, 7.8) + 3.0);
            // A little smaller is better than one above the other.
            let squeeze = (measure / (natural + english)).min(1.0);
            if squeeze > 0.86 {
                let y = self.rule - 3.0;
                let mut texts = vec![self.chinese(y, self.size * squeeze, &value.zh)];
                if let Some(en) = &value.en {
                    texts.push(self.english(
                        self.right - (english - 3.0) * squeeze,
                        y,
                        7.8 * squeeze,
                        en,
                    ));
                }
                return texts;
            }
        }
        self.stacked(value, measure)
    }

    /// From the rule upwards: English, then one or two lines of Chinese.
    fn stacked(&self, value: &Value, measure: f32) -> Vec<Text> {
        let least = if self.beside { 8.6 } else { 10.4 };
        let english = value.en.is_some();
        let size = if self.beside && english {
            11.0
        } else {
            self.size
        };
        let several = if !self.beside {
            10.2
        } else if english {
            8.0
        } else {
            9.4
        };
        let chinese = fit(
            &value.zh,
            Typeface::Kai,
            Room {
                width: measure,
                size,
                least,
                several,
                lines: 2,
            },
        );
        let mut texts = Vec::new();
        let mut y = self.rule - 1.3;
        if let Some(en) = &value.en {
            // A second line of English only where there is height for it.
            let tight = self.beside && chinese.lines.len() > 1;
            let (size, lines) = if tight { (5.8, 1) } else { (6.6, 2) };
            let room = Room {
                width: measure,
                size,
                least: 5.8,
                several: 5.4,
                lines,
            };
            let under = fit(en, Typeface::Song, room);
            for line in under.lines.iter().rev() {
                texts.insert(0, self.english(self.left, y, under.size, line));
                y -= under.size / POINTS;
            }
            y -= if self.beside { 0.55 } else { 0.9 };
        } else {
            y -= if chinese.lines.len() == 1 { 1.7 } else { 0.5 };
        }
        for line in chinese.lines.iter().rev() {
            texts.insert(0, self.chinese(y, chinese.size, line));
            y -= chinese.size / POINTS * 1.09;
        }
        texts
    }

    fn chinese(&self, y: f32, size: f32, says: &str) -> Text {
        Text {
            face: Typeface::Kai,
            ..small(self.left, y, size, INK, says, false)
        }
    }

    fn english(&self, x: f32, y: f32, size: f32, says: &str) -> Text {
        small(x, y, size, GREY, says, true)
    }
}

/// The lines beside the QR code that are the same on every certificate of an issuer.
pub fn notes(design: &Design, host: &str) -> Vec<Text> {
    let x = NOTES;
    let mut texts = vec![
        small(x, 153.0, 9.4, INK, "扫码核验真伪 · 离线亦可验证", false),
        small(
            x,
            156.6,
            6.6,
            BRONZE,
            "Scan to verify, online or offline",
            true,
        ),
    ];
    let mut y = 158.4;
    let only = format!("只认域名 {host}");
    for line in std::iter::once(only.as_str())
        .filter(|_| !host.is_empty())
        .chain(design.notes.iter().copied())
    {
        y += 3.6;
        texts.push(fitting(x, y, 7.2, GREY, line));
    }
    texts.push(small(
        x,
        176.6,
        7.2,
        GREY,
        "核验码 Verification code",
        false,
    ));
    texts
}

/// Left edge of the lines beside the QR code.
const NOTES: f32 = 207.0;

/// The registry's fingerprint of this certificate.
pub fn fingerprint(says: &str) -> Text {
    Text {
        english: true,
        ..fitting(NOTES, 180.9, 9.2, INK, says)
    }
}

/// Which printing this is (第2次印制) or its serial, small, at the lower right.
pub fn edition(says: &str) -> Text {
    let text = fitting(NOTES, 184.3, 6.6, GREY, says);
    Text {
        x: art::RIGHT - width(&text.says, text.face, text.size),
        ..text
    }
}

/// What is written across a copy: from the page's own corner, to be turned and moved.
pub fn across(says: &str) -> Text {
    Text {
        x: 0.0,
        y: HEIGHT,
        size: 17.0,
        face: Typeface::Song,
        colour: PALE,
        tracking: 1.5,
        english: false,
        says: format!("{says}　　{says}"),
    }
}

/// Dark enough to survive a photocopier, pale enough to read over.
const PALE: Colour = Colour(0.80, 0.82, 0.86);

fn fitting(x: f32, y: f32, size: f32, colour: Colour, says: &str) -> Text {
    let room = Room {
        width: art::RIGHT - NOTES,
        size,
        least: 0.0,
        several: size,
        lines: 1,
    };
    let fitted = fit(says, Typeface::Song, room);
    small(x, y, fitted.size, colour, says, false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn inside(texts: &[Text], left: f32, right: f32, top: f32, bottom: f32) {
        for text in texts {
            let end = text.x + width(&text.says, text.face, text.size);
            assert!(
                text.x >= left - 0.05 && end <= right + 0.05,
                "{text:?} ends at {end}"
            );
            // A letter reaches 0.88 em above its baseline.
            let high = text.y - text.size / POINTS * 0.88;
            assert!(high >= top && text.y <= bottom, "{text:?} reaches {high}");
        }
        for (above, below) in texts.iter().zip(texts.iter().skip(1)) {
            let side_by_side = (above.y - below.y).abs() < 0.01;
            assert!(
                side_by_side || below.y - below.size / POINTS * 0.80 >= above.y,
                "{above:?} {below:?}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn values_never_leave_their_row(zh in "[一-龥·（）A-Z0-9]{1,60}", en in proptest::option::of("[A-Za-z' -]{1,90}")) {
            let value = Value { zh, en }.tidy();
            for design in [&crate::paper::certificate::DESIGN, &crate::paper::completion::DESIGN] {
                let rules = design.rules();
                inside(&field_value(design, 1, &value), art::VALUES, art::RIGHT, rules[0] - 0.3, rules[1]);
            }
            inside(&signature_value(0, &value), art::LEFT_VALUES, art::LEFT_RIGHT, 149.0, SIGNATURE[0]);
        }

        #[test]
        fn the_body_stays_above_the_signature(name in "[一-龥（）]{1,60}") {
            let (zh, en) = body(&crate::paper::certificate::DESIGN, &name, None);
            prop_assert!(en.last().unwrap().y <= 147.6);
            let said: String = zh.iter().map(|text| text.says.as_str()).collect();
            prop_assert!(said.contains(&name));
        }
    }

    #[test]
    fn days_are_written_in_both_languages() {
        let day = NaiveDate::from_ymd_opt(2025, 7, 1).unwrap();
        assert_eq!(Value::day(day), Value::both("2025年7月1日", "1 July 2025"));
    }
}
