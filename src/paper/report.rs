//! 报告: a table of any length as a signed PDF, for tender files.
//!
//! Unlike a certificate it has no plate: nothing of it stays the same from one to the next, and
//! nobody keeps it but whoever asked for it.

use super::fonts::{Typeface, missing};
use super::ink::{CRIMSON, Colour, GREY, HEIGHT, INK, Ink, POINTS, WIDTH, across, up};
use super::metadata::About;
use super::objects::Objects;
use super::plate::{NAMES, runs};
use super::signature::{self, Bound, Seal, Unsigned};
use super::stamp;
use super::subset::Subset;
use super::typeset::{width, wrap};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    /// What stands above it.
    pub heading: String,
    /// Millimetres across.
    pub width: f32,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What stands in each column.
    pub cells: Vec<String>,
    /// Whether it wants to be looked at.
    pub marked: bool,
}

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it is.
    pub title: String,
    /// What was asked, when, by whom: label and value.
    pub facts: Vec<(String, String)>,
    /// What has to be known to read it.
    pub notes: Vec<String>,
    /// The columns; at most 269 mm together.
    pub columns: Vec<Column>,
    /// The lines.
    pub rows: Vec<Row>,
    /// What stands at the foot of each page, before `1 / 7`.
    pub foot: String,
    /// Who speaks.
    pub author: String,
    /// What the seal says below.
    pub purpose: String,
    /// The day of the report.
    pub on: NaiveDate,
}

/// Margins, millimetres.
const LEFT: f32 = 14.0;
const RIGHT: f32 = WIDTH - LEFT;
const TOP: f32 = 16.0;
const BOTTOM: f32 = HEIGHT - 16.0;
/// Height of a line of the table.
const LINE: f32 = 4.2;
/// Points of the table's letters.
const SMALL: f32 = 8.0;
/// What stands for a character no face has.
const LACKING: char = '〓';
/// Where the seal's centre is, on the first page.
const SEAL: (f32, f32) = (255.0, 44.0);

impl Report {
    /// Draws it, to be signed.
    pub fn bind(&self, bound: &Bound) -> Unsigned {
        let mut drawing = Drawing::new();
        drawing.all(self);
        drawing.written(self, bound)
    }
}

/// Pages being drawn.
struct Drawing {
    cases: [Subset; 3],
    pages: Vec<Ink>,
    y: f32,
}

impl Drawing {
    fn new() -> Self {
        Self {
            cases: Typeface::ALL.map(Subset::new),
            pages: vec![Ink::new()],
            y: TOP,
        }
    }

    fn all(&mut self, report: &Report) {
        self.y += 6.0;
        // The heavy face holds the certificates' own titles only: a word here would be half heavy.
        self.say(LEFT, self.y, 18.0, Typeface::Song, INK, &report.title);
        self.y += 9.0;
        for (label, value) in &report.facts {
            self.say(LEFT, self.y, 9.5, Typeface::Song, GREY, label);
            for line in wrap(&settable(value), Typeface::Song, 9.5, 175.0, 0.0, false) {
                self.say(LEFT + 34.0, self.y, 9.5, Typeface::Song, INK, &line);
                self.y += 5.2;
            }
        }
        self.y = self.y.max(SEAL.1 + stamp::RADIUS + 6.0);
        for note in &report.notes {
            for line in wrap(
                &settable(note),
                Typeface::Song,
                8.5,
                RIGHT - LEFT,
                0.0,
                false,
            ) {
                self.say(LEFT, self.y, 8.5, Typeface::Song, GREY, &line);
                self.y += 4.6;
            }
        }
        self.y += 3.0;
        self.headings(report);
        for row in &report.rows {
            let cells: Vec<Vec<String>> = row
                .cells
                .iter()
                .zip(&report.columns)
                .map(|(says, column)| cut(says, column.width - 2.0))
                .collect();
            #[expect(clippy::cast_precision_loss, reason = "a few lines")]
            let tall = cells.iter().map(Vec::len).max().unwrap_or(1).max(1) as f32 * LINE + 1.2;
            if self.y + tall > BOTTOM {
                self.pages.push(Ink::new());
                self.y = TOP;
                self.headings(report);
            }
            let mut x = LEFT;
            for (lines, column) in cells.iter().zip(&report.columns) {
                let mut y = self.y + LINE - 0.6;
                for line in lines {
                    let colour = if row.marked { CRIMSON } else { INK };
                    self.say(x + 1.0, y, SMALL, Typeface::Song, colour, line);
                    y += LINE;
                }
                x += column.width;
            }
            self.y += tall;
            self.rule(0.2);
        }
        let count = self.pages.len();
        for at in 0..count {
            let foot = format!("{}    {} / {count}", settable(&report.foot), at + 1);
            self.say_on(at, LEFT, HEIGHT - 9.0, 7.5, Typeface::Song, GREY, &foot);
        }
    }

    fn headings(&mut self, report: &Report) {
        self.rule(0.6);
        let headings: Vec<Vec<String>> = report
            .columns
            .iter()
            .map(|column| cut(&column.heading, column.width - 2.0))
            .collect();
        let tall = headings.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let mut x = LEFT;
        for (lines, column) in headings.iter().zip(&report.columns) {
            let mut y = self.y + LINE;
            for line in lines {
                self.say(x + 1.0, y, SMALL, Typeface::Song, INK, line);
                y += LINE;
            }
            x += column.width;
        }
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let tall = tall as f32 * LINE + 2.0;
        self.y += tall;
        self.rule(0.6);
    }

