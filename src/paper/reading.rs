//! 读文件: what a PDF that somebody brings says: its signature, its text, its code, its files.
//!
//! Nothing here trusts the file. Sizes are bounded, what cannot be read is absent, and whether a
//! signer is to be believed is asked elsewhere ([`crate::seal::chain`]).

use std::collections::HashMap;
use std::ops::Range;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use sha2::{Digest, Sha256};

use super::qr;
use crate::seal::cms::{self, Told};

/// A larger file is not read: a certificate is a fortieth of this, a report on ten thousand lines half.
pub const MOST: usize = 4 * 1024 * 1024;
/// What any part of it may unfold to.
const UNFOLDED: usize = 8 * 1024 * 1024;
/// What a page's drawing may unfold to; every operator of it takes room.
const DRAWN: usize = 512 * 1024;
/// Fonts of a page that are looked at, and characters they may name together.
const FONTS: usize = 16;
const NAMED: usize = 100_000;
/// Files within the file that are looked at.
const ATTACHED: usize = 8;

/// What a file says.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its SHA-256.
    pub hash: [u8; 32],
    /// Its signature, where it has one.
    pub signature: Option<Signature>,
    /// How many signatures it has.
    pub signatures: usize,
    /// The text of its pages, line by line; empty when it cannot be read.
    pub lines: Vec<String>,
    /// The text of the QR code on its first page.
    pub code: Option<String>,
    /// The files within it.
    pub attachments: Vec<(String, Vec<u8>)>,
}

/// A signature and how far it reaches.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Whether it covers every byte but its own.
    pub whole: bool,
    /// What it covers of what is there now; none when what it names is not in the file.
    pub told: Option<Told>,
    /// Whether it is written just as this program writes it, to the letters' case.
    pub plain: bool,
}

impl Signature {
    /// Whether not one byte is other than when it was signed.
    pub fn is_intact(&self) -> bool {
        self.whole
            && self
                .told
                .as_ref()
                .is_some_and(|told| told.digest && told.signature)
    }
}

/// Reads a file; none when it is no PDF that can be opened.
pub fn read(bytes: &[u8]) -> Option<Reading> {
    if bytes.len() > MOST || !bytes.starts_with(b"%PDF-") {
        return None;
    }
    let options = LoadOptions {
        max_decompressed_size: Some(UNFOLDED),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options).ok()?;
    let signatures = signatures(&document);
    let page = document.get_pages().into_values().next();
    let content = page
        .and_then(|page| document.get_page_content_with_limit(page, DRAWN).ok())
        .and_then(|content| Content::decode(&content).ok());
    let (lines, code) = match (page, content) {
        (Some(page), Some(content)) => (
            text(&document, page, &content),
            code(&content).and_then(|grid| qr::read(&grid)),
        ),
        _ => (Vec::new(), None),
    };
    Some(Reading {
        hash: Sha256::digest(bytes).into(),
        signature: signatures.first().map(|one| signature(bytes, one)),
        signatures: signatures.len(),
        lines,
        code,
        attachments: attachments(&document),
    })
}

impl Reading {
    /// A file within the file.
    pub fn attached(&self, name: &str) -> Option<&[u8]> {
        self.attachments
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, bytes)| bytes.as_slice())
    }

    /// Whether its text says this; where lines break does not matter.
    pub fn says(&self, what: &str) -> bool {
        let packed = |text: &str| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
        };
        let wanted = packed(what);
        !wanted.is_empty() && packed(&self.lines.concat()).contains(&wanted)
    }
}

fn resolved<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

fn entry<'a>(document: &'a Document, holder: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    resolved(document, holder.get(key).ok()?)
}

fn sub<'a>(document: &'a Document, holder: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    entry(document, holder, key)?.as_dict().ok()
}

/// The signatures of a file's fields; if no field has one, those that stand about, as in a copy
/// whose fields were taken away.
fn signatures(document: &Document) -> Vec<&Dictionary> {
    let fields = document
        .catalog()
        .ok()
        .and_then(|root| sub(document, root, b"AcroForm"))
        .and_then(|form| entry(document, form, b"Fields"))
        .and_then(|fields| fields.as_array().ok());
    let signed: Vec<&Dictionary> = fields
        .into_iter()
        .flatten()
        .filter_map(|field| resolved(document, field)?.as_dict().ok())
        .filter_map(|field| sub(document, field, b"V"))
        .filter(|value| value.has(b"ByteRange"))
        .collect();
    if !signed.is_empty() {
        return signed;
    }
    document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|value| value.has(b"ByteRange") && value.has(b"Contents"))
        .collect()
}

