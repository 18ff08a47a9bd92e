//! 字体: the three faces shipped in the binary, and which characters they can set.
//!
//! printpdf is silent about a character its font lacks: it draws an empty box and loses the text.
//! So coverage is asked here, at roster import (a warning) and at issue (a refusal).

use std::sync::LazyLock;

use ttf_parser::{Face, GlyphId};

/// A face, in the order the page prefers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Typeface {
    /// 楷体: values and body text.
    Kai,
    /// 宋体: labels, English, and every name the Kai lacks.
    Song,
    /// 粗宋: titles; holds little else.
    Bold,
}

/// One face, parsed.
pub struct Font {
    /// The whole file.
    pub bytes: &'static [u8],
    /// Its tables.
    pub face: Face<'static>,
    /// The PostScript name.
    pub name: &'static str,
}

impl Typeface {
    /// All faces.
    pub const ALL: [Self; 3] = [Self::Kai, Self::Song, Self::Bold];

    /// The font itself.
    pub fn font(self) -> &'static Font {
        &FONTS[self as usize]
    }

    /// The face that sets `c` when this one is wished for; `None` when no shipped face can.
    pub fn setting(self, c: char) -> Option<Self> {
        let order: &[Self] = match self {
            Self::Kai => &[Self::Kai, Self::Song],
            Self::Song => &[Self::Song, Self::Kai],
            Self::Bold => &[Self::Bold, Self::Song, Self::Kai],
        };
        order.iter().copied().find(|face| face.glyph(c).is_some())
    }

    /// The glyph of `c`, if this face has it. `.notdef` is no glyph.
    pub fn glyph(self, c: char) -> Option<GlyphId> {
        self.font().face.glyph_index(c).filter(|glyph| glyph.0 != 0)
    }

    /// The advance of `c` in thousandths of an em.
    pub fn advance(self, c: char) -> u16 {
        self.glyph(c).map_or(0, |glyph| self.advance_of(glyph))
    }

    /// The advance of a glyph in thousandths of an em.
    pub fn advance_of(self, glyph: GlyphId) -> u16 {
        let face = &self.font().face;
        let units = u32::from(face.units_per_em()).max(1);
        let advance = u32::from(face.glyph_hor_advance(glyph).unwrap_or(0));
        u16::try_from(advance * 1000 / units).unwrap_or(u16::MAX)
    }
}

/// The characters of `text` that no shipped face can set, each once, in order.
pub fn missing(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for c in text.chars() {
        if Typeface::Kai.setting(c).is_none() && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

static FONTS: LazyLock<[Font; 3]> = LazyLock::new(|| {
    [
        font(
            "GuildhallKai-Regular",
            include_bytes!("../../fonts/GuildhallKai-Regular.ttf"),
        ),
        font(
            "GuildhallSong-Regular",
            include_bytes!("../../fonts/GuildhallSong-Regular.ttf"),
        ),
        font(
            "GuildhallSong-Bold",
            include_bytes!("../../fonts/GuildhallSong-Bold.ttf"),
        ),
    ]
});

fn font(name: &'static str, bytes: &'static [u8]) -> Font {
    let face = Face::parse(bytes, 0).expect("a shipped font is a font");
    Font { bytes, face, name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_set_or_named() {
        for (text, expected) in [
            ("乌兰图雅", ""),
            ("阿拉坦其其格·孛儿只斤", ""),
            ("何𬭎 胡㛃 哈䶮 翀 堃", ""),
            ("Ölziibat Müller", ""),
            ("张𡋾", "𡋾"),
            ("ᠮᠣᠩᠭᠣᠯ", "ᠮᠣᠩᠭᠯ"),
            ("张\u{7}三", "\u{7}"),
            ("🙂李🙂", "🙂"),
        ] {
            assert_eq!(
                missing(text).into_iter().collect::<String>(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_rare_character_falls_back_to_song() {
        assert_eq!(Typeface::Kai.setting('李'), Some(Typeface::Kai));
        assert_eq!(Typeface::Kai.setting('㵑'), Some(Typeface::Song));
        assert_eq!(Typeface::Bold.setting('业'), Some(Typeface::Bold));
        assert_eq!(Typeface::Bold.setting('龘'), Some(Typeface::Song));
    }

    #[test]
    fn an_em_is_a_thousand() {
        assert_eq!(Typeface::Kai.advance('国'), 1000);
        assert_eq!(Typeface::Song.advance('国'), 1000);
        assert_eq!(Typeface::Song.advance('\u{1}'), 0);
    }
}
