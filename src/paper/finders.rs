//! 定位图形: the three squares in the corners of a QR code, found in a picture of black and white.
//!
//! Whatever the angle, a line through the middle of such a square crosses dark, light, dark, light
//! and dark in the proportion 1:1:3:1:1 (ISO/IEC 18004, 5.3.2). How wide they are along the lines
//! to the other two tells how far each lies from the eye.

use image::GrayImage;

/// Most squares that are kept: a picture full of them costs no more than this.
const MOST: usize = 7;

/// A place in the picture.
pub type Spot = (f64, f64);

/// One square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finder {
    /// Its middle.
    pub at: Spot,
    /// How wide a module is, roughly.
    pub module: f64,
    /// On how many lines it was seen.
    seen: u32,
}

/// Three squares that may belong to one code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corners {
    /// Upper left, as the code is read.
    pub first: Finder,
    /// Along its rows.
    pub right: Finder,
    /// Along its columns.
    pub below: Finder,
}

/// Whether it is dark there; outside the picture it is light.
pub fn is_dark(picture: &GrayImage, (x, y): Spot) -> bool {
    let inside =
        x >= 0.0 && y >= 0.0 && x < f64::from(picture.width()) && y < f64::from(picture.height());
    inside && picture.get_pixel(x as u32, y as u32).0[0] < 128
}

/// Where dark and light change when one goes from a spot in a direction, up to so far: the first
/// three changes, in pixels from the spot.
pub fn changes(picture: &GrayImage, from: Spot, along: Spot, far: f64) -> Option<[f64; 3]> {
    const STEP: f64 = 0.25;
    let mut found = [0.0; 3];
    let (mut count, mut dark, mut gone) = (0, true, 0.0);
    while gone < far {
        gone += STEP;
        let now = is_dark(picture, (from.0 + along.0 * gone, from.1 + along.1 * gone));
        if now != dark {
            found[count] = gone - STEP / 2.0;
            count += 1;
            dark = now;
            if count == 3 {
                return Some(found);
            }
        }
    }
    None
}

/// How far it is from one to the other, and which way.
pub fn way(from: Spot, to: Spot) -> (f64, Spot) {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let far = x.hypot(y).max(1e-9);
    (far, (x / far, y / far))
}

/// Whether five lengths are in proportion; gives the width of a module.
fn in_proportion(runs: [f64; 5]) -> Option<f64> {
    let module = runs.iter().sum::<f64>() / 7.0;
    let fits = |run: f64, least: f64, most: f64| run > least * module && run < most * module;
    let sides = [0, 1, 3, 4].iter().all(|at| fits(runs[*at], 0.35, 1.75));
    (module >= 1.0 && sides && fits(runs[2], 1.9, 4.3)).then_some(module)
}

/// The middle of the square this spot lies in, looked at along one axis.
fn middle(picture: &GrayImage, from: Spot, along: Spot, far: f64) -> Option<(Spot, f64)> {
    let forth = changes(picture, from, along, far)?;
    let back = changes(picture, from, (-along.0, -along.1), far)?;
    let runs = [
        back[2] - back[1],
        back[1] - back[0],
        back[0] + forth[0],
        forth[1] - forth[0],
        forth[2] - forth[1],
    ];
    let module = in_proportion(runs)?;
    let off = (forth[0] - back[0]) / 2.0;
    Some(((from.0 + along.0 * off, from.1 + along.1 * off), module))
}

/// The squares in a picture, the surest first.
pub fn find(picture: &GrayImage) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    for (y, row) in picture.rows().enumerate() {
        // The ends of the last five runs of one colour.
        let mut ends = [0_usize; 6];
        let mut dark = false;
        for (x, pixel) in row.chain(std::iter::once(&image::Luma([255]))).enumerate() {
            if (pixel.0[0] < 128) == dark {
                continue;
            }
            ends.rotate_left(1);
            ends[5] = x;
            dark = !dark;
            let runs = std::array::from_fn(|at| (ends[at + 1] - ends[at]) as f64);
            if dark {
                continue;
            }
            let Some(module) = in_proportion(runs) else {
                continue;
            };
            let from = ((ends[2] + ends[3]) as f64 / 2.0, y as f64 + 0.5);
            take(picture, &mut found, from, module);
        }
    }
    found.retain(|one| one.seen > 1);
    found.sort_by_key(|one| std::cmp::Reverse(one.seen));
    found.truncate(MOST);
    found
}

/// Looks at a square across, and keeps it or adds it to the one it belongs to.
fn take(picture: &GrayImage, found: &mut Vec<Finder>, from: Spot, module: f64) {
    let far = module * 9.0;
    let Some((at, tall)) = middle(picture, from, (0.0, 1.0), far) else {
        return;
    };
    let Some((at, wide)) = middle(picture, at, (1.0, 0.0), far) else {
        return;
    };
    if tall > wide * 2.5 || wide > tall * 2.5 {
        return;
    }
    let module = (tall + wide) / 2.0;
    let near = found
        .iter_mut()
        .find(|one| way(one.at, at).0 < one.module * 2.5);
    let Some(one) = near else {
        found.push(Finder {
            at,
            module,
            seen: 1,
        });
        return;
    };
    let seen = f64::from(one.seen);
    let mean = |old: f64, new: f64| (old * seen + new) / (seen + 1.0);
    one.at = (mean(one.at.0, at.0), mean(one.at.1, at.1));
    one.module = mean(one.module, module);
    one.seen += 1;
}

/// Which three of the squares may be one code's, the likeliest first.
pub fn threes(found: &[Finder]) -> Vec<Corners> {
    let mut ranked = Vec::new();
    for first in found {
        for right in found {
            for below in found {
                let ((wide, row), (tall, column)) =
                    (way(first.at, right.at), way(first.at, below.at));
                let turned = row.0 * column.1 - row.1 * column.0;
                let sizes = [first.module, right.module, below.module];
                let (least, most) = sizes
                    .iter()
                    .fold((f64::MAX, 0.0), |(a, b): (f64, f64), it| {
                        (a.min(*it), b.max(*it))
                    });
                // Rows run to the right of columns; seen askew, a right angle is no longer one.
                let near = turned > 0.6
                    && most < least * 2.5
                    && wide < tall * 2.5
                    && tall < wide * 2.5
                    && wide > 10.0 * least;
                if near {
                    let off = (1.0 - turned) + (wide / tall).ln().abs() + (most / least).ln();
                    ranked.push((
                        off,
                        Corners {
                            first: *first,
                            right: *right,
                            below: *below,
                        },
                    ));
                }
            }
        }
    }
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    ranked.into_iter().map(|(_, corners)| corners).collect()
}
