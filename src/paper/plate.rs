//! 印版: the unchanging part of a page, drawn once by printpdf and kept as bytes.
//!
//! printpdf writes fonts, forms and the static text; through lopdf we add what it has no words for
//! (colour profile, structure tree, seal), take out what will differ from holder to holder
//! (catalogue, page tree, page, Info), and keep the rest as one prefix with the place of every
//! object in it. printpdf's random names and identifiers never reach the prefix, so it is the same
//! in every process.

use std::collections::BTreeMap;

use lopdf::{Document, Object, ObjectId, Stream};
use printpdf::{
    Color, DictItem, ExternalStream, ExternalXObject, FontId, FontMetrics, FontType, Mm, Op,
    ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfFontMetricsStub, PdfPage, PdfSaveOptions,
    Pt, Rgb, TextItem, TextMatrix, XObject, XObjectId, XObjectTransform, to_lopdf_doc,
};

use super::art::{self, Cell};
use super::fonts::Typeface;
use super::ink::{HEIGHT, POINTS, WIDTH, across, up};
use super::layout::Text;
use super::structure::{Node, Planted, dictionary, name, plant};
use super::subset::Subset;
use super::{icc, stamp};

/// The names of the faces in the page's resources.
pub const NAMES: [&str; 3] = ["K", "S", "B"];

/// A page to be, collected piece by piece.
pub struct Draft {
    operations: Vec<Op>,
    cases: [Subset; 3],
    marks: usize,
}

/// The prefix of every document of one issuer, and where things are in it.
pub struct Plate {
    /// Bytes from the header to the last unchanging object.
    pub prefix: Vec<u8>,
    /// The offset of each object by number; zero where there is none.
    pub offsets: Vec<usize>,
    /// The characters the embedded faces hold.
    pub cases: [Subset; 3],
    /// Objects that the changing part refers to.
    pub parts: Parts,
}

/// Numbers of objects in a [`Plate`].
pub struct Parts {
    /// The embedded faces.
    pub fonts: [u32; 3],
    /// The static content of the page.
    pub content: u32,
    /// The ground.
    pub ground: u32,
    /// The seal.
    pub seal: u32,
    /// The picture in place of a photograph.
    pub silhouette: u32,
    /// sRGB.
    pub profile: u32,
    /// The structure tree.
    pub structure: Planted,
    /// Kept free for the page, which the structure tree names.
    pub page: u32,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            operations: Vec::new(),
            cases: Typeface::ALL.map(Subset::new),
            marks: 0,
        }
    }
}

impl Draft {
    /// An empty page over the ground.
    pub fn new() -> Self {
        let mut draft = Self::default();
        draft.operations.push(Op::BeginMarkedContent {
            tag: "Artifact".to_owned(),
        });
        draft.operations.push(Op::UseXobject {
            id: XObjectId("Ground".to_owned()),
            transform: XObjectTransform::default(),
        });
        draft.operations.push(Op::EndMarkedContent);
        draft
    }

    /// Takes characters into a face although no static text has them: what values often need.
    pub fn stock(&mut self, face: Typeface, characters: &str) {
        for c in characters.chars() {
            if let Some(face) = face.setting(c) {
                self.cases[face as usize].take(c);
            }
        }
    }

    /// Sets a piece of text as one run of marked content; returns its mark.
    pub fn text(&mut self, tag: &str, lines: &[Text]) -> usize {
        let mark = self.marks;
        self.marks += 1;
        let number = i64::try_from(mark).unwrap_or(0);
        self.begin(tag, [("MCID".to_owned(), DictItem::Int(number))].into());
        // Lines of English together are one span; poppler takes the first end for the outer one, so
        // that nothing may follow it.
        for (at, line) in lines.iter().enumerate() {
            if line.english && !(at > 0 && lines[at - 1].english) {
                let language = DictItem::String {
                    data: b"en".to_vec(),
                    literal: true,
                };
                self.begin("Span", [("Lang".to_owned(), language)].into());
            }
            self.line(line);
            if line.english && lines.get(at + 1).is_none_or(|next| !next.english) {
                self.operations.push(Op::EndMarkedContent);
            }
        }
        self.operations.push(Op::EndMarkedContent);
        mark
    }