fn signature(bytes: &[u8], value: &Dictionary) -> Signature {
    let numbers: Vec<usize> = value
        .get(b"ByteRange")
        .and_then(Object::as_array)
        .map(|range| {
            range
                .iter()
                .filter_map(|number| usize::try_from(number.as_i64().ok()?).ok())
                .collect()
        })
        .unwrap_or_default();
    let none = Signature {
        whole: false,
        told: None,
        plain: false,
    };
    let [from, first, next, last] = numbers.as_slice() else {
        return none;
    };
    let (Some(before), Some(end)) = (from.checked_add(*first), next.checked_add(*last)) else {
        return none;
    };
    let (Some(head), Some(hole), Some(tail)) = (
        bytes.get(*from..before),
        bytes.get(before..*next),
        bytes.get(*next..end),
    ) else {
        return none;
    };
    let mut hash = Sha256::new();
    hash.update(head);
    hash.update(tail);
    let digest = hash.finalize().into();
    // Between the two ranges stands the signature in hexadecimal and nothing else: whatever else
    // stood there would be covered by nobody.
    let cms = hole
        .strip_prefix(b"<")
        .and_then(|hole| hole.strip_suffix(b">"))
        .and_then(|hex| data_encoding::HEXLOWER_PERMISSIVE.decode(hex).ok());
    // In a copy that moved it, the signature is still found where its dictionary has it.
    let kept = || {
        value
            .get(b"Contents")
            .and_then(Object::as_str)
            .map(<[u8]>::to_vec)
            .ok()
    };
    let whole = *from == 0 && end == bytes.len() && cms.is_some();
    let told = cms.or_else(kept).and_then(|padded| {
        let length = cms::length(&padded)?;
        // After the signature only zeros.
        let rest = padded.get(length..)?;
        rest.iter().all(|byte| *byte == 0).then_some(())?;
        cms::read(padded.get(..length)?, &digest)
    });
    let small = !hole.iter().any(u8::is_ascii_uppercase);
    let plain = small && told.as_ref().is_some_and(|told| told.plain);
    Signature { whole, told, plain }
}

/// The files within a file.
fn attachments(document: &Document) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for object in document.objects.values() {
        let Ok(about) = object.as_dict() else {
            continue;
        };
        let Some(file) = sub(document, about, b"EF")
            .and_then(|files| entry(document, files, b"F"))
            .and_then(|file| file.as_stream().ok())
        else {
            continue;
        };
        let name = about.get(b"F").and_then(Object::as_str).unwrap_or_default();
        let bytes = if file.dict.has(b"Filter") {
            file.decompressed_content_with_limit(UNFOLDED).ok()
        } else {
            Some(file.content.clone())
        };
        if let Some(bytes) = bytes {
            found.push((String::from_utf8_lossy(name).into_owned(), bytes));
        }
        if found.len() == ATTACHED {
            break;
        }
    }
    found
}

/// What each code of a page's fonts means.
type Meanings = HashMap<Vec<u8>, HashMap<u16, String>>;

fn meanings(document: &Document, page: ObjectId) -> Meanings {
    let Ok(fonts) = document.get_page_fonts(page) else {
        return Meanings::new();
    };
    let mut room = NAMED;
    fonts
        .into_iter()
        .take(FONTS)
        .filter_map(|(name, font)| {
            let map = entry(document, font, b"ToUnicode")?.as_stream().ok()?;
            let map = if map.dict.has(b"Filter") {
                map.decompressed_content_with_limit(DRAWN).ok()?
            } else {
                map.content.clone()
            };
            Some((
                name,
                character_map(&String::from_utf8_lossy(&map), &mut room),
            ))
        })
        .collect()
}

/// Reads the lines of `bfchar` and `bfrange`, as font programs' makers write them.
fn character_map(map: &str, room: &mut usize) -> HashMap<u16, String> {
    let mut meanings = HashMap::new();
    let (mut chars, mut ranges) = (false, false);
    for line in map.lines() {
        if *room == 0 {
            break;
        }
        if line.contains("begin") {
            chars = line.contains("beginbfchar");
            ranges = line.contains("beginbfrange");
            continue;
        }
        let words: Vec<&str> = line
            .split('<')
            .skip(1)
            .filter_map(|part| part.split('>').next())
            .collect();
        let code = |word: &str| u16::from_str_radix(word, 16).ok();
        match words.as_slice() {
            [at, says] if chars => {
                if let (Some(at), Some(says)) = (code(at), utf16(says)) {
                    meanings.insert(at, says);
                    *room = room.saturating_sub(1);
                }
            }
            [first, last, says] if ranges => {
                let (Some(first), Some(last)) = (code(first), code(last)) else {
                    continue;
                };
                let Some(begin) = utf16(says).and_then(|says| says.chars().next()) else {
                    continue;
                };
                for (step, at) in (0_u32..).zip(first..=last).take(*room) {
                    *room -= 1;
                    if let Some(c) = char::from_u32(u32::from(begin) + step) {
                        meanings.insert(at, c.to_string());
                    }
                }
            }
            _ => {}
        }
    }
    meanings
}

fn utf16(hex: &str) -> Option<String> {
    let units: Vec<u16> = (0..hex.len() / 4)
        .map(|at| u16::from_str_radix(hex.get(at * 4..at * 4 + 4)?, 16).ok())
        .collect::<Option<_>>()?;
    String::from_utf16(&units).ok()
}

