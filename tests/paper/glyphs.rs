//! Glyph by glyph: what a code shows is what it says.
//!
//! A text test alone is not enough: a file can copy out rightly and show blanks. Here every code in
//! the content is followed into the embedded font, and its outline compared with the source's.

use std::collections::BTreeMap;
use std::fmt::Write;

use guildhall::paper::fonts::Typeface;
use lopdf::content::Content;
use lopdf::{Document, Object, ObjectId};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use super::{draw, examples, face, issuer, long_face, long_issuer};

struct Embedded {
    name: String,
    says: BTreeMap<u16, String>,
    program: Vec<u8>,
    widths: BTreeMap<u16, i64>,
}

fn stream(document: &Document, id: ObjectId) -> Vec<u8> {
    let stream = document.get_object(id).unwrap().as_stream().unwrap();
    stream
        .decompressed_content()
        .unwrap_or_else(|_| stream.content.clone())
}

fn fonts(document: &Document, page: ObjectId) -> BTreeMap<Vec<u8>, Embedded> {
    let mut embedded = BTreeMap::new();
    for (name, font) in document.get_page_fonts(page).unwrap() {
        let descendant = document
            .get_object_or(font.get(b"DescendantFonts").unwrap().as_array().unwrap()[0].clone());
        let descendant = descendant.as_dict().unwrap().clone();
        let descriptor = descendant
            .get(b"FontDescriptor")
            .and_then(Object::as_reference)
            .unwrap();
        let file = document
            .get_dictionary(descriptor)
            .unwrap()
            .get(b"FontFile2")
            .and_then(Object::as_reference)
            .unwrap();
        let map = stream(
            document,
            font.get(b"ToUnicode")
                .and_then(Object::as_reference)
                .unwrap(),
        );
        assert_eq!(
            descendant.get(b"CIDToGIDMap").unwrap().as_name().unwrap(),
            b"Identity"
        );
        let base =
            String::from_utf8(font.get(b"BaseFont").unwrap().as_name().unwrap().to_vec()).unwrap();
        let font = Embedded {
            name: base,
            says: meanings(&String::from_utf8(map).unwrap()),
            program: stream(document, file),
            widths: widths(descendant.get(b"W").unwrap().as_array().unwrap()),
        };
        embedded.insert(name, font);
    }
    embedded
}

trait Resolve {
    fn get_object_or(&self, object: Object) -> Object;
}

impl Resolve for Document {
    fn get_object_or(&self, object: Object) -> Object {
        object
            .as_reference()
            .map_or(object, |id| self.get_object(id).unwrap().clone())
    }
}

fn widths(array: &[Object]) -> BTreeMap<u16, i64> {
    let mut widths = BTreeMap::new();
    let mut rest = array;
    while let [first, following, ..] = rest {
        let first = u16::try_from(first.as_i64().unwrap()).unwrap();
        if let Ok(list) = following.as_array() {
            for (code, width) in (first..).zip(list) {
                widths.insert(code, width.as_i64().unwrap());
            }
            rest = &rest[2..];
        } else {
            for code in first..=u16::try_from(following.as_i64().unwrap()).unwrap() {
                widths.insert(code, rest[2].as_i64().unwrap());
            }
            rest = &rest[3..];
        }
    }
    widths
}

/// Reads `bfchar` and `bfrange` of a ToUnicode map.
fn meanings(map: &str) -> BTreeMap<u16, String> {
    let mut says = BTreeMap::new();
    let mut block = "";
    for line in map.lines() {
        for (word, within) in [
            ("beginbfchar", "char"),
            ("beginbfrange", "range"),
            ("endbfchar", ""),
            ("endbfrange", ""),
        ] {
            if line.ends_with(word) {
                block = within;
            }
        }
        let words: Vec<&str> = line
            .split('<')
            .skip(1)
            .filter_map(|part| part.split('>').next())
            .collect();
        let code = |at: usize| u16::from_str_radix(words[at], 16).unwrap();
        match (block, words.len()) {
            ("char", 2) => drop(says.insert(code(0), utf16(words[1]))),
            ("range", 3) => {
                for (step, at) in (0_u32..).zip(code(0)..=code(1)) {
                    let first = utf16(words[2]).chars().next().unwrap();
                    says.insert(
                        at,
                        char::from_u32(u32::from(first) + step).unwrap().to_string(),
                    );
                }
            }
            _ => {}
        }
    }
    says
}

fn utf16(hex: &str) -> String {
    let units: Vec<u16> = (0..hex.len() / 4)
        .map(|at| u16::from_str_radix(&hex[at * 4..at * 4 + 4], 16).unwrap())
        .collect();
    String::from_utf16(&units).unwrap()
}

