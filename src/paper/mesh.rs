//! 斜看的码: reads a QR code that is tilted, turned or bent, where the ordinary reader gives up.
//!
//! From the three squares in its corners follows where each module would lie if the paper were
//! flat; the small squares within the code are then looked for one by one, each correcting where
//! the next is expected, and what is left over is the paper's bend. The picture is black and white.

use crate::paper::finders::{self, Corners, Spot, changes, is_dark, way};
use image::GrayImage;
use rqrr::{Grid, SimpleGrid};

/// Most sets of three squares that are tried.
const TRIES: usize = 4;
/// So many small squares are looked for; when none of them is there, this is no code of that size.
const PATIENCE: usize = 3;

/// A place on the code, in modules, and where it is in the picture.
type Pair = (Spot, Spot);

/// The text of the first code that can be read.
pub fn read(picture: &GrayImage) -> Option<String> {
    let found = finders::find(picture);
    let mut sets = finders::threes(&found).into_iter().take(TRIES);
    sets.find_map(|corners| of_corners(picture, &corners))
}

fn of_corners(picture: &GrayImage, corners: &Corners) -> Option<String> {
    let measured = Measured::of(picture, corners)?;
    let estimate = measured.side - 17.0;
    let version = (estimate / 4.0).round();
    // The nearest size first, then its neighbour on the side the estimate leans to.
    let lean = if estimate / 4.0 > version { 1.0 } else { -1.0 };
    [version, version + lean, version - lean]
        .into_iter()
        .filter(|version| (1.0..=40.0).contains(version))
        .find_map(|version| of_version(picture, &measured, version as usize))
}

fn of_version(picture: &GrayImage, measured: &Measured, version: usize) -> Option<String> {
    let side = version * 4 + 17;
    let mut pairs = measured.pairs(side);
    let mut flat = Flat::through(&pairs)?;
    let known = pairs.len();
    for (at, place) in squares(version).into_iter().enumerate() {
        if at == PATIENCE && pairs.len() == known {
            return None;
        }
        if let Some(spot) = square_near(picture, &flat, place) {
            pairs.push((place, spot));
            flat = Flat::through(&pairs)?;
        }
    }
    let bent = Bent::of(&flat, &pairs);
    [&bent, &Bent::default()].into_iter().find_map(|bent| {
        let grid = SimpleGrid::from_func(side, |x, y| {
            module(picture, &flat, bent, (x as f64, y as f64))
        });
        Grid::new(grid).decode().ok().map(|(_, text)| text)
    })
}

/// What the three squares tell.
struct Measured {
    corners: Corners,
    /// Distances of the three changes of colour: at the first square to the right, left, down and
    /// up; at the right one to the right and left; at the one below down and up.
    edges: [([f64; 3], Spot, usize); 8],
    /// How many modules are on a side, as far as can be told.
    side: f64,
}

impl Measured {
    fn of(picture: &GrayImage, corners: &Corners) -> Option<Self> {
        let Corners {
            first,
            right,
            below,
        } = *corners;
        let ((wide, row), (tall, column)) = (way(first.at, right.at), way(first.at, below.at));
        let back = |(x, y): Spot| (-x, -y);
        let edge = |from: finders::Finder, along: Spot, which: usize| {
            changes(picture, from.at, along, from.module * 9.0).map(|found| (found, along, which))
        };
        let edges = [
            edge(first, row, 0)?,
            edge(first, back(row), 0)?,
            edge(first, column, 0)?,
            edge(first, back(column), 0)?,
            edge(right, row, 1)?,
            edge(right, back(row), 1)?,
            edge(below, column, 2)?,
            edge(below, back(column), 2)?,
        ];
        // Seven modules across. Of a row seen askew the modules between two places are their
        // distance over the geometric mean of the modules' widths there.
        let width = |a: usize, b: usize| (edges[a].0[2] + edges[b].0[2]) / 7.0;
        let across = wide / (width(0, 1) * width(4, 5)).sqrt();
        let down = tall / (width(2, 3) * width(6, 7)).sqrt();
        Some(Self {
            corners: *corners,
            edges,
            side: (across + down) / 2.0 + 7.0,
        })
    }

    /// Where which place of the code is, for a code of this many modules.
    fn pairs(&self, side: usize) -> Vec<Pair> {
        let far = side as f64 - 3.5;
        let middles = [
            ((3.5, 3.5), self.corners.first.at),
            ((far, 3.5), self.corners.right.at),
            ((3.5, far), self.corners.below.at),
        ];
        let ways: [Spot; 8] = [
            (1., 0.),
            (-1., 0.),
            (0., 1.),
            (0., -1.),
            (1., 0.),
            (-1., 0.),
            (0., 1.),
            (0., -1.),
        ];
        let mut pairs = middles.to_vec();
        for ((found, along, which), (u, v)) in self.edges.iter().zip(ways) {
            let (place, at) = middles[*which];
            for (modules, gone) in [1.5, 2.5, 3.5].into_iter().zip(found) {
                let place = (place.0 + u * modules, place.1 + v * modules);
                pairs.push((place, (at.0 + along.0 * gone, at.1 + along.1 * gone)));
            }
        }
        pairs
    }
}

