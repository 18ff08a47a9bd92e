//! 版面: measures of the page, and the drawing operators of PDF as bytes.

use ttf_parser::{GlyphId, OutlineBuilder};

use super::fonts::Typeface;

/// Width of A4 across, in millimetres.
pub const WIDTH: f32 = 297.0;
/// Height of A4 across, in millimetres.
pub const HEIGHT: f32 = 210.0;
/// Points in a millimetre.
pub const POINTS: f32 = 72.0 / 25.4;

/// A colour, red green blue, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour(pub f32, pub f32, pub f32);

/// Body text and values.
pub const INK: Colour = Colour(0.10, 0.13, 0.18);
/// Labels and English text.
pub const GREY: Colour = Colour(0.38, 0.42, 0.47);
/// English under labels and titles.
pub const BRONZE: Colour = Colour(0.50, 0.37, 0.12);
/// Titles.
pub const CRIMSON: Colour = Colour(0.55, 0.09, 0.09);

/// Millimetres from the left edge, as points.
pub fn across(x: f32) -> f32 {
    x * POINTS
}

/// Millimetres from the upper edge, as PDF counts: points from the lower edge.
pub fn up(y: f32) -> f32 {
    (HEIGHT - y) * POINTS
}

/// Steps in the em of an outline: two hundredths of a millimetre on a seal.
pub const EM: f32 = 250.0;

/// A content stream being written.
#[derive(Default)]
pub struct Ink {
    /// What has been written.
    pub bytes: Vec<u8>,
}

impl Ink {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a number with at most three decimals, the shortest way, and a space.
    pub fn number(&mut self, value: f32) -> &mut Self {
        // Rounded as an integer of thousandths: the same on every machine, unlike `{:.3}` of a
        // value that some other path computed with another rounding.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a page is far smaller than i32"
        )]
        let thousandths = (f64::from(value) * 1000.0).round() as i32;
        if thousandths < 0 {
            self.bytes.push(b'-');
        }
        let (whole, part) = (
            thousandths.unsigned_abs() / 1000,
            thousandths.unsigned_abs() % 1000,
        );
        if whole > 0 || part == 0 {
            self.integer(whole as usize);
        }
        if part > 0 {
            let digits = [
                b'0' + (part / 100) as u8,
                b'0' + (part / 10 % 10) as u8,
                b'0' + (part % 10) as u8,
            ];
            let kept = digits
                .iter()
                .rposition(|digit| *digit != b'0')
                .map_or(0, |last| last + 1);
            self.bytes.push(b'.');
            self.bytes.extend_from_slice(&digits[..kept]);
        }
        self.bytes.push(b' ');
        self
    }

    /// Writes a whole number, without a space.
    pub fn integer(&mut self, value: usize) -> &mut Self {
        let mut digits = [0_u8; 20];
        let mut at = digits.len();
        let mut rest = value;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.bytes.extend_from_slice(&digits[at..]);
        self
    }

    /// Writes numbers and then the operator, on a line of its own.
    pub fn op(&mut self, operands: &[f32], operator: &str) -> &mut Self {
        for operand in operands {
            self.number(*operand);
        }
        self.raw(operator).raw("\n")
    }

    /// Writes text as it stands.
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// The colour to fill with.
    pub fn fill_colour(&mut self, Colour(r, g, b): Colour) -> &mut Self {
        self.op(&[r, g, b], "rg")
    }

    /// The colour and width to stroke with.
    pub fn pen(&mut self, Colour(r, g, b): Colour, width: f32) -> &mut Self {
        self.op(&[r, g, b], "RG").op(&[width], "w")
    }

    /// A straight line.
    pub fn line(&mut self, from: (f32, f32), to: (f32, f32)) -> &mut Self {
        self.op(&[from.0, from.1], "m")
            .op(&[to.0, to.1], "l")
            .op(&[], "S")
    }

    /// The path of a rectangle.
    pub fn rectangle(&mut self, x: f32, y: f32, width: f32, height: f32) -> &mut Self {
        self.op(&[x, y, width, height], "re")
    }

    /// The path of an ellipse.
    pub fn ellipse(&mut self, x: f32, y: f32, rx: f32, ry: f32) -> &mut Self {
        // Four cubic arcs; 0.5523 keeps them within 0.03 % of the true curve.
        let (kx, ky) = (rx * 0.552_285, ry * 0.552_285);
        self.op(&[x + rx, y], "m")
            .op(&[x + rx, y + ky, x + kx, y + ry, x, y + ry], "c")
            .op(&[x - kx, y + ry, x - rx, y + ky, x - rx, y], "c")
            .op(&[x - rx, y - ky, x - kx, y - ry, x, y - ry], "c")
            .op(&[x + kx, y - ry, x + rx, y - ky, x + rx, y], "c")
            .op(&[], "h")
    }

    /// The path of a polygon.
    pub fn polygon(&mut self, points: &[(f32, f32)]) -> &mut Self {
        for (at, (x, y)) in points.iter().enumerate() {
            self.op(&[*x, *y], if at == 0 { "m" } else { "l" });
        }
        self.op(&[], "h")
    }

    /// The path of a smooth curve through points with given slopes (Hermite as Bézier).
    pub fn curve(&mut self, points: &[Knot]) -> &mut Self {
        for (at, knot) in points.iter().enumerate() {
            if at == 0 {
                self.op(&[knot.x, knot.y], "m");
                continue;
            }
            let before = points[at - 1];
            self.op(
                &[
                    before.x + before.dx / 3.0,
                    before.y + before.dy / 3.0,
                    knot.x - knot.dx / 3.0,
                    knot.y - knot.dy / 3.0,
                    knot.x,
                    knot.y,
                ],
                "c",
            );
        }
        self
    }

    /// Keeps the graphics state.
    pub fn save(&mut self) -> &mut Self {
        self.op(&[], "q")
    }

    /// Returns to the kept graphics state.
    pub fn restore(&mut self) -> &mut Self {
        self.op(&[], "Q")
    }

    /// Moves the origin.
    pub fn shift(&mut self, x: f32, y: f32) -> &mut Self {
        self.op(&[1.0, 0.0, 0.0, 1.0, x, y], "cm")
    }

    /// Draws a form `times`, turning by `degrees` after each: relative, so that every line of the
    /// stream is the same and deflate makes nothing of it.
    pub fn around(&mut self, form: &str, times: usize, degrees: f32) -> &mut Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        for _ in 0..times {
            // Five decimals here: sixty turns add up.
            self.raw(&format!(
                "{cos:.5} {sin:.5} {:.5} {cos:.5} 0 0 cm /{form} Do\n",
                -sin
            ));
        }
        self
    }

    /// The path of a glyph, its em [`EM`] wide. Small whole numbers, not turned or scaled here:
    /// stems share coordinates, and deflate makes a third of it.
    pub fn glyph(&mut self, face: Typeface, glyph: GlyphId) -> &mut Self {
        let scale = EM / f32::from(face.font().face.units_per_em()).max(1.0);
        let mut outline = Outline {
            ink: self,
            scale,
            at: (0.0, 0.0),
        };
        face.font().face.outline_glyph(glyph, &mut outline);
        self
    }

    /// A change of measure with five decimals, where three would show.
    pub fn transform(&mut self, matrix: [f32; 6]) -> &mut Self {
        for number in matrix {
            let text = format!("{number:.5}");
            self.raw(text.trim_end_matches('0').trim_end_matches('.'))
                .raw(" ");
        }
        self.raw("cm\n")
    }
}

