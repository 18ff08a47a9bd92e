//! 排字: how wide text is, where a line may break, and what size lets it fit.

use super::fonts::Typeface;
use super::ink::POINTS;

/// Text cut into lines of one size, each within its width.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// Points.
    pub size: f32,
    /// The lines, in order.
    pub lines: Vec<String>,
}

/// How a text may be made to fit.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Millimetres across.
    pub width: f32,
    /// The size wished for, in points.
    pub size: f32,
    /// Below this size a second line is better than a smaller letter.
    pub least: f32,
    /// The largest size when there is more than one line.
    pub several: f32,
    /// Lines at most.
    pub lines: usize,
}

/// Closing marks: they may not begin a line.
const CLOSING: &str = "，。、；：！？）》」』”’】〉…％·!?),.;:]}";
/// Opening marks: they may not end one.
const OPENING: &str = "（《「『“‘【〈([{";

/// Width in millimetres of `text` at `size` points.
pub fn width(text: &str, face: Typeface, size: f32) -> f32 {
    let thousandths: u32 = text.chars().map(|c| advance(c, face)).sum();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^24")]
    let ems = thousandths as f32 / 1000.0;
    ems * size / POINTS
}

fn advance(c: char, face: Typeface) -> u32 {
    face.setting(c)
        .map_or(1000, |face| u32::from(face.advance(c)))
}

/// The largest setting of `text` in the room given: one line while it stays legible, then more
/// lines, then smaller letters until it fits. It always fits.
pub fn fit(text: &str, face: Typeface, room: Room) -> Fitted {
    let natural = width(text, face, room.size);
    let single = room.size * (room.width / natural.max(0.001)).min(1.0);
    if single >= room.least || room.lines < 2 {
        return Fitted {
            size: single,
            lines: vec![text.to_owned()],
        };
    }
    let mut size = room.several.min(room.size);
    // No size fits that could not even if every line were full.
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let full = room.width * room.lines as f32;
    size *= (full / width(text, face, size).max(0.001)).min(1.0);
    loop {
        let lines = wrap(text, face, size, room.width, 0.0, false);
        let widest = lines
            .iter()
            .map(|line| width(line, face, size))
            .fold(0.0, f32::max);
        if lines.len() <= room.lines && widest <= room.width + 0.01 {
            return Fitted {
                size,
                lines: balanced(text, face, size, room.width, lines),
            };
        }
        size *= 0.97;
    }
}

/// The same number of lines, more equally full: at a name's middle dot if there is one to break
/// at, else by narrowing the measure until the last line is no longer short.
fn balanced(
    text: &str,
    face: Typeface,
    size: f32,
    measure: f32,
    lines: Vec<String>,
) -> Vec<String> {
    if lines.len() == 2 {
        let halves = |at: usize| text.split_at(at);
        let wider =
            |at: usize| width(halves(at).0, face, size).max(width(halves(at).1, face, size));
        let dots = text.match_indices('·').map(|(at, dot)| at + dot.len());
        let best = dots
            .map(|at| (wider(at), at))
            .filter(|(wide, _)| *wide <= measure);
        if let Some((_, at)) = best.min_by(|a, b| a.0.total_cmp(&b.0)) {
            return vec![halves(at).0.to_owned(), halves(at).1.to_owned()];
        }
    }
    let mut narrow = measure;
    let mut kept = lines;
    for _ in 0..40 {
        narrow -= measure / 80.0;
        let lines = wrap(text, face, size, narrow, 0.0, false);
        let widest = lines
            .iter()
            .map(|line| width(line, face, size))
            .fold(0.0, f32::max);
        if lines.len() != kept.len() || widest > measure {
            break;
        }
        kept = lines;
    }
    kept
}