    fn rule(&mut self, thick: f32) {
        let y = up(self.y);
        if let Some(ink) = self.pages.last_mut() {
            ink.pen(GREY, thick)
                .line((across(LEFT), y), (across(RIGHT), y));
        }
    }

    fn say(&mut self, x: f32, y: f32, size: f32, face: Typeface, colour: Colour, says: &str) {
        self.say_on(self.pages.len() - 1, x, y, size, face, colour, says);
    }

    #[expect(clippy::too_many_arguments, reason = "where, how and what")]
    fn say_on(
        &mut self,
        page: usize,
        x: f32,
        y: f32,
        size: f32,
        face: Typeface,
        colour: Colour,
        says: &str,
    ) {
        let Self { cases, pages, .. } = self;
        let ink = &mut pages[page];
        ink.raw("BT\n").fill_colour(colour);
        ink.op(&[1.0, 0.0, 0.0, 1.0, across(x), up(y)], "Tm");
        for (face, run) in runs(&settable(says), face) {
            ink.raw("/")
                .raw(NAMES[face as usize])
                .raw(" ")
                .op(&[size], "Tf");
            ink.raw("<");
            for c in run.chars() {
                if let Some(code) = cases[face as usize].take(c) {
                    ink.raw(&format!("{code:04X}"));
                }
            }
            ink.raw("> Tj\n");
        }
        ink.raw("ET\n");
    }

    /// The file: pages, fonts, the seal and the signature behind it.
    fn written(self, report: &Report, bound: &Bound) -> Unsigned {
        let mut objects = Objects::new();
        let [root, tree, info, seal, state] = [(); 5].map(|()| objects.reserve());
        let pages: Vec<u32> = self.pages.iter().map(|_| objects.reserve()).collect();
        let mut fonts = String::new();
        for case in self.cases.iter().filter(|case| !case.is_empty()) {
            let id = objects.font(case);
            fonts.push_str(&format!("/{} {id} 0 R ", NAMES[case.face as usize]));
        }
        objects.object(state, "<</Type /ExtGState /BM /Multiply>>");
        let reach = stamp::RADIUS + 0.5;
        objects.stream(
            seal,
            &format!(
                "/Type /XObject /Subtype /Form /BBox [{0:.3} {0:.3} {reach:.3} {reach:.3}] /Matrix [{POINTS:.5} 0 0 \
                 {1:.5} 0 0] /Resources <</ExtGState <</M {state} 0 R>>>> ",
                -reach, -POINTS
            ),
            &stamp::form(&report.author, &report.purpose),
        );
        let shown = Seal {
            reason: &report.title,
            label: &report.author,
            page: pages[0],
            drawing: seal,
            centre: SEAL,
            more: "",
        };
        let placed = signature::place(&mut objects, bound, &shown);
        let mut hash = Sha256::new();
        let mut kids = String::new();
        let mut fields = format!(" /Annots [{} 0 R]", placed.field);
        for (ink, page) in self.pages.iter().zip(&pages) {
            hash.update(&ink.bytes);
            let content = objects.reserve();
            objects.stream(content, "", &ink.bytes);
            objects.object(
                *page,
                &format!(
                    "<</Type /Page /Parent {tree} 0 R /MediaBox [0 0 {:.3} {:.3}] /Contents {content} 0 R /Resources \
                     <</Font <<{fonts}>>>>{}>>",
                    WIDTH * POINTS,
                    HEIGHT * POINTS,
                    std::mem::take(&mut fields)
                ),
            );
            kids.push_str(&format!("{page} 0 R "));
        }
        objects.object(
            tree,
            &format!("<</Type /Pages /Count {} /Kids [{kids}]>>", pages.len()),
        );
        objects.object(
            root,
            &format!(
                "<</Type /Catalog /Pages {tree} 0 R /Lang (zh-CN) /ViewerPreferences <</DisplayDocTitle true>>{}>>",
                placed.catalogue
            ),
        );
        hash.update(bound.at.to_string());
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        let about = About {
            title: &report.title,
            author: &report.author,
            on: report.on,
            id,
        };
        objects.object(info, &about.info());
        Unsigned::new(
            objects.close(root, info, &about.hex()),
            placed.hole,
            bound.room,
        )
    }
}

/// The text with what no face has replaced: a name with one odd letter is still reported.
fn settable(says: &str) -> String {
    let lacking: Vec<char> = missing(says).into_iter().collect();
    if lacking.is_empty() {
        return says.to_owned();
    }
    says.chars()
        .map(|c| if lacking.contains(&c) { LACKING } else { c })
        .collect()
}

/// A cell in at most three lines; what is longer ends in dots.
fn cut(says: &str, room: f32) -> Vec<String> {
    let says = settable(says);
    if width(&says, Typeface::Song, SMALL) <= room {
        return vec![says];
    }
    let mut lines = wrap(&says, Typeface::Song, SMALL, room, 0.0, false);
    if lines.len() > 3 {
        lines.truncate(3);
        if let Some(last) = lines.last_mut() {
            last.pop();
            last.push('…');
        }
    }
    lines
}
