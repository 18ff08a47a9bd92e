//! 印章: the round red seal of an issuing organisation, as outlines.
//!
//! Outlines come from the Song face, so that any name sets, and are thickened by a stroke. The
//! seal is drawn only from the organisation's own record; a printed seal proves nothing, the
//! signature does. It is one form in millimetres around its centre, ready to become the
//! appearance of a signature field.

use super::fonts::Typeface;
use super::ink::{Colour, EM, Ink};

/// Radius of the seal, in millimetres; a public organisation's seal is at most 42 across.
pub const RADIUS: f32 = 20.0;
/// Where its centre is on the page: over the institution's name and the date (骑年盖月).
pub const CENTRE: (f32, f32) = (113.0, 165.0);

const RED: Colour = Colour(0.76, 0.05, 0.10);
/// Outer edge of the letters.
const RIM: f32 = 17.45;
/// Half the arc the name may take; below lies the line of purpose.
const HALF_ARC: f32 = 118.0;
/// What makes the regular face bold, in steps of an outline.
const STROKE: f32 = 9.0;

/// The drawing, millimetres, y downwards.
pub fn form(name: &str, purpose: &str) -> Vec<u8> {
    let mut ink = Ink::new();
    ink.raw("/M gs\n").fill_colour(RED);
    ink.pen(RED, 1.2).ellipse(0.0, 0.0, 19.3, 19.3).op(&[], "S");
    ink.pen(RED, 0.18)
        .ellipse(0.0, 0.0, 18.25, 18.25)
        .op(&[], "S");
    star(&mut ink, 6.4);
    ink.raw("1 j\n");
    arc(&mut ink, name);
    line(&mut ink, purpose);
    ink.bytes
}

fn star(ink: &mut Ink, radius: f32) {
    // The inner radius of a regular pentagram is the outer one times cos 72° / cos 36°.
    let inner = radius * 0.381_966;
    let points: Vec<(f32, f32)> = (0_u8..10)
        .map(|at| {
            let r = if at % 2 == 0 { radius } else { inner };
            let (sin, cos) = (f32::from(at) * 36.0_f32).to_radians().sin_cos();
            (r * sin, -r * cos)
        })
        .collect();
    ink.polygon(&points).op(&[], "f");
}

/// The name along the upper arc: wide and few, or narrow and many.
fn arc(ink: &mut Ink, name: &str) {
    let letters: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
    #[expect(clippy::cast_precision_loss, reason = "names have tens of characters")]
    let gaps = (letters.len().max(2) - 1) as f32;
    // Four characters stand apart, a dozen close up, thirty squeeze.
    let step = (55.5 + 15.5 * gaps).min(2.0 * HALF_ARC) / gaps;
    // The letter must not touch its neighbour at its foot, where the arc is shortest.
    let mut height = 4.9_f32;
    let mut wide = 0.0;
    for _ in 0..4 {
        wide = ((RIM - height) * step.to_radians() * 0.93).min(3.75);
        height = (wide * 2.15).clamp(3.3, 4.9);
    }
    for (at, letter) in (0_u8..).zip(&letters) {
        let turn = (f32::from(at) - gaps / 2.0) * step;
        let turn = if letters.len() == 1 { 0.0 } else { turn };
        let (sin, cos) = turn.to_radians().sin_cos();
        // From glyph units, y up, to the letter's box on the rim, then around the centre.
        letter_at(ink, *letter, wide, height, |x, y| {
            let (x, y) = (x, -(RIM - height) - y);
            (x * cos - y * sin, x * sin + y * cos)
        });
    }
}

/// The purpose, straight, below the star.
fn line(ink: &mut Ink, text: &str) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a purpose has tens of characters"
    )]
    let count = text.chars().count().max(1) as f32;
    let wide = (21.6 / count).min(2.5);
    let height = 2.75;
    for (at, letter) in (0_u8..).zip(text.chars()) {
        let middle = (f32::from(at) - (count - 1.0) / 2.0) * wide;
        letter_at(ink, letter, wide * 0.97, height, |x, y| {
            (x + middle, 13.15 - y)
        });
    }
}

/// Draws one letter in a box `wide` by `height` standing on the origin and centred on it; `place`
/// must be affine.
fn letter_at(
    ink: &mut Ink,
    letter: char,
    wide: f32,
    height: f32,
    place: impl Fn(f32, f32) -> (f32, f32),
) {
    let Some(face) = Typeface::Song.setting(letter) else {
        return;
    };
    let Some(glyph) = face.glyph(letter) else {
        return;
    };
    let advance = f32::from(face.advance_of(glyph)).max(1.0);
    // An ideograph fills its em from 0.12 below the baseline to 0.88 above.
    let (sx, sy) = (wide / advance.max(600.0), height / 1000.0);
    let origin = place(-advance / 2.0 * sx, 0.12 * height);
    let right = place((1000.0 - advance / 2.0) * sx, 0.12 * height);
    let over = place(-advance / 2.0 * sx, 0.12 * height + 1000.0 * sy);
    ink.save().transform([
        (right.0 - origin.0) / EM,
        (right.1 - origin.1) / EM,
        (over.0 - origin.0) / EM,
        (over.1 - origin.1) / EM,
        origin.0,
        origin.1,
    ]);
    ink.op(&[STROKE], "w")
        .glyph(face, glyph)
        .op(&[], "B")
        .restore();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every coordinate of the drawing stays within the ring: letters are turned back first.
    fn stays_inside(name: &str) {
        let text = String::from_utf8(form(name, "职业技能评价专用章")).unwrap();
        let mut matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        let mut letters = 0;
        for line in text.lines() {
            let numbers: Vec<f32> = line
                .split(' ')
                .filter_map(|word| word.parse().ok())
                .collect();
            if line.ends_with("cm") {
                matrix.copy_from_slice(&numbers);
                letters += 1;
            } else if line.ends_with(" m") || line.ends_with(" l") || line.ends_with(" c") {
                for pair in numbers.chunks_exact(2).filter(|_| letters > 0) {
                    let [a, b, c, d, e, f] = matrix;
                    let (x, y) = (a * pair[0] + c * pair[1] + e, b * pair[0] + d * pair[1] + f);
                    assert!(x.hypot(y) < 17.8, "{name}: {x},{y}");
                    assert!(x.hypot(y) > 6.4, "{name}: {x},{y}");
                }
            }
        }
        assert_eq!(letters, name.chars().count() + 9);
    }

    #[test]
    fn names_of_any_length_stay_inside() {
        for length in [1, 2, 4, 8, 12, 20, 30, 45] {
            stays_inside(&"塔".repeat(length));
        }
        stays_inside("乌兰察布市（Ulanqab）技能评价中心");
    }
}