/// Breaks `text` into lines: between ideographs, after spaces, never before a closing mark nor
/// after an opening one. With `hang`, a closing mark may stand outside the measure.
pub fn wrap(
    text: &str,
    face: Typeface,
    size: f32,
    measure: f32,
    indent: f32,
    hang: bool,
) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut wide, mut room) = (String::new(), 0.0, measure - indent);
    let end = |line: &mut String, lines: &mut Vec<String>| {
        lines.push(line.trim_end().to_owned());
        line.clear();
    };
    for piece in pieces(text)
        .into_iter()
        .flat_map(|piece| broken(piece, face, size, measure))
    {
        let bare = piece.trim_end();
        let within = bare
            .strip_suffix(|c| CLOSING.contains(c))
            .filter(|_| hang)
            .unwrap_or(bare);
        if !line.is_empty() && wide + width(within, face, size) > room + 0.001 {
            end(&mut line, &mut lines);
            (wide, room) = (0.0, measure);
        }
        let piece = if line.is_empty() {
            piece.trim_start()
        } else {
            &piece
        };
        line.push_str(piece);
        wide += width(piece, face, size);
    }
    end(&mut line, &mut lines);
    lines.retain(|line| !line.is_empty());
    lines
}

/// A piece as it is, or in parts when a whole line could not hold it.
fn broken(piece: String, face: Typeface, size: f32, measure: f32) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = piece;
    while width(rest.trim_end(), face, size) > measure + 0.001 && rest.chars().count() > 1 {
        let cut = longest(&rest, face, size, measure);
        let tail = rest.split_off(cut);
        parts.push(rest);
        rest = tail;
    }
    parts.push(rest);
    parts
}

/// The byte length of the longest beginning of `piece` that fits; at least one character.
fn longest(piece: &str, face: Typeface, size: f32, measure: f32) -> usize {
    let mut wide = 0.0;
    let mut ends = piece.char_indices().map(|(at, c)| {
        wide += width(c.encode_utf8(&mut [0; 4]), face, size);
        (at + c.len_utf8(), wide)
    });
    let first = ends.next().map_or(0, |(end, _)| end);
    ends.take_while(|(_, wide)| *wide <= measure)
        .last()
        .map_or(first, |(end, _)| end)
}

/// Cuts text into what may not be broken: a word with its space, an ideograph with the marks that
/// cling to it.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in text.chars() {
        let clings = before.is_some_and(|before| {
            CLOSING.contains(c)
                || OPENING.contains(before)
                || (is_word(before) && (is_word(c) || c.is_whitespace()))
                || (before.is_whitespace() && c.is_whitespace())
        });
        match pieces.last_mut() {
            Some(piece) if clings => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        before = Some(c);
    }
    pieces
}

/// Letters and signs that stand in words: everything before the East Asian blocks, without spaces.
fn is_word(c: char) -> bool {
    c < '\u{2E80}' && !c.is_whitespace() && !CLOSING.contains(c) || ",.;:!?".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROOM: Room = Room {
        width: 60.0,
        size: 13.0,
        least: 10.0,
        several: 9.0,
        lines: 2,
    };

    #[test]
    fn short_text_keeps_its_size() {
        assert_eq!(
            fit("乌兰图雅", Typeface::Kai, ROOM),
            Fitted {
                size: 13.0,
                lines: vec!["乌兰图雅".into()]
            }
        );
    }

    #[test]
    fn long_text_takes_a_second_line() {
        let name = "阿拉坦乌日娜其其格·孛儿只斤·巴图额尔德尼苏日塔拉图";
        let fitted = fit(name, Typeface::Kai, ROOM);
        assert_eq!(fitted.lines.len(), 2);
        assert_eq!(fitted.lines.concat(), name);
    }

    #[test]
    fn lines_break_as_they_should() {
        for (text, measure, expected) in [
            (
                "本证书由塔林市颁发，表明",
                32.5,
                vec!["本证书由塔林市", "颁发，表明"],
            ),
            ("a level of skill", 16.0, vec!["a level", "of skill"]),
            ("职业（工种）名", 14.0, vec!["职业", "（工", "种）名"]),
        ] {
            assert_eq!(
                wrap(text, Typeface::Kai, 13.0, measure, 0.0, false),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_closing_mark_may_hang() {
        assert_eq!(
            wrap("颁发证书，表", Typeface::Kai, 13.0, 19.0, 0.0, true)[0],
            "颁发证书，"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_always_fits(text in "[一-龥 ·（），A-Za-z-]{1,120}") {
            let fitted = fit(&text, Typeface::Kai, ROOM);
            prop_assert!(fitted.lines.len() <= ROOM.lines);
            for line in &fitted.lines {
                prop_assert!(width(line, Typeface::Kai, fitted.size) <= ROOM.width + 0.02);
            }
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&fitted.lines.concat()), letters(&text));
        }
    }
}