    fn begin(&mut self, tag: &str, map: BTreeMap<String, DictItem>) {
        let properties = DictItem::Dict { map };
        self.operations.push(Op::BeginMarkedContentWithProperties {
            tag: tag.to_owned(),
            properties,
        });
    }

    fn line(&mut self, text: &Text) {
        let (r, g, b) = (text.colour.0, text.colour.1, text.colour.2);
        self.operations.extend([
            Op::StartTextSection,
            Op::SetFillColor {
                col: Color::Rgb(Rgb {
                    r,
                    g,
                    b,
                    icc_profile: None,
                }),
            },
            Op::SetCharacterSpacing {
                multiplier: text.tracking,
            },
            Op::SetTextMatrix {
                matrix: TextMatrix::Translate(Pt(across(text.x)), Pt(up(text.y))),
            },
        ]);
        for (face, run) in runs(&text.says, text.face) {
            for c in run.chars() {
                self.cases[face as usize].take(c);
            }
            let font = PdfFontHandle::External(FontId(NAMES[face as usize].to_owned()));
            self.operations.push(Op::SetFont {
                font,
                size: Pt(text.size),
            });
            self.operations.push(Op::ShowText {
                items: vec![TextItem::Text(run)],
            });
        }
        self.operations.push(Op::EndTextSection);
    }

    /// The mark the next content would get: where the changing part goes on counting.
    pub fn marks(&self) -> usize {
        self.marks
    }

    /// Draws everything and keeps the bytes.
    pub fn plate(
        self,
        lines: &art::Lines<'_>,
        seal: Vec<u8>,
        marks: usize,
        nodes: Vec<Node>,
    ) -> Plate {
        let (ground, cells) = art::ground(lines);
        let mut document = print(&self, ground, &cells);
        let found = Found::in_document(&document);
        let multiply = document.add_object(dictionary([
            ("Type", name("ExtGState")),
            ("BM", name("Multiply")),
        ]));
        let states = dictionary([(
            "ExtGState",
            dictionary([("M", Object::Reference(multiply))]).into(),
        )]);
        let seal = document.add_object(form(stamp::RADIUS + 0.5, seal, states.into()));
        let silhouette = document.add_object(silhouette());
        let profile = document.add_object(Stream::new(
            dictionary([("N", Object::Integer(3))]),
            icc::srgb(),
        ));
        let page = document.new_object_id();
        let structure = plant(&mut document, page, marks, nodes);
        for id in &found.changing {
            document.objects.remove(id);
        }
        "1.7".clone_into(&mut document.version);
        document.compress();
        let (prefix, offsets) = cut(&mut document);
        let parts = Parts {
            fonts: found.fonts,
            content: found.content,
            ground: found.ground,
            seal: seal.0,
            silhouette: silhouette.0,
            profile: profile.0,
            structure,
            page: page.0,
        };
        Plate {
            prefix,
            offsets,
            cases: self.cases,
            parts,
        }
    }
}

/// Cuts text into runs of one face. A character that no face has is left out: the caller has
/// refused it already.
pub fn runs(text: &str, wished: Typeface) -> Vec<(Typeface, String)> {
    let mut runs: Vec<(Typeface, String)> = Vec::new();
    for c in text.chars() {
        let Some(face) = wished.setting(c) else {
            continue;
        };
        match runs.last_mut() {
            Some((last, run)) if *last == face => run.push(c),
            _ => runs.push((face, c.to_string())),
        }
    }
    runs
}

