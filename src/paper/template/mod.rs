//! 套版: a plate, and the few objects each holder adds to it.
//!
//! A file is: prefix (the same for all) · page content and the few glyphs the plate lacks · Info,
//! XMP, catalogue · cross-reference table over both · trailer. Nothing of the prefix is read again.
//!
//! A signed file has six to ten objects more ([`crate::paper::signature`]): the signature with its hole,
//! its field on the page, whose appearance is the seal, what a reader needs to check it, and the
//! files within the file.

mod splice;

use crate::domain::refusal::{Reason, Refusal};
use crate::paper::fonts::{self, Typeface};
use crate::paper::forbidden::forbidden_words;
use crate::paper::layout::{self, Design, Value};
use crate::paper::plate::{Draft, Plate};
use crate::paper::signature::{Bound, Unsigned};
use crate::paper::structure::{Node, figure, leaf, list};
use crate::paper::{art, stamp};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use splice::Splice;

/// Who issues.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// The name exactly as filed.
    pub name: String,
    /// The name in English.
    pub name_en: Option<String>,
    /// The host that verification answers on, printed so that a look-alike is noticed.
    pub host: String,
}

/// Why something cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unprintable {
    /// No shipped font has these characters.
    Characters(Vec<char>),
    /// A skill certificate may not carry these words.
    Words(Vec<&'static str>),
    /// The photograph is no JPEG that can be passed through.
    Photo,
    /// The code's text is longer than a QR symbol holds.
    Code,
}

impl Reason for Unprintable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Characters(characters) => {
                let named: Vec<String> = characters
                    .iter()
                    .map(|c| format!("{c} (U+{:04X})", u32::from(*c)))
                    .collect();
                Refusal::new("certificate.character-missing").with(named.join("、"))
            }
            Self::Words(words) => Refusal::new("certificate.word-forbidden").with(words.join("、")),
            Self::Photo => Refusal::new("certificate.photo-unreadable"),
            Self::Code => Refusal::new("certificate.code-too-long"),
        }
    }
}

/// What one document adds to its plate.
pub(super) struct Sheet {
    pub values: Vec<Value>,
    /// How many of the first values are names, which no word is forbidden to.
    pub named: usize,
    pub number: String,
    pub issued_on: NaiveDate,
    pub qr: String,
    pub fingerprint: String,
    pub edition: Option<String>,
    pub photo: Option<Vec<u8>>,
    /// Written across the page: what a copy is for, and until when.
    pub across: Option<String>,
}

/// The documents of one kind of one issuer.
pub(super) struct Template {
    design: &'static Design,
    author: String,
    plate: Plate,
    /// Identifies the plate within a document's identifier.
    key: [u8; 32],
    first_mark: usize,
}

/// Characters most values need, so that few certificates add a glyph of these.
const USUAL: &str = "0123456789JSTXY*-–/·（）居民身份证年月日一二三四五级初中高技师工特首席";
/// Latin letters of English values.
const ASCII: &str = " &'(),-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz–";

impl Template {
    pub fn new(design: &'static Design, issuer: &Issuer) -> Result<Self, Unprintable> {
        let english = issuer.name_en.as_deref();
        printable([
            issuer.name.as_str(),
            english.unwrap_or_default(),
            &issuer.host,
        ])?;
        let mut draft = Draft::new();
        draft.stock(Typeface::Kai, USUAL);
        draft.stock(Typeface::Song, ASCII);
        draft.stock(Typeface::Song, "第次印制");
        let nodes = set(&mut draft, design, issuer);
        let first_mark = draft.marks();
        let rules = design.rules();
        let lines = art::Lines {
            fields: &rules,
            signature: layout::SIGNATURE,
        };
        let seal = stamp::form(&issuer.name, design.purpose);
        let marks = first_mark + Mark::count(design);
        let plate = draft.plate(&lines, seal, marks, nodes);
        let key = Sha256::digest(&plate.prefix).into();
        Ok(Self {
            design,
            author: issuer.name.clone(),
            plate,
            key,
            first_mark,
        })
    }

    pub fn draw(&self, sheet: &Sheet) -> Result<Vec<u8>, Unprintable> {
        self.splice(std::slice::from_ref(sheet))
    }

    pub fn draw_all(&self, sheets: &[Sheet]) -> Result<Vec<u8>, Unprintable> {
        self.splice(sheets)
    }

    /// Draws one that is to be signed.
    pub fn bind(&self, sheet: &Sheet, bound: &Bound) -> Result<Unsigned, Unprintable> {
        let mut splice = Splice::new(self, Some(bound));
        splice.page(sheet, true)?;
        let (bytes, hole) = splice.finish(std::slice::from_ref(sheet), true);
        Ok(Unsigned::new(bytes, hole, bound.room))
    }

    fn splice(&self, sheets: &[Sheet]) -> Result<Vec<u8>, Unprintable> {
        let mut splice = Splice::new(self, None);
        let tagged = sheets.len() == 1;
        for sheet in sheets {
            splice.page(sheet, tagged)?;
        }
        Ok(splice.finish(sheets, tagged).0)
    }