/// Calls `each` with the font and the code of everything shown on a page, and `line` after every
/// text object.
fn follow(
    document: &Document,
    page: ObjectId,
    mut each: impl FnMut(&Embedded, u16),
    mut line: impl FnMut(),
) {
    let fonts = fonts(document, page);
    let content = Content::decode(&document.get_page_content(page)).unwrap();
    let mut current = None;
    for operation in content.operations {
        match operation.operator.as_str() {
            "Tf" => current = Some(operation.operands[0].as_name().unwrap().to_vec()),
            "Tj" => {
                let font = &fonts[current.as_ref().unwrap()];
                for pair in operation.operands[0].as_str().unwrap().chunks_exact(2) {
                    each(font, u16::from_be_bytes([pair[0], pair[1]]));
                }
            }
            "TJ" => panic!("no text is set with kerning here"),
            "ET" => line(),
            _ => {}
        }
    }
}

/// The text of a file, one entry for each line that was set.
pub fn read(bytes: &[u8]) -> Vec<String> {
    let document = Document::load_mem(bytes).unwrap();
    let lines = std::cell::RefCell::new(vec![String::new()]);
    for page in document.get_pages().into_values() {
        follow(
            &document,
            page,
            |font, code| {
                lines
                    .borrow_mut()
                    .last_mut()
                    .unwrap()
                    .push_str(&font.says[&code])
            },
            || lines.borrow_mut().push(String::new()),
        );
    }
    lines.into_inner()
}

#[derive(Default, PartialEq, Debug)]
struct Drawn(String);

impl OutlineBuilder for Drawn {
    fn move_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "m{x},{y}");
    }
    fn line_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "l{x},{y}");
    }
    fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
        let _ = write!(self.0, "q{a},{b},{x},{y}");
    }
    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        let _ = write!(self.0, "c{a},{b},{c},{d},{x},{y}");
    }
    fn close(&mut self) {
        self.0.push('z');
    }
}

fn drawn(face: &Face<'_>, glyph: GlyphId) -> Drawn {
    let mut drawn = Drawn::default();
    face.outline_glyph(glyph, &mut drawn);
    drawn
}

#[test]
fn every_code_shows_what_it_says() {
    for (name, bytes) in examples() {
        let document = Document::load_mem(&bytes).unwrap();
        let mut shown = 0;
        for page in document.get_pages().into_values() {
            follow(
                &document,
                page,
                |font, code| {
                    shown += 1;
                    let source = Typeface::ALL
                        .into_iter()
                        .find(|face| font.name.ends_with(face.font().name))
                        .unwrap();
                    let c = font.says[&code].chars().next().unwrap();
                    let glyph = source
                        .glyph(c)
                        .unwrap_or_else(|| panic!("{name}: {c} is in {}", font.name));
                    let cut = Face::parse(&font.program, 0).unwrap();
                    assert_eq!(
                        drawn(&cut, GlyphId(code)),
                        drawn(&source.font().face, glyph),
                        "{name}: {c}"
                    );
                    assert_eq!(
                        font.widths[&code],
                        i64::from(source.advance(c)),
                        "{name}: {c}"
                    );
                },
                || (),
            );
        }
        assert!(shown > 500, "{name} shows {shown} characters");
    }
}

#[test]
fn what_is_read_is_the_record() {
    for (issuer, face) in [(issuer(), face()), (long_issuer(), long_face())] {
        let text = read(&draw(&issuer, &face)).concat();
        let work = face
            .work_type
            .clone()
            .map_or("--".to_owned(), |work| work.zh);
        for wanted in [
            "职业技能等级证书",
            "CERTIFICATE OF VOCATIONAL SKILL LEVEL",
            &issuer.name,
            &face.holder,
            &face.id_kind.zh,
            &face.id_number,
            &face.occupation.zh,
            &work,
            "三级/高级工",
            &face.number,
            "2025年7月1日",
            "1 July 2025",
            "29GP W5CK SZ8F NV4B",
            "jndj.osta.org.cn",
            "pjjg.osta.org.cn",
            &issuer.host,
        ] {
            assert!(text.contains(wanted), "{wanted} is not in {text}");
        }
    }
}

#[test]
fn all_characters_a_name_may_have_are_set_and_read() {
    let template = guildhall::paper::certificate::Template::new(&issuer()).unwrap();
    let all: Vec<char> = ('\u{3400}'..='\u{2FFFF}')
        .filter(|c| Typeface::Kai.setting(*c).is_some())
        .collect();
    assert!(all.len() > 27_600, "{}", all.len());
    for names in all.chunks(400) {
        let holder: String = names.iter().collect();
        let bytes = template
            .draw(&guildhall::paper::certificate::Face {
                holder: holder.clone(),
                ..face()
            })
            .unwrap();
        // Two characters share an outline with another: their code says the other, an ActualText
        // span says them.
        let text = read(&bytes).concat();
        let lost: String = names
            .iter()
            .filter(|c| !text.contains(**c) && !"㦳䎛".contains(**c))
            .collect();
        assert_eq!(lost, "");
    }
}