/// A point of a curve with the direction it passes in.
#[derive(Clone, Copy)]
pub struct Knot {
    /// Position.
    pub x: f32,
    /// Position.
    pub y: f32,
    /// Derivative by one step to the next knot.
    pub dx: f32,
    /// Derivative by one step to the next knot.
    pub dy: f32,
}

struct Outline<'a> {
    ink: &'a mut Ink,
    scale: f32,
    at: (f32, f32),
}

impl Outline<'_> {
    fn op<const N: usize>(&mut self, operands: [f32; N], operator: &str) {
        let scale = self.scale;
        self.ink
            .op(&operands.map(|value| (value * scale).round()), operator);
    }
}

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.op([x, y], "m");
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.op([x, y], "l");
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (x0, y0) = self.at;
        let toward = |end: f32, control: f32| end + (control - end) * 2.0 / 3.0;
        self.curve_to(
            toward(x0, x1),
            toward(y0, y1),
            toward(x, x1),
            toward(y, y1),
            x,
            y,
        );
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.at = (x, y);
        self.op([x1, y1, x2, y2, x, y], "c");
    }

    fn close(&mut self) {
        self.op([], "h");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_the_shortest_way() {
        for (value, expected) in [
            (0.0, "0 "),
            (-0.0001, "0 "),
            (1.0, "1 "),
            (-0.5, "-.5 "),
            (12.3456, "12.346 "),
            (100.0, "100 "),
            (0.05, ".05 "),
            (-841.889_8, "-841.89 "),
        ] {
            let mut ink = Ink::new();
            ink.number(value);
            assert_eq!(String::from_utf8(ink.bytes).unwrap(), expected);
        }
    }

    #[test]
    fn the_page_is_upside_down() {
        assert!((up(210.0)).abs() < 0.001 && (up(0.0) - 595.275_6).abs() < 0.001);
    }
}