/// printpdf's document: our page, and a type case.
fn print(draft: &Draft, ground: Vec<u8>, cells: &[Cell]) -> Document {
    let mut document = PdfDocument::new("");
    let (mut nested, empty) = (
        BTreeMap::new(),
        DictItem::Dict {
            map: BTreeMap::new(),
        },
    );
    for cell in cells {
        let stream = stream(cell.bounds, cell.ink.clone(), empty.clone());
        nested.insert(cell.name.to_owned(), DictItem::Stream { stream });
    }
    let resources = DictItem::Dict {
        map: [("XObject".to_owned(), DictItem::Dict { map: nested })].into(),
    };
    let stream = stream(
        [0.0, 0.0, WIDTH * POINTS, HEIGHT * POINTS],
        ground,
        resources,
    );
    let form = XObject::External(ExternalXObject {
        stream,
        width: None,
        height: None,
        dpi: None,
    });
    document
        .resources
        .xobjects
        .map
        .insert(XObjectId("Ground".to_owned()), form);
    for case in draft.cases.iter().filter(|case| !case.is_empty()) {
        let id = FontId(NAMES[case.face as usize].to_owned());
        document
            .resources
            .fonts
            .map
            .insert(id, PdfFont::new(parsed(case)));
    }
    let page = PdfPage::new(Mm(WIDTH), Mm(HEIGHT), draft.operations.clone());
    document.pages = vec![page, type_case(&draft.cases)];
    to_lopdf_doc(&document, &PdfSaveOptions::default(), &mut Vec::new())
}

/// A page showing every character of every face, so that printpdf writes widths and meanings of
/// those too that only the changing part uses. It is taken out again with the page tree.
fn type_case(cases: &[Subset; 3]) -> PdfPage {
    let mut operations = vec![Op::StartTextSection];
    for case in cases.iter().filter(|case| !case.is_empty()) {
        let font = PdfFontHandle::External(FontId(NAMES[case.face as usize].to_owned()));
        operations.push(Op::SetFont {
            font,
            size: Pt(1.0),
        });
        let all: String = case.said().map(|(_, c, _)| c).collect();
        operations.push(Op::ShowText {
            items: vec![TextItem::Text(all)],
        });
    }
    operations.push(Op::EndTextSection);
    PdfPage::new(Mm(WIDTH), Mm(HEIGHT), operations)
}

/// A subset in printpdf's words. It must not read the font itself: it would keep the whole file.
fn parsed(case: &Subset) -> ParsedFont {
    let face = &case.face.font().face;
    let bounds = face.global_bounding_box();
    ParsedFont {
        original_bytes: case.program(),
        font_index: 0,
        font_name: Some(case.name()),
        codepoint_to_glyph: case.codes().map(|(c, code)| (u32::from(c), code)).collect(),
        glyph_widths: case
            .said()
            .map(|(code, _, advance)| (code, advance))
            .collect(),
        units_per_em: 1000,
        font_metrics: FontMetrics {
            ascent: face.ascender(),
            descent: face.descender(),
        },
        font_type: FontType::TrueType,
        pdf_font_metrics: PdfFontMetricsStub {
            units_per_em: face.units_per_em(),
            x_min: bounds.x_min,
            y_min: bounds.y_min,
            x_max: bounds.x_max,
            y_max: bounds.y_max,
            us_weight_class: face.weight().to_number(),
            ..PdfFontMetricsStub::default()
        },
    }
}

fn stream(bounds: [f32; 4], content: Vec<u8>, resources: DictItem) -> ExternalStream {
    let dict = [
        ("Type", DictItem::Name(b"XObject".to_vec())),
        ("Subtype", DictItem::Name(b"Form".to_vec())),
        ("BBox", DictItem::Array(bounds.map(DictItem::Real).to_vec())),
        ("Resources", resources),
    ];
    let dict = dict
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    ExternalStream {
        dict,
        content,
        compress: true,
    }
}

