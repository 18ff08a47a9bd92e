//! 字盘: the glyphs one document needs of one face, renumbered and embedded.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use super::fonts::Typeface;

/// The characters used of one face, each with its code in the document.
#[derive(Clone, Debug)]
pub struct Subset {
    /// The face they are from.
    pub face: Typeface,
    glyphs: GlyphRemapper,
    codes: BTreeMap<char, u16>,
    /// What each code says, and its advance, from code 1.
    said: Vec<(char, u16)>,
}

impl Subset {
    /// No character yet.
    pub fn new(face: Typeface) -> Self {
        Self {
            face,
            glyphs: GlyphRemapper::new(),
            codes: BTreeMap::new(),
            said: Vec::new(),
        }
    }

    /// The code of a character already here.
    pub fn code(&self, c: char) -> Option<u16> {
        self.codes.get(&c).copied()
    }

    /// The code of a character, taken in if need be; `None` when the face lacks it.
    ///
    /// Two characters may share an outline (space and no-break space, 㦳 and its twin); a PDF code
    /// has one meaning, so the first says what is copied and [`Subset::says`] tells of the other.
    pub fn take(&mut self, c: char) -> Option<u16> {
        if let Some(code) = self.code(c) {
            return Some(code);
        }
        let glyph = self.face.glyph(c)?;
        let code = self.glyphs.remap(glyph.0);
        if usize::from(code) > self.said.len() {
            self.said.push((c, self.face.advance_of(glyph)));
        }
        self.codes.insert(c, code);
        Some(code)
    }

    /// What a code means when text is copied.
    pub fn says(&self, code: u16) -> Option<char> {
        self.said
            .get(usize::from(code).checked_sub(1)?)
            .map(|(c, _)| *c)
    }

    /// Whether nothing was taken.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Every character taken, with its code.
    pub fn codes(&self) -> impl Iterator<Item = (char, u16)> + '_ {
        self.codes.iter().map(|(c, code)| (*c, *code))
    }

    /// Every code in order from 1: what it says and how far it advances.
    pub fn said(&self) -> impl Iterator<Item = (u16, char, u16)> + '_ {
        (1_u16..)
            .zip(&self.said)
            .map(|(code, (c, advance))| (code, *c, *advance))
    }

    /// The font program.
    pub fn program(&self) -> Vec<u8> {
        subsetter::subset(self.face.font().bytes, 0, &self.glyphs)
            .expect("a shipped font can be cut down")
    }

    /// The PostScript name with the six letters that mark a subset (ISO 32000-1, 9.6.4), made from
    /// the characters so that equal subsets have equal names.
    pub fn name(&self) -> String {
        let mut hash = Sha256::new();
        for (c, _) in &self.said {
            hash.update(u32::from(*c).to_be_bytes());
        }
        let tag: String = hash
            .finalize()
            .iter()
            .take(6)
            .map(|byte| char::from(b'A' + byte % 26))
            .collect();
        format!("{tag}+{}", self.face.font().name)
    }

    /// The `/W` array.
    pub fn widths(&self) -> String {
        let mut widths = String::from("[1[");
        for (_, _, advance) in self.said() {
            let _ = write!(widths, "{advance} ");
        }
        widths.push_str("]]");
        widths
    }

    /// The `/ToUnicode` map.
    pub fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo \
             <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName \
             /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> \
             <FFFF>\nendcodespacerange\n",
        );
        // A block holds a hundred lines at most.
        for block in self.said.chunks(100).enumerate() {
            let (number, lines) = block;
            let _ = writeln!(map, "{} beginbfchar", lines.len());
            for (at, (c, _)) in lines.iter().enumerate() {
                let _ = write!(map, "<{:04X}> <", number * 100 + at + 1);
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(map, "{unit:04X}");
                }
                map.push_str(">\n");
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
        map
    }

    /// The `/FontDescriptor` without the font file: the reference to it is left to the caller.
    pub fn descriptor(&self) -> String {
        let face = &self.face.font().face;
        let bounds = face.global_bounding_box();
        let heavy = self.face == Typeface::Bold;
        format!(
            "/Type /FontDescriptor /FontName /{} /Flags 4 /FontBBox [{} {} {} {}] /ItalicAngle 0 \
             /Ascent {} /Descent {} /CapHeight {} /StemV {}",
            self.name(),
            bounds.x_min,
            bounds.y_min,
            bounds.x_max,
            bounds.y_max,
            face.ascender(),
            face.descender(),
            face.capital_height().unwrap_or(700),
            if heavy { 160 } else { 88 },
        )
    }
}

#[cfg(test)]
mod tests {
    use ttf_parser::{Face, GlyphId, OutlineBuilder};

    use super::*;

    /// An outline as text, to compare.
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

    /// Takes every character in blocks and compares outline and advance with the source.
    fn every_outline_is_kept(face: Typeface, characters: &[char]) {
        for block in characters.chunks(4000) {
            let mut subset = Subset::new(face);
            for c in block {
                assert!(subset.take(*c).is_some(), "{face:?} lacks {c}");
            }
            let program = subset.program();
            let cut = Face::parse(&program, 0).unwrap();
            for (c, code) in subset.codes() {
                let source = face.glyph(c).unwrap();
                assert_eq!(
                    drawn(&cut, GlyphId(code)),
                    drawn(&face.font().face, source),
                    "{face:?} {c}"
                );
                assert_eq!(
                    cut.glyph_hor_advance(GlyphId(code)),
                    face.font().face.glyph_hor_advance(source)
                );
            }
        }
    }

    fn all(face: Typeface) -> Vec<char> {
        ('\u{20}'..='\u{3FFFF}')
            .filter(|c| face.glyph(*c).is_some())
            .collect()
    }

    #[test]
    fn every_glyph_of_every_face_survives() {
        for face in Typeface::ALL {
            every_outline_is_kept(face, &all(face));
        }
    }

    #[test]
    fn all_unified_ideographs_can_be_set() {
        let lacking = |range: std::ops::RangeInclusive<char>| {
            range
                .filter(|c| Typeface::Kai.setting(*c).is_none())
                .collect::<String>()
        };
        assert_eq!(lacking('\u{4E00}'..='\u{9FA5}'), "");
        assert_eq!(lacking('\u{3400}'..='\u{4DB5}'), "");
    }

    #[test]
    fn a_twin_is_told_apart() {
        // The ideographs of the Song whose outline another character has as well.
        let mut subset = Subset::new(Typeface::Song);
        for c in all(Typeface::Song) {
            subset.take(c);
        }
        let twins: String = subset
            .codes()
            .filter(|(c, code)| subset.says(*code) != Some(*c))
            .map(|(c, _)| c)
            .collect();
        let ideographs: String = twins
            .chars()
            .filter(|c| ('\u{3400}'..'\u{FF00}').contains(c))
            .collect();
        assert_eq!(ideographs, "㦳䎛");
    }

    #[test]
    fn equal_characters_make_equal_fonts() {
        let make = || {
            let mut subset = Subset::new(Typeface::Kai);
            "乌兰图雅𬭎".chars().for_each(|c| {
                subset.take(c);
            });
            (
                subset.name(),
                subset.program(),
                subset.to_unicode(),
                subset.widths(),
            )
        };
        let made = make();
        assert_eq!(made, make());
        assert!(made.2.contains("<0005> <D872DF4E>"), "{}", made.2);
        assert_eq!(made.3, "[1[1000 1000 1000 1000 1000 ]]");
    }
}
