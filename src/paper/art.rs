//! 底纹: guilloche, frames and emblem, drawn as curves.
//!
//! A figure that repeats is a *cell*, a form drawn many times by relative moves, so that the whole
//! ground is some six kilobytes instead of a hundred and thirty. Everything here is in
//! millimetres from the upper left corner; [`GROUND`] turns the page over once.
//!
//! No emblem of state and no mark of another body: the emblem is a gear and an open book.

use std::f32::consts::{PI, TAU};

use super::ink::{Colour, HEIGHT, Ink, Knot, POINTS, WIDTH};

/// A form used inside the ground: its name, half its bounding square, and its drawing.
pub struct Cell {
    /// The resource name.
    pub name: &'static str,
    /// The box it stays within: left, upper, right, lower.
    pub bounds: [f32; 4],
    /// The drawing.
    pub ink: Vec<u8>,
}

/// Where the design puts lines and boxes that depend on its fields.
pub struct Lines<'a> {
    /// The rule under each field of the right panel.
    pub fields: &'a [f32],
    /// The rules under institution and date.
    pub signature: [f32; 2],
}

const PAPER: Colour = Colour(0.996, 0.990, 0.972);
const TINT: Colour = Colour(0.955, 0.968, 0.955);
const GOLD: Colour = Colour(0.66, 0.51, 0.20);
const PALE_GOLD: Colour = Colour(0.84, 0.76, 0.58);
const TEAL: Colour = Colour(0.10, 0.36, 0.40);
const RED: Colour = Colour(0.55, 0.09, 0.09);
const WHITE: Colour = Colour(1.0, 1.0, 1.0);

/// Columns of fields: labels, values, right edge.
pub const LABELS: f32 = 167.0;
/// See [`LABELS`].
pub const VALUES: f32 = 200.0;
/// See [`LABELS`].
pub const RIGHT: f32 = 267.0;
/// Columns of the left panel: text, values, right edge of the rules, centre.
pub const LEFT: f32 = 39.0;
/// See [`LEFT`].
pub const LEFT_VALUES: f32 = 72.5;
/// See [`LEFT`].
pub const LEFT_RIGHT: f32 = 135.0;
/// See [`LEFT`].
pub const CENTRE: f32 = 86.0;
/// The photograph: left, upper, width, height. One inch (一寸) is 25 by 35.
pub const PHOTO: [f32; 4] = [204.5, 30.0, 25.0, 35.0];
/// The QR plate with its quiet zone: left, upper, side.
pub const PLATE: [f32; 3] = [166.0, 148.4, 36.0];

/// The frame of the whole drawing: millimetres downwards become points upwards.
pub fn ground(lines: &Lines<'_>) -> (Vec<u8>, Vec<Cell>) {
    let mut ink = Ink::new();
    ink.save();
    ink.raw(&format!(
        "{POINTS:.6} 0 0 -{POINTS:.6} 0 {:.4} cm\n",
        HEIGHT * POINTS
    ));
    ink.fill_colour(PAPER)
        .rectangle(0.0, 0.0, WIDTH, HEIGHT)
        .op(&[], "f");
    watermark(&mut ink);
    frame(&mut ink);
    for (x, y) in [(14.0, 14.0), (283.0, 14.0), (14.0, 196.0), (283.0, 196.0)] {
        medallion(&mut ink, x, y);
    }
    emblem(&mut ink);
    title_rule(&mut ink);
    gutter(&mut ink);
    panels(&mut ink, lines);
    ink.restore();
    (ink.bytes, cells())
}

fn cells() -> Vec<Cell> {
    vec![
        stroked("Wo", Colour(0.905, 0.925, 0.905), 0.09, 67.0, |ink| {
            ink.ellipse(0.0, 0.0, 66.0, 25.0);
        }),
        stroked("Wi", Colour(0.935, 0.905, 0.845), 0.09, 61.0, |ink| {
            ink.ellipse(30.0, 0.0, 30.0, 11.0);
        }),
        stroked("Mo", TEAL, 0.10, 9.0, |ink| {
            ink.ellipse(0.0, 0.0, 8.0, 3.4);
        }),
        stroked("Mi", GOLD, 0.10, 3.0, |ink| {
            ink.ellipse(0.0, 0.0, 2.6, 1.1);
        }),
        stroked("Ro", TEAL, 0.09, 11.5, |ink| lobe(ink, 0.0)),
        stroked("Rg", GOLD, 0.09, 11.5, |ink| lobe(ink, 0.5)),
        weave("Bh", (WIDTH - 44.0) / 23.0),
        weave("Bv", (HEIGHT - 44.0) / 15.0),
    ]
}