/// The text of a page, a line for every text object.
fn text(document: &Document, page: ObjectId, content: &Content) -> Vec<String> {
    let meanings = meanings(document, page);
    let mut font = None;
    let (mut lines, mut line) = (Vec::new(), String::new());
    // Marked content whose text is told in other words, and how deep within it we are.
    let (mut depth, mut told) = (0_usize, None);
    for operation in &content.operations {
        match operation.operator.as_str() {
            "Tf" => {
                font = operation
                    .operands
                    .first()
                    .and_then(|name| name.as_name().ok())
                    .and_then(|name| meanings.get(name));
            }
            "BMC" | "BDC" => {
                depth += 1;
                let actual = operation
                    .operands
                    .get(1)
                    .and_then(|says| says.as_dict().ok())
                    .and_then(|says| says.get(b"ActualText").ok())
                    .and_then(|says| says.as_str().ok())
                    .and_then(|says| says.strip_prefix(&[0xFE, 0xFF]));
                if let (Some(actual), None) = (actual, told) {
                    let units: Vec<u16> = actual
                        .chunks_exact(2)
                        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                        .collect();
                    line.push_str(&String::from_utf16_lossy(&units));
                    told = Some(depth);
                }
            }
            "EMC" => {
                if told == Some(depth) {
                    told = None;
                }
                depth = depth.saturating_sub(1);
            }
            "Tj" | "TJ" if told.is_none() => {
                for operand in &operation.operands {
                    shown(operand, font, &mut line);
                }
            }
            "ET" if !line.is_empty() => lines.push(std::mem::take(&mut line)),
            _ => {}
        }
    }
    lines
}

fn shown(operand: &Object, font: Option<&HashMap<u16, String>>, line: &mut String) {
    match operand {
        Object::String(codes, _) => {
            for pair in codes.chunks_exact(2) {
                let code = u16::from_be_bytes([pair[0], pair[1]]);
                line.push_str(
                    font.and_then(|font| font.get(&code))
                        .map_or("\u{FFFD}", String::as_str),
                );
            }
        }
        Object::Array(parts) => {
            for part in parts {
                if matches!(part, Object::String(..)) {
                    shown(part, font, line);
                }
            }
        }
        _ => {}
    }
}

/// A symbol's modules, dark ones true.
pub type Modules = Vec<Vec<bool>>;

/// The QR symbol among a page's rectangles: the longest run of them between two fills whose
/// corners are whole numbers, as we draw it.
fn code(content: &Content) -> Option<Modules> {
    let mut best: Vec<[usize; 4]> = Vec::new();
    let mut run = Vec::new();
    for operation in &content.operations {
        match operation.operator.as_str() {
            "re" => {
                let numbers: Vec<usize> = operation
                    .operands
                    .iter()
                    .filter_map(whole)
                    .filter(|number| *number <= 200)
                    .collect();
                if let [x, y, wide, high] = numbers.as_slice() {
                    run.push([*x, *y, *wide, *high]);
                }
            }
            "f" | "f*" | "n" | "S" => {
                if run.len() > best.len() {
                    best = std::mem::take(&mut run);
                }
                run.clear();
            }
            _ => {}
        }
    }
    let side = best
        .iter()
        .map(|[x, y, wide, high]| (x + wide).max(y + high))
        .max()?;
    if !(21..=177).contains(&side) {
        return None;
    }
    let mut modules = vec![vec![false; side]; side];
    for [x, y, wide, high] in best {
        let columns: Range<usize> = x..x + wide;
        for row in modules.get_mut(y..y + high)? {
            row.get_mut(columns.clone())?.fill(true);
        }
    }
    Some(modules)
}

fn whole(object: &Object) -> Option<usize> {
    match object {
        Object::Integer(number) => usize::try_from(*number).ok(),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 200, without a fraction"
        )]
        Object::Real(number) if number.fract() == 0.0 && (0.0..=200.0).contains(number) => {
            Some(*number as usize)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_map_of_characters_has_an_end() {
        let map = format!(
            "100 beginbfrange\n{}endbfrange\n1 beginbfchar\n<0001> <4E4C>\nendbfchar\n",
            "<0000> <FFFF> <0041>\n".repeat(100)
        );
        let mut room = NAMED;
        let meanings = character_map(&map, &mut room);
        assert!(room == 0 && meanings.len() <= 65_536);
        let mut room = NAMED;
        let few = "1 beginbfchar\n<0001> <D872DF4E>\nendbfchar\n";
        assert_eq!(character_map(few, &mut room)[&1], "𬭎");
    }

    #[test]
    fn what_is_no_pdf_is_not_read() {
        assert!(read(b"").is_none() && read(b"PK\x03\x04").is_none());
        assert!(read(&vec![b'%'; MOST + 1]).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_makes_it_fall(rest in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut bytes = b"%PDF-1.7\n".to_vec();
            bytes.extend(rest);
            let _ = read(&bytes);
        }
    }
}