    /// The same record on the same plate is the same file; anything else is another.
    fn identifier(&self, sheets: &[Sheet], bound: Option<&Bound>) -> [u8; 16] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        if let Some(bound) = bound {
            hash.update(bound.at.to_string());
            let parts = bound.attachments.iter().map(|one| &one.bytes);
            for part in parts.chain(&bound.certificates).chain(&bound.lists) {
                hash.update(part.len().to_be_bytes());
                hash.update(part);
            }
        }
        for sheet in sheets {
            let values = sheet
                .values
                .iter()
                .flat_map(|value| [value.zh.as_str(), value.en.as_deref().unwrap_or_default()]);
            let rest = [
                &sheet.number,
                &sheet.qr,
                &sheet.fingerprint,
                sheet.edition.as_deref().unwrap_or_default(),
            ];
            for text in values.chain(rest).chain(sheet.across.as_deref()) {
                hash.update(text.len().to_be_bytes());
                hash.update(text);
            }
            hash.update(sheet.issued_on.to_string());
            hash.update(sheet.photo.as_deref().unwrap_or_default());
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        id
    }
}

fn printable<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<(), Unprintable> {
    let mut missing = Vec::new();
    for c in texts.into_iter().flat_map(fonts::missing) {
        if !missing.contains(&c) {
            missing.push(c);
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Unprintable::Characters(missing))
    }
}

impl Sheet {
    /// Refuses what cannot be set and what may not be said.
    fn check(&self) -> Result<(), Unprintable> {
        let texts = self
            .values
            .iter()
            .flat_map(|value| [value.zh.as_str(), value.en.as_deref().unwrap_or_default()]);
        let edition = self.edition.as_deref().unwrap_or_default();
        let across = self.across.as_deref().unwrap_or_default();
        printable(texts.chain([self.number.as_str(), &self.fingerprint, edition, across]))?;
        let said = self
            .values
            .iter()
            .skip(self.named)
            .map(|value| value.zh.as_str());
        let words: Vec<_> = said
            .chain([edition, across])
            .flat_map(forbidden_words)
            .collect();
        if words.is_empty() {
            Ok(())
        } else {
            Err(Unprintable::Words(words))
        }
    }
}

/// The pieces of marked content that change, in the order their marks count on from the plate's.
enum Mark {
    Date,
    Field(usize),
    Fingerprint,
    Code,
    Photo,
    Seal,
    Edition,
}

impl Mark {
    fn count(design: &Design) -> usize {
        design.fields.len() + 6
    }

    fn number(self, first: usize, design: &Design) -> usize {
        let fields = design.fields.len();
        first
            + match self {
                Self::Date => 0,
                Self::Field(at) => 1 + at,
                Self::Fingerprint => fields + 1,
                Self::Code => fields + 2,
                Self::Photo => fields + 3,
                Self::Seal => fields + 4,
                Self::Edition => fields + 5,
            }
    }
}

/// Sets the static text and says in which order everything is read.
fn set(draft: &mut Draft, design: &Design, issuer: &Issuer) -> Vec<Node> {
    let english = issuer.name_en.as_deref();
    let [title, title_en] = layout::title(design);
    let (body, body_en) = layout::body(design, &issuer.name, english);
    let heading = [draft.text("H1", &[title]), draft.text("P", &[title_en])];
    let sentence = [draft.text("P", &body), draft.text("P", &body_en)];
    let labels: Vec<usize> = (0_u8..)
        .zip(design.fields)
        .map(|(row, _)| draft.text("Lbl", &layout::field_label(design, row)))
        .collect();
    let issued_by = draft.text("Lbl", &layout::signature_label(design.issuer, 157.0));
    let name = Value {
        zh: issuer.name.clone(),
        en: issuer.name_en.clone(),
    };
    let name = draft.text("LBody", &layout::signature_value(0, &name));
    let date = layout::Label {
        zh: "发证日期",
        en: "Date of issue",
    };
    let issued_on = draft.text("Lbl", &layout::signature_label(date, 170.5));
    let notes = layout::notes(design, &issuer.host);
    let notes = notes.split_at(2);
    let notes = [draft.text("P", notes.0), draft.text("P", notes.1)];
    let first = draft.marks();
    let at = |mark: Mark| mark.number(first, design);
    let fields = labels
        .into_iter()
        .enumerate()
        .map(|(row, label)| (label, at(Mark::Field(row))));
    vec![
        leaf("H1", heading[0]),
        leaf("P", heading[1]),
        leaf("P", sentence[0]),
        leaf("P", sentence[1]),
        figure(at(Mark::Photo), "持证人照片 Photograph of the holder"),
        list(fields),
        list([(issued_by, name), (issued_on, at(Mark::Date))].into_iter()),
        Node::Later {
            mark: at(Mark::Seal),
        },
        figure(at(Mark::Code), "核验二维码 QR code for verification"),
        leaf("P", notes[0]),
        leaf("P", notes[1]),
        leaf("P", at(Mark::Fingerprint)),
        leaf("P", at(Mark::Edition)),
    ]
}
