//! 报告: a table of any length as a signed PDF, for tender files.
//!
//! Unlike a certificate it has no plate: nothing of it stays the same from one to the next, and
//! nobody keeps it but whoever asked for it.

use super::fonts::{Typeface, missing};
use super::ink::{CRIMSON, Colour, GREY, HEIGHT, INK, Ink, POINTS, WIDTH, across, up};
use super::metadata::{About, text as text_string};
use super::plate::{NAMES, runs};
use super::signature::{self, Bound, Unsigned};
use super::stamp;
use super::subset::Subset;
use super::typeset::{width, wrap};
use chrono::NaiveDate;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha2::{Digest, Sha256};
use std::io::Write as _;

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
        File::default().write(self, drawing, bound)
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
            for line in wrap(&settable(note), Typeface::Song, 8.5, RIGHT - LEFT, 0.0, false) {
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
        let mut x = LEFT;
        let y = self.y + LINE;
        for column in &report.columns {
            self.say(x + 1.0, y, SMALL, Typeface::Song, INK, &column.heading);
            x += column.width;
        }
        self.y += LINE + 2.0;
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
            ink.raw("/").raw(NAMES[face as usize]).raw(" ").op(&[size], "Tf");
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

/// A file being written.
struct File {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl Default for File {
    fn default() -> Self {
        Self {
            bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(),
            offsets: vec![0],
        }
    }
}

impl File {
    fn write(mut self, report: &Report, drawing: Drawing, bound: &Bound) -> Unsigned {
        let [root, tree, info, sign, field, seal, state] = [(); 7].map(|()| self.reserve());
        let mut fonts = String::new();
        for case in drawing.cases.iter().filter(|case| !case.is_empty()) {
            let id = self.font(case);
            fonts.push_str(&format!("/{} {id} 0 R ", NAMES[case.face as usize]));
        }
        let mut hash = Sha256::new();
        let mut kids = String::new();
        let mut first = 0;
        for (at, page) in drawing.pages.iter().enumerate() {
            hash.update(&page.bytes);
            let [id, content] = [(); 2].map(|()| self.reserve());
            self.stream(content, "", &page.bytes);
            let fields = if at == 0 {
                first = id;
                format!(" /Annots [{field} 0 R]")
            } else {
                String::new()
            };
            self.object(
                id,
                &format!(
                    "<</Type /Page /Parent {tree} 0 R /MediaBox [0 0 {:.3} {:.3}] /Contents {content} 0 R /Resources \
                     <</Font <<{fonts}>>>>{fields}>>",
                    WIDTH * POINTS,
                    HEIGHT * POINTS
                ),
            );
            kids.push_str(&format!("{id} 0 R "));
        }
        let count = drawing.pages.len();
        self.object(tree, &format!("<</Type /Pages /Count {count} /Kids [{kids}]>>"));
        self.object(state, "<</Type /ExtGState /BM /Multiply>>");
        let reach = stamp::RADIUS + 0.5;
        self.stream(
            seal,
            &format!(
                "/Type /XObject /Subtype /Form /BBox [{0:.3} {0:.3} {reach:.3} {reach:.3}] /Matrix [{POINTS:.5} 0 0 \
                 {1:.5} 0 0] /Resources <</ExtGState <</M {state} 0 R>>>> ",
                -reach, -POINTS
            ),
            &stamp::form(&report.author, &report.purpose),
        );
        self.begin(sign);
        let (says, hole) = signature::dictionary_for(bound, &report.title);
        let hole = self.bytes.len() + hole;
        self.bytes.extend_from_slice(says.as_bytes());
        self.bytes.extend_from_slice(b"\nendobj\n");
        let (x, y) = SEAL;
        self.object(
            field,
            &format!(
                "<</Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /TU {} /V {sign} 0 R /F 132 /P {first} 0 R /Rect \
                 [{:.3} {:.3} {:.3} {:.3}] /AP <</N {seal} 0 R>>>>",
                text_string(&report.author),
                across(x - reach),
                up(y + reach),
                across(x + reach),
                up(y - reach),
            ),
        );
        let [certificates, lists] = [&bound.certificates, &bound.lists].map(|all| {
            all.iter().fold(String::new(), |mut listed, der| {
                let id = self.reserve();
                self.stream(id, "", der);
                listed.push_str(&format!("{id} 0 R "));
                listed
            })
        });
        self.object(
            root,
            &format!(
                "<</Type /Catalog /Pages {tree} 0 R /Lang (zh-CN) /ViewerPreferences <</DisplayDocTitle true>> \
                 /AcroForm <</Fields [{field} 0 R] /SigFlags 3>> /Perms <</DocMDP {sign} 0 R>> /DSS <</Type /DSS \
                 /Certs [{certificates}] /CRLs [{lists}]>> /Extensions <</ESIC <</BaseVersion /1.7 /ExtensionLevel \
                 5>>>>>>"
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
        self.object(info, &about.info());
        self.close(root, info, &about.hex());
        Unsigned::new(self.bytes, hole, bound.room)
    }

    fn font(&mut self, case: &Subset) -> usize {
        let [font, descendant, descriptor, file, meaning] = [(); 5].map(|()| self.reserve());
        let program = case.program();
        let name = case.name();
        self.stream(file, &format!("/Length1 {} ", program.len()), &program);
        self.stream(meaning, "", case.to_unicode().as_bytes());
        self.object(
            descriptor,
            &format!("<<{} /FontFile2 {file} 0 R>>", case.descriptor()),
        );
        self.object(
            descendant,
            &format!(
                "<</Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo <</Registry (Adobe) /Ordering \
                 (Identity) /Supplement 0>> /CIDToGIDMap /Identity /DW 1000 /W {} /FontDescriptor {descriptor} 0 R>>",
                case.widths()
            ),
        );
        self.object(
            font,
            &format!(
                "<</Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{descendant} \
                 0 R] /ToUnicode {meaning} 0 R>>"
            ),
        );
        font
    }

    fn reserve(&mut self) -> usize {
        self.offsets.push(0);
        self.offsets.len() - 1
    }

    fn begin(&mut self, id: usize) {
        self.offsets[id] = self.bytes.len();
        self.bytes
            .extend_from_slice(format!("{id} 0 obj\n").as_bytes());
    }

    fn object(&mut self, id: usize, says: &str) {
        self.begin(id);
        self.bytes.extend_from_slice(says.as_bytes());
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    fn stream(&mut self, id: usize, entries: &str, content: &[u8]) {
        let mut encoder =
            ZlibEncoder::new(Vec::with_capacity(content.len() / 2), Compression::fast());
        encoder
            .write_all(content)
            .expect("writing to memory does not fail");
        let packed = encoder.finish().expect("writing to memory does not fail");
        self.begin(id);
        let head = format!(
            "<<{entries}/Filter /FlateDecode /Length {}>>\nstream\n",
            packed.len()
        );
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(&packed);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    fn close(&mut self, root: usize, info: usize, id: &str) {
        let start = self.bytes.len();
        let size = self.offsets.len();
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in self.offsets.iter().skip(1) {
            table.push_str(&format!("{offset:010} 00000 n \n"));
        }
        table.push_str(&format!(
            "trailer\n<</Size {size} /Root {root} 0 R /Info {info} 0 R /ID [<{id}> <{id}>]>>\nstartxref\n{start}\n%%EOF\n"
        ));
        self.bytes.extend_from_slice(table.as_bytes());
    }
}