/// The middles of the small squares within a code, from the first corner outwards
/// (ISO/IEC 18004, annex E).
fn squares(version: usize) -> Vec<Spot> {
    if version < 2 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    let step = if version == 32 {
        26
    } else {
        (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2
    };
    let last = version * 4 + 10;
    let line: Vec<usize> = (0..count)
        .map(|at| {
            if at == 0 {
                6
            } else {
                last - (count - 1 - at) * step
            }
        })
        .collect();
    let mut places: Vec<(usize, usize)> = line
        .iter()
        .flat_map(|x| line.iter().map(|y| (*x, *y)))
        .collect();
    places.retain(|place| ![(6, 6), (last, 6), (6, last)].contains(place));
    places.sort_by_key(|(x, y)| x + y);
    places
        .into_iter()
        .map(|(x, y)| (x as f64 + 0.5, y as f64 + 0.5))
        .collect()
}

/// The small square nearest to where it is expected: dark, a light ring, a dark ring.
fn square_near(picture: &GrayImage, flat: &Flat, place: Spot) -> Option<Spot> {
    const REACH: i32 = 11;
    const STEP: f64 = 0.25;
    let likeness = |off: Spot| {
        let mut score = 0;
        for v in -2..=2_i32 {
            for u in -2..=2_i32 {
                let dark = u.abs().max(v.abs()) != 1;
                for (du, dv) in [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)] {
                    let at = (
                        place.0 + off.0 + f64::from(u) + du,
                        place.1 + off.1 + f64::from(v) + dv,
                    );
                    score += i32::from(is_dark(picture, flat.map(at)) == dark);
                }
            }
        }
        score
    };
    let mut best = (0, Vec::new());
    for dv in -REACH..=REACH {
        for du in -REACH..=REACH {
            let off = (f64::from(du) * STEP, f64::from(dv) * STEP);
            let score = likeness(off);
            if score > best.0 {
                best = (score, vec![off]);
            } else if score == best.0 {
                best.1.push(off);
            }
        }
    }
    // Of a hundred places looked at.
    if best.0 < 80 {
        return None;
    }
    let first = *best.1.first()?;
    let same: Vec<Spot> = best
        .1
        .into_iter()
        .filter(|off| way(first, *off).0 < 1.0)
        .collect();
    let count = same.len() as f64;
    let (u, v) = same
        .iter()
        .fold((0.0, 0.0), |sum, off| (sum.0 + off.0, sum.1 + off.1));
    Some(flat.map((place.0 + u / count, place.1 + v / count)))
}

/// Whether a module is dark, by most of five looks at it.
fn module(picture: &GrayImage, flat: &Flat, bent: &Bent, (x, y): Spot) -> bool {
    let looks = [(0.5, 0.5), (0.3, 0.3), (0.7, 0.3), (0.3, 0.7), (0.7, 0.7)];
    let dark = looks.iter().filter(|(u, v)| {
        let place = (x + u, y + v);
        let (at, off) = (flat.map(place), bent.at(place));
        is_dark(picture, (at.0 + off.0, at.1 + off.1))
    });
    dark.count() > 2
}

/// Flat paper seen from anywhere: a projective map from modules to the picture.
struct Flat([f64; 8]);

impl Flat {
    /// The map that misses these places least.
    fn through(pairs: &[Pair]) -> Option<Self> {
        // Two lines for each place: what the eight numbers are multiplied with, and the sum.
        let mut sums = [[0.0; 9]; 8];
        for ((u, v), (x, y)) in pairs {
            let (u, v) = (u / SCALE, v / SCALE);
            for line in [
                [u, v, 1.0, 0.0, 0.0, 0.0, -u * x, -v * x, *x],
                [0.0, 0.0, 0.0, u, v, 1.0, -u * y, -v * y, *y],
            ] {
                for (row, sum) in sums.iter_mut().enumerate() {
                    for (column, cell) in sum.iter_mut().enumerate() {
                        *cell += line[row] * line[column];
                    }
                }
            }
        }
        solved(sums).map(Self)
    }

    fn map(&self, (u, v): Spot) -> Spot {
        let (u, v, [a, b, c, d, e, f, g, h]) = (u / SCALE, v / SCALE, self.0);
        let far = g * u + h * v + 1.0;
        ((a * u + b * v + c) / far, (d * u + e * v + f) / far)
    }
}

/// Modules are counted in hundreds, so that the sums are of one size.
const SCALE: f64 = 100.0;

/// Eight equations in eight unknowns, by elimination.
fn solved(mut lines: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for at in 0..8 {
        let pivot = (at..8).max_by(|a, b| lines[*a][at].abs().total_cmp(&lines[*b][at].abs()))?;
        lines.swap(at, pivot);
        let own = lines[at];
        if own[at].abs() < 1e-12 {
            return None;
        }
        for (row, line) in lines.iter_mut().enumerate() {
            let share = if row == at { 0.0 } else { line[at] / own[at] };
            for (cell, own) in line.iter_mut().zip(own) {
                *cell -= share * own;
            }
        }
    }
    Some(std::array::from_fn(|at| lines[at][8] / lines[at][at]))
}

/// How far the paper is from flat, at the places that were found.
#[derive(Default)]
struct Bent(Vec<Pair>);

impl Bent {
    fn of(flat: &Flat, pairs: &[Pair]) -> Self {
        let off = |(place, at): &Pair| {
            let expected = flat.map(*place);
            (*place, (at.0 - expected.0, at.1 - expected.1))
        };
        Self(pairs.iter().map(off).collect())
    }

    /// The bend at a place: that of the places around it, the near ones counting most.
    fn at(&self, place: Spot) -> Spot {
        let (mut x, mut y, mut all) = (0.0, 0.0, 1e-9);
        for (known, off) in &self.0 {
            let weight = 1.0 / (way(*known, place).0.powi(2) + 1.0);
            x += weight * off.0;
            y += weight * off.1;
            all += weight;
        }
        (x / all, y / all)
    }
}