fn stroked(
    name: &'static str,
    colour: Colour,
    width: f32,
    reach: f32,
    path: impl Fn(&mut Ink),
) -> Cell {
    let mut ink = Ink::new();
    ink.pen(colour, width);
    path(&mut ink);
    ink.op(&[], "S");
    Cell {
        name,
        bounds: [-reach, -reach, reach, reach],
        ink: ink.bytes,
    }
}

/// One period of the border: eight sines in teal, four of twice the frequency in gold.
fn weave(name: &'static str, period: f32) -> Cell {
    let mut ink = Ink::new();
    ink.pen(TEAL, 0.13);
    for phase in 0..8_u8 {
        sine(&mut ink, period, 3.3, 1.0, f32::from(phase) * PI / 4.0);
    }
    ink.op(&[], "S").pen(GOLD, 0.12);
    for phase in 0..4_u8 {
        sine(&mut ink, period, 1.5, 2.0, f32::from(phase) * PI / 2.0);
    }
    ink.op(&[], "S");
    Cell {
        name,
        bounds: [-0.2, -4.0, period + 0.2, 4.0],
        ink: ink.bytes,
    }
}

fn sine(ink: &mut Ink, period: f32, height: f32, cycles: f32, phase: f32) {
    let steps = 6.0 * cycles;
    let knots: Vec<Knot> = knots(steps, |t| {
        let angle = TAU * cycles * t + phase;
        (
            t * period,
            height * angle.sin(),
            period,
            height * TAU * cycles * angle.cos(),
        )
    });
    ink.curve(&knots);
}

/// Knots of a curve over 0..=1 from its position and derivative.
fn knots(steps: f32, at: impl Fn(f32) -> (f32, f32, f32, f32)) -> Vec<Knot> {
    let mut knots = Vec::new();
    let mut step = 0.0;
    while step <= steps {
        let (x, y, dx, dy) = at(step / steps);
        knots.push(Knot {
            x,
            y,
            dx: dx / steps,
            dy: dy / steps,
        });
        step += 1.0;
    }
    knots
}

fn watermark(ink: &mut Ink) {
    ink.save()
        .shift(148.5, 105.0)
        .around("Wo", 60, 3.0)
        .restore();
    ink.save()
        .shift(148.5, 105.0)
        .around("Wi", 72, 5.0)
        .restore();
}

fn frame(ink: &mut Ink) {
    // The woven band, between the two pairs of lines.
    ink.fill_colour(TINT)
        .rectangle(9.0, 9.0, WIDTH - 18.0, HEIGHT - 18.0)
        .rectangle(19.0, 19.0, WIDTH - 38.0, HEIGHT - 38.0)
        .op(&[], "f*");
    for (inset, width) in [(7.6, 0.5), (8.8, 0.15), (19.3, 0.15), (20.3, 0.4)] {
        ink.pen(GOLD, width)
            .rectangle(inset, inset, WIDTH - 2.0 * inset, HEIGHT - 2.0 * inset)
            .op(&[], "S");
    }
    let (across, down) = ((WIDTH - 44.0) / 23.0, (HEIGHT - 44.0) / 15.0);
    for y in [14.0, HEIGHT - 14.0] {
        ink.save().shift(22.0, y);
        repeat(ink, "Bh", 23, across);
        ink.restore();
    }
    for x in [14.0, WIDTH - 14.0] {
        ink.save().op(&[0.0, 1.0, -1.0, 0.0, x, 22.0], "cm");
        repeat(ink, "Bv", 15, down);
        ink.restore();
    }
}