/// A form in millimetres around its centre, y downwards.
fn form(reach: f32, content: Vec<u8>, resources: Object) -> Stream {
    Stream::new(
        dictionary([
            ("Type", name("XObject")),
            ("Subtype", name("Form")),
            (
                "BBox",
                [-reach, -reach, reach, reach]
                    .map(Object::Real)
                    .to_vec()
                    .into(),
            ),
            (
                "Matrix",
                [POINTS, 0.0, 0.0, -POINTS, 0.0, 0.0]
                    .map(Object::Real)
                    .to_vec()
                    .into(),
            ),
            ("Resources", resources),
        ]),
        content,
    )
}

fn silhouette() -> Stream {
    let [_, _, width, height] = art::PHOTO;
    let mut form = form(0.0, art::silhouette(), dictionary([]).into());
    form.dict
        .set("BBox", [0.0, 0.0, width, height].map(Object::Real).to_vec());
    form
}

/// What printpdf made, found by following its first page.
struct Found {
    fonts: [u32; 3],
    content: u32,
    ground: u32,
    changing: Vec<ObjectId>,
}

impl Found {
    fn in_document(document: &Document) -> Self {
        let trailer = |key: &[u8]| {
            document
                .trailer
                .get(key)
                .and_then(Object::as_reference)
                .expect("printpdf sets it")
        };
        let within = |id: ObjectId, key: &[u8]| {
            let dictionary = document
                .get_dictionary(id)
                .expect("printpdf writes a dictionary");
            dictionary
                .get(key)
                .and_then(Object::as_reference)
                .expect("printpdf refers to it")
        };
        let catalogue = trailer(b"Root");
        let tree = within(catalogue, b"Pages");
        let kids = document
            .get_dictionary(tree)
            .and_then(|tree| tree.get(b"Kids"))
            .and_then(Object::as_array);
        let pages: Vec<ObjectId> = kids
            .map(|kids| {
                kids.iter()
                    .filter_map(|kid| kid.as_reference().ok())
                    .collect()
            })
            .unwrap_or_default();
        let mut changing = vec![
            catalogue,
            tree,
            trailer(b"Info"),
            within(pages[1], b"Contents"),
        ];
        for page in &pages {
            let resources = within(*page, b"Resources");
            changing.extend([*page, resources]);
            for key in [b"Font".as_slice(), b"XObject", b"ExtGState", b"Shading"] {
                changing.push(within(resources, key));
            }
        }
        let resources = within(pages[0], b"Resources");
        let (fonts, forms) = (within(resources, b"Font"), within(resources, b"XObject"));
        Self {
            fonts: NAMES.map(|name| within(fonts, name.as_bytes()).0),
            content: within(pages[0], b"Contents").0,
            ground: within(forms, b"Ground").0,
            changing,
        }
    }
}

/// Saves, and cuts off the cross-reference table; returns the bytes and what the table said.
fn cut(document: &mut Document) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = Vec::new();
    document
        .save_to(&mut bytes)
        .expect("writing to memory does not fail");
    let text = String::from_utf8_lossy(&bytes);
    let number = |word: Option<&str>| {
        word.and_then(|word| word.parse::<usize>().ok())
            .unwrap_or(0)
    };
    let start = number(
        text.rsplit("startxref\n")
            .next()
            .and_then(|tail| tail.lines().next()),
    );
    let table = String::from_utf8_lossy(&bytes[start..]).into_owned();
    let mut offsets = vec![0; document.max_id as usize + 1];
    let mut lines = table.lines().skip(1);
    while let Some(head) = lines.next().filter(|line| !line.starts_with("trailer")) {
        let mut words = head.split_whitespace();
        let (first, count) = (number(words.next()), number(words.next()));
        for id in first..first + count {
            let entry = lines.next().unwrap_or_default();
            if entry.contains('n') {
                offsets[id] = number(entry.split_whitespace().next());
            }
        }
    }
    bytes.truncate(start);
    (bytes, offsets)
}