fn repeat(ink: &mut Ink, form: &str, times: usize, step: f32) {
    for _ in 0..times {
        ink.raw(&format!("/{form} Do 1 0 0 1 {step:.5} 0 cm\n"));
    }
}

fn medallion(ink: &mut Ink, x: f32, y: f32) {
    ink.save().shift(x, y);
    ink.fill_colour(PAPER)
        .pen(GOLD, 0.3)
        .ellipse(0.0, 0.0, 8.6, 8.6)
        .op(&[], "B");
    ink.save().around("Mo", 18, 10.0).restore();
    ink.fill_colour(PAPER)
        .pen(GOLD, 0.15)
        .ellipse(0.0, 0.0, 3.3, 3.3)
        .op(&[], "B");
    ink.save().around("Mi", 24, 15.0).restore();
    ink.fill_colour(RED)
        .ellipse(0.0, 0.0, 0.55, 0.55)
        .op(&[], "f");
    ink.pen(GOLD, 0.25)
        .ellipse(0.0, 0.0, 8.6, 8.6)
        .op(&[], "S")
        .restore();
}

/// A twenty-fourth of a rosette's curves: three of the six phases, in one colour.
fn lobe(ink: &mut Ink, offset: f32) {
    for phase in 0..3_u8 {
        let shift = (f32::from(phase) + offset) * TAU / 3.0;
        let knots = knots(4.0, |t| {
            let turn = t * TAU / 24.0;
            let (sin, cos) = turn.sin_cos();
            let (wave, slope) = (TAU * t + shift).sin_cos();
            let (r, dr) = (9.6 + 1.5 * wave, 1.5 * TAU * slope);
            let dturn = TAU / 24.0;
            (
                r * cos,
                r * sin,
                dr * cos - r * sin * dturn,
                dr * sin + r * cos * dturn,
            )
        });
        ink.curve(&knots);
    }
}

fn emblem(ink: &mut Ink) {
    ink.save().shift(CENTRE, 43.0);
    ink.fill_colour(PAPER)
        .ellipse(0.0, 0.0, 11.1, 11.1)
        .op(&[], "f");
    ink.save().around("Ro", 24, 15.0).restore();
    ink.save().around("Rg", 24, 15.0).restore();
    ink.fill_colour(WHITE)
        .pen(GOLD, 0.45)
        .ellipse(0.0, 0.0, 7.4, 7.4)
        .op(&[], "B");
    ink.pen(GOLD, 0.14).ellipse(0.0, 0.0, 6.7, 6.7).op(&[], "S");
    gear(ink);
    book(ink);
    ink.restore();
}

fn gear(ink: &mut Ink) {
    let mut points = Vec::new();
    for tooth in 0..12_u8 {
        let middle = f32::from(tooth) * TAU / 12.0;
        for (turn, radius) in [(-0.165, 4.5), (-0.105, 5.35), (0.105, 5.35), (0.165, 4.5)] {
            let (sin, cos) = (middle + turn).sin_cos();
            points.push((radius * cos, radius * sin));
        }
    }
    ink.fill_colour(TEAL)
        .polygon(&points)
        .ellipse(0.0, 0.0, 3.75, 3.75)
        .op(&[], "f*");
}

/// An open book: two leaves, and a spine left white.
fn book(ink: &mut Ink) {
    ink.fill_colour(RED);
    for side in [-1.0, 1.0] {
        ink.op(&[side * 0.14, -1.05], "m")
            .op(
                &[side * 0.75, -1.75, side * 1.7, -1.75, side * 2.55, -1.45],
                "c",
            )
            .op(&[side * 2.55, 1.25], "l")
            .op(
                &[side * 1.7, 0.95, side * 0.75, 0.95, side * 0.14, 1.65],
                "c",
            )
            .op(&[], "h");
    }
    ink.op(&[], "f").pen(WHITE, 0.1);
    for side in [-1.0, 1.0] {
        for line in [-0.55, 0.0, 0.55] {
            ink.op(&[side * 0.55, line - 0.35], "m")
                .op(
                    &[
                        side * 1.1,
                        line - 0.72,
                        side * 1.7,
                        line - 0.72,
                        side * 2.15,
                        line - 0.6,
                    ],
                    "c",
                )
                .op(&[], "S");
        }
    }
}

fn title_rule(ink: &mut Ink) {
    let y = 83.2;
    ink.pen(GOLD, 0.25);
    for side in [-1.0, 1.0] {
        ink.line((CENTRE + side * 3.0, y), (CENTRE + side * 43.0, y));
    }
    ink.pen(GOLD, 0.1);
    for side in [-1.0, 1.0] {
        ink.line(
            (CENTRE + side * 6.0, y + 0.8),
            (CENTRE + side * 34.0, y + 0.8),
        );
    }
    ink.fill_colour(RED)
        .polygon(&[
            (CENTRE, y - 1.15),
            (CENTRE + 1.15, y),
            (CENTRE, y + 1.15),
            (CENTRE - 1.15, y),
        ])
        .op(&[], "f");
}

/// Three braided sines down the middle, where a folded certificate is creased.
fn gutter(ink: &mut Ink) {
    ink.save().op(&[0.0, 1.0, 1.0, 0.0, 150.0, 32.0], "cm");
    for (strand, colour) in (0_u8..).zip([TEAL, GOLD, TEAL]) {
        ink.pen(colour, 0.08);
        let knots = knots(74.0, |t| {
            let angle = TAU * 12.0 * t + f32::from(strand) * TAU / 3.0;
            (
                148.0 * t,
                0.7 * angle.sin(),
                148.0,
                0.7 * TAU * 12.0 * angle.cos(),
            )
        });
        ink.curve(&knots).op(&[], "S");
    }
    ink.restore();
}

fn panels(ink: &mut Ink, lines: &Lines<'_>) {
    ink.pen(PALE_GOLD, 0.15);
    for y in lines.signature {
        ink.line((LEFT_VALUES - 1.0, y), (LEFT_RIGHT, y));
    }
    for y in lines.fields {
        ink.line((VALUES - 1.0, *y), (RIGHT, *y));
    }
    let [x, y, width, height] = PHOTO;
    ink.fill_colour(WHITE).pen(GOLD, 0.3);
    ink.rectangle(x - 1.2, y - 1.2, width + 2.4, height + 2.4)
        .op(&[], "B");
    ink.pen(GOLD, 0.1)
        .rectangle(x - 0.5, y - 0.5, width + 1.0, height + 1.0)
        .op(&[], "S");
    let [x, y, side] = PLATE;
    ink.fill_colour(WHITE)
        .pen(GOLD, 0.2)
        .rectangle(x, y, side, side)
        .op(&[], "B");
}

/// Where a photograph belongs when there is none: a head and shoulders, in a box of 25 by 35.
pub fn silhouette() -> Vec<u8> {
    let mut ink = Ink::new();
    ink.fill_colour(Colour(0.965, 0.973, 0.980))
        .rectangle(0.0, 0.0, 25.0, 35.0)
        .op(&[], "f");
    ink.fill_colour(Colour(0.78, 0.82, 0.87))
        .ellipse(12.5, 13.6, 5.6, 6.9)
        .op(&[], "f");
    ink.op(&[1.6, 35.0], "m")
        .op(&[1.8, 27.6, 6.0, 23.2, 12.5, 23.2], "c")
        .op(&[19.0, 23.2, 23.2, 27.6, 23.4, 35.0], "c")
        .op(&[], "h")
        .op(&[], "f");
    ink.bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ground_is_small_and_names_only_its_cells() {
        let lines = Lines {
            fields: &[84.0, 94.0],
            signature: [162.8, 176.4],
        };
        let (ink, cells) = ground(&lines);
        let text = String::from_utf8(ink).unwrap();
        for word in text
            .split_whitespace()
            .filter_map(|word| word.strip_prefix('/'))
        {
            assert!(cells.iter().any(|cell| cell.name == word), "{word}");
        }
        assert_eq!(text.matches("q\n").count(), text.matches("Q\n").count());
        assert!(!text.contains("NaN") && !text.contains("inf"));
    }
}
