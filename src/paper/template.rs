//! 套版: a plate, and the few objects each holder adds to it.
//!
//! A file is: prefix (the same for all) · page content and the few glyphs the plate lacks · Info,
//! XMP, catalogue · cross-reference table over both · trailer. Nothing of the prefix is read again.
//!
//! A signed file has six to ten objects more ([`super::signature`]): the signature with its hole,
//! its field on the page, whose appearance is the seal, what a reader needs to check it, and the
//! files within the file.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::fonts::{self, Typeface};
use super::forbidden::forbidden_words;
use super::ink::{HEIGHT, Ink, POINTS, WIDTH, across, up};
use super::layout::{self, Design, Text, Value};
use super::metadata::{About, text as text_string};
use super::objects::Objects;
use super::plate::{Draft, NAMES, Plate, runs};
use super::qr::{QUIET, Symbol};
use super::signature::{self, Bound, Placed, Seal, Unsigned};
use super::structure::{Node, figure, leaf, list};
use super::subset::Subset;
use super::{art, jpeg, stamp};
use crate::domain::refusal::{Reason, Refusal};

/// Who issues.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// The name exactly as filed.
    pub name: String,
    /// The name in English.
    pub name_en: Option<String>,
    /// The host that verification answers on, printed so that a look-alike is noticed.
    pub host: String,
}

/// Why something cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unprintable {
    /// No shipped font has these characters.
    Characters(Vec<char>),
    /// A skill certificate may not carry these words.
    Words(Vec<&'static str>),
    /// The photograph is no JPEG that can be passed through.
    Photo,
    /// The code's text is longer than a QR symbol holds.
    Code,
}

impl Reason for Unprintable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Characters(characters) => {
                let named: Vec<String> = characters
                    .iter()
                    .map(|c| format!("{c} (U+{:04X})", u32::from(*c)))
                    .collect();
                Refusal::new("certificate.character-missing").with(named.join("、"))
            }
            Self::Words(words) => Refusal::new("certificate.word-forbidden").with(words.join("、")),
            Self::Photo => Refusal::new("certificate.photo-unreadable"),
            Self::Code => Refusal::new("certificate.code-too-long"),
        }
    }
}

/// What one document adds to its plate.
pub(super) struct Sheet {
    pub values: Vec<Value>,
    /// How many of the first values are names, which no word is forbidden to.
    pub named: usize,
    pub number: String,
    pub issued_on: NaiveDate,
    pub qr: String,
    pub fingerprint: String,
    pub edition: Option<String>,
    pub photo: Option<Vec<u8>>,
    /// Written across the page: what a copy is for, and until when.
    pub across: Option<String>,
}

/// The documents of one kind of one issuer.
pub(super) struct Template {
    design: &'static Design,
    author: String,
    plate: Plate,
    /// Identifies the plate within a document's identifier.
    key: [u8; 32],
    first_mark: usize,
}

/// Characters most values need, so that few certificates add a glyph of these.
const USUAL: &str = "0123456789JSTXY*-–/·（）居民身份证年月日一二三四五级初中高技师工特首席";
/// Latin letters of English values.
const ASCII: &str = " &'(),-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz–";

impl Template {
    pub fn new(design: &'static Design, issuer: &Issuer) -> Result<Self, Unprintable> {
        let english = issuer.name_en.as_deref();
        printable([
            issuer.name.as_str(),
            english.unwrap_or_default(),
            &issuer.host,
        ])?;
        let mut draft = Draft::new();
        draft.stock(Typeface::Kai, USUAL);
        draft.stock(Typeface::Song, ASCII);
        draft.stock(Typeface::Song, "第次印制");
        let nodes = set(&mut draft, design, issuer);
        let first_mark = draft.marks();
        let rules = design.rules();
        let lines = art::Lines {
            fields: &rules,
            signature: layout::SIGNATURE,
        };
        let seal = stamp::form(&issuer.name, design.purpose);
        let marks = first_mark + Mark::count(design);
        let plate = draft.plate(&lines, seal, marks, nodes);
        let key = Sha256::digest(&plate.prefix).into();
        Ok(Self {
            design,
            author: issuer.name.clone(),
            plate,
            key,
            first_mark,
        })
    }

    pub fn draw(&self, sheet: &Sheet) -> Result<Vec<u8>, Unprintable> {
        self.splice(std::slice::from_ref(sheet))
    }

    pub fn draw_all(&self, sheets: &[Sheet]) -> Result<Vec<u8>, Unprintable> {
        self.splice(sheets)
    }

    /// Draws one that is to be signed.
    pub fn bind(&self, sheet: &Sheet, bound: &Bound) -> Result<Unsigned, Unprintable> {
        let mut splice = Splice::new(self, Some(bound));
        splice.page(sheet, true)?;
        let (bytes, hole) = splice.finish(std::slice::from_ref(sheet), true);
        Ok(Unsigned::new(bytes, hole, bound.room))
    }

    fn splice(&self, sheets: &[Sheet]) -> Result<Vec<u8>, Unprintable> {
        let mut splice = Splice::new(self, None);
        let tagged = sheets.len() == 1;
        for sheet in sheets {
            splice.page(sheet, tagged)?;
        }
        Ok(splice.finish(sheets, tagged).0)
    }

    /// The same record on the same plate is the same file; anything else is another.
    fn identifier(&self, sheets: &[Sheet], bound: Option<&Bound>) -> [u8; 16] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        if let Some(bound) = bound {
            hash.update(bound.at.to_string());
            let parts = bound.attachments.iter().map(|one| &one.bytes);
            for part in parts.chain(&bound.certificates).chain(&bound.lists) {
                hash.update(part.len().to_be_bytes());
                hash.update(part);
            }
        }
        for sheet in sheets {
            let values = sheet
                .values
                .iter()
                .flat_map(|value| [value.zh.as_str(), value.en.as_deref().unwrap_or_default()]);
            let rest = [
                &sheet.number,
                &sheet.qr,
                &sheet.fingerprint,
                sheet.edition.as_deref().unwrap_or_default(),
            ];
            for text in values.chain(rest).chain(sheet.across.as_deref()) {
                hash.update(text.len().to_be_bytes());
                hash.update(text);
            }
            hash.update(sheet.issued_on.to_string());
            hash.update(sheet.photo.as_deref().unwrap_or_default());
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        id
    }
}

fn printable<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<(), Unprintable> {
    let mut missing = Vec::new();
    for c in texts.into_iter().flat_map(fonts::missing) {
        if !missing.contains(&c) {
            missing.push(c);
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Unprintable::Characters(missing))
    }
}

impl Sheet {
    /// Refuses what cannot be set and what may not be said.
    fn check(&self) -> Result<(), Unprintable> {
        let texts = self
            .values
            .iter()
            .flat_map(|value| [value.zh.as_str(), value.en.as_deref().unwrap_or_default()]);
        let edition = self.edition.as_deref().unwrap_or_default();
        let across = self.across.as_deref().unwrap_or_default();
        printable(texts.chain([self.number.as_str(), &self.fingerprint, edition, across]))?;
        let said = self
            .values
            .iter()
            .skip(self.named)
            .map(|value| value.zh.as_str());
        let words: Vec<_> = said
            .chain([edition, across])
            .flat_map(forbidden_words)
            .collect();
        if words.is_empty() {
            Ok(())
        } else {
            Err(Unprintable::Words(words))
        }
    }
}

/// The pieces of marked content that change, in the order their marks count on from the plate's.
enum Mark {
    Date,
    Field(usize),
    Fingerprint,
    Code,
    Photo,
    Seal,
    Edition,
}

impl Mark {
    fn count(design: &Design) -> usize {
        design.fields.len() + 6
    }

    fn number(self, first: usize, design: &Design) -> usize {
        let fields = design.fields.len();
        first
            + match self {
                Self::Date => 0,
                Self::Field(at) => 1 + at,
                Self::Fingerprint => fields + 1,
                Self::Code => fields + 2,
                Self::Photo => fields + 3,
                Self::Seal => fields + 4,
                Self::Edition => fields + 5,
            }
    }
}

/// Sets the static text and says in which order everything is read.
fn set(draft: &mut Draft, design: &Design, issuer: &Issuer) -> Vec<Node> {
    let english = issuer.name_en.as_deref();
    let [title, title_en] = layout::title(design);
    let (body, body_en) = layout::body(design, &issuer.name, english);
    let heading = [draft.text("H1", &[title]), draft.text("P", &[title_en])];
    let sentence = [draft.text("P", &body), draft.text("P", &body_en)];
    let labels: Vec<usize> = (0_u8..)
        .zip(design.fields)
        .map(|(row, _)| draft.text("Lbl", &layout::field_label(design, row)))
        .collect();
    let issued_by = draft.text("Lbl", &layout::signature_label(design.issuer, 157.0));
    let name = Value {
        zh: issuer.name.clone(),
        en: issuer.name_en.clone(),
    };
    let name = draft.text("LBody", &layout::signature_value(0, &name));
    let date = layout::Label {
        zh: "发证日期",
        en: "Date of issue",
    };
    let issued_on = draft.text("Lbl", &layout::signature_label(date, 170.5));
    let notes = layout::notes(design, &issuer.host);
    let notes = notes.split_at(2);
    let notes = [draft.text("P", notes.0), draft.text("P", notes.1)];
    let first = draft.marks();
    let at = |mark: Mark| mark.number(first, design);
    let fields = labels
        .into_iter()
        .enumerate()
        .map(|(row, label)| (label, at(Mark::Field(row))));
    vec![
        leaf("H1", heading[0]),
        leaf("P", heading[1]),
        leaf("P", sentence[0]),
        leaf("P", sentence[1]),
        figure(at(Mark::Photo), "持证人照片 Photograph of the holder"),
        list(fields),
        list([(issued_by, name), (issued_on, at(Mark::Date))].into_iter()),
        Node::Later {
            mark: at(Mark::Seal),
        },
        figure(at(Mark::Code), "核验二维码 QR code for verification"),
        leaf("P", notes[0]),
        leaf("P", notes[1]),
        leaf("P", at(Mark::Fingerprint)),
        leaf("P", at(Mark::Edition)),
    ]
}

/// What the seal is, for those who cannot see it.
const SEAL: &str = "发证机构印章 Seal of the issuing organisation";

/// A file being completed.
struct Splice<'a> {
    template: &'a Template,
    /// What is bound in when it is to be signed.
    bound: Option<&'a Bound>,
    /// The signature's field on the page.
    field: u32,
    /// The plate's objects and those that follow.
    objects: Objects,
    /// Glyphs the plate lacks.
    added: [Subset; 3],
    pages: Vec<PageParts>,
}

struct PageParts {
    page: u32,
    content: u32,
    photo: Option<u32>,
}

impl<'a> Splice<'a> {
    fn new(template: &'a Template, bound: Option<&'a Bound>) -> Self {
        let plate = &template.plate;
        let kept = [
            plate.parts.page,
            plate.parts.structure.parents,
            plate.parts.structure.later[0],
        ];
        Self {
            template,
            bound,
            field: 0,
            objects: Objects::after(&plate.prefix, &plate.offsets, &kept),
            added: Typeface::ALL.map(Subset::new),
            pages: Vec::new(),
        }
    }

    fn page(&mut self, sheet: &Sheet, tagged: bool) -> Result<(), Unprintable> {
        sheet.check()?;
        let symbol = Symbol::new(&sheet.qr).map_err(|_| Unprintable::Code)?;
        let photo = sheet
            .photo
            .as_deref()
            .map(|bytes| jpeg::shape(bytes).ok_or(Unprintable::Photo))
            .transpose()?;
        let design = self.template.design;
        let mut ink = Ink::new();
        if let Some(says) = &sheet.across {
            self.across(&mut ink, says);
        }
        self.marked(&mut ink, "LBody", Mark::Date, |splice, ink| {
            splice.lines(
                ink,
                &layout::signature_value(1, &Value::day(sheet.issued_on)),
            );
        });
        for ((row, at), value) in (0_u8..).zip(0_usize..).zip(&sheet.values) {
            self.marked(&mut ink, "LBody", Mark::Field(at), |splice, ink| {
                splice.lines(ink, &layout::field_value(design, row, value));
            });
        }
        self.marked(&mut ink, "P", Mark::Fingerprint, |splice, ink| {
            splice.lines(ink, &[layout::fingerprint(&sheet.fingerprint)]);
        });
        self.marked(&mut ink, "Figure", Mark::Code, |_, ink| code(ink, &symbol));
        self.marked(&mut ink, "Figure", Mark::Photo, |_, ink| {
            picture(ink, photo)
        });
        self.marked(&mut ink, "P", Mark::Edition, |splice, ink| {
            if let Some(edition) = &sheet.edition {
                splice.lines(ink, &[layout::edition(edition)]);
            }
        });
        // On a signed file the seal is the signature's own appearance.
        if self.bound.is_none() {
            self.marked(&mut ink, "Figure", Mark::Seal, |_, ink| {
                ink.save()
                    .shift(across(stamp::CENTRE.0), up(stamp::CENTRE.1))
                    .raw("/Seal Do\n")
                    .restore();
            });
        }
        let page = if tagged {
            self.template.plate.parts.page
        } else {
            self.objects.reserve()
        };
        let content = self.objects.reserve();
        self.objects.stream(content, "", &ink.bytes);
        let photo = sheet
            .photo
            .as_deref()
            .zip(photo)
            .map(|(bytes, shape)| self.photo(bytes, shape));
        self.pages.push(PageParts {
            page,
            content,
            photo,
        });
        Ok(())
    }

    /// Pale words across the whole page, under everything else: no part of the certificate can be
    /// cut out without them.
    fn across(&mut self, ink: &mut Ink, says: &str) {
        let (sin, cos) = 20.0_f32.to_radians().sin_cos();
        ink.raw("/Artifact BMC\n");
        for (x, y) in [(12.0, 92.0), (20.0, 138.0), (28.0, 184.0), (120.0, 205.0)] {
            ink.save()
                .transform([cos, sin, -sin, cos, across(x), up(y)]);
            let text = layout::across(says);
            self.line(ink, &text);
            ink.restore();
        }
        ink.raw("EMC\n");
    }

    fn marked(
        &mut self,
        ink: &mut Ink,
        tag: &str,
        mark: Mark,
        draw: impl FnOnce(&mut Self, &mut Ink),
    ) {
        let number = mark.number(self.template.first_mark, self.template.design);
        ink.raw("/")
            .raw(tag)
            .raw(" <</MCID ")
            .integer(number)
            .raw(">> BDC\n");
        draw(self, ink);
        ink.raw("EMC\n");
    }

    fn lines(&mut self, ink: &mut Ink, lines: &[Text]) {
        for (at, line) in lines.iter().enumerate() {
            if line.english && !(at > 0 && lines[at - 1].english) {
                ink.raw("/Span <</Lang (en)>> BDC\n");
            }
            self.line(ink, line);
            if line.english && lines.get(at + 1).is_none_or(|next| !next.english) {
                ink.raw("EMC\n");
            }
        }
    }

    fn line(&mut self, ink: &mut Ink, text: &Text) {
        ink.raw("BT\n").fill_colour(text.colour);
        ink.op(&[text.tracking], "Tc");
        ink.op(&[1.0, 0.0, 0.0, 1.0, across(text.x), up(text.y)], "Tm");
        let mut open = Shown::default();
        for (face, run) in runs(&text.says, text.face) {
            for c in run.chars() {
                let case = &self.template.plate.cases[face as usize];
                let kept = case.code(c);
                let Some(code) = kept.or_else(|| self.added[face as usize].take(c)) else {
                    continue;
                };
                let font = (face, kept.is_none());
                let says = if font.1 {
                    self.added[face as usize].says(code)
                } else {
                    case.says(code)
                };
                let twin = (says != Some(c)).then_some(c);
                open.code(ink, font, text.size, code, twin);
            }
        }
        open.close(ink);
        ink.raw("ET\n");
    }

    /// Embeds the photograph as it is.
    fn photo(&mut self, bytes: &[u8], shape: jpeg::Shape) -> u32 {
        let id = self.objects.reserve();
        let space = if shape.components == 1 {
            "DeviceGray"
        } else {
            "DeviceRGB"
        };
        let entries = format!(
            "/Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /{space} /BitsPerComponent 8 \
             /Filter /DCTDecode ",
            shape.width, shape.height
        );
        self.objects.stream_as_is(id, &entries, bytes);
        id
    }

    /// The file, and where the hole of its signature begins, if it has one.
    fn finish(mut self, sheets: &[Sheet], tagged: bool) -> (Vec<u8>, usize) {
        let fonts = self.fonts();
        let tree = self.objects.reserve();
        let placed = self.bound.map(|bound| self.bind(bound));
        if tagged {
            self.structure();
        }
        for at in 0..self.pages.len() {
            self.page_object(at, tree, &fonts, tagged);
        }
        let kids: String = self
            .pages
            .iter()
            .map(|page| format!("{} 0 R ", page.page))
            .collect();
        self.objects.object(
            tree,
            &format!(
                "<</Type /Pages /Count {} /Kids [{kids}]>>",
                self.pages.len()
            ),
        );
        let title = format!(
            "{} {}",
            self.template.design.title.zh,
            sheets
                .iter()
                .map(|sheet| sheet.number.as_str())
                .take(3)
                .collect::<Vec<_>>()
                .join(" ")
        );
        let about = About {
            title: title.trim_end(),
            author: &self.template.author,
            on: sheets
                .iter()
                .map(|sheet| sheet.issued_on)
                .max()
                .unwrap_or_default(),
            id: self.template.identifier(sheets, self.bound),
        };
        let info = self.objects.reserve();
        self.objects.object(info, &about.info());
        let xmp = self.objects.reserve();
        self.objects.stream_as_is(
            xmp,
            "/Type /Metadata /Subtype /XML ",
            about.xmp().as_bytes(),
        );
        let (more, hole) = placed.map_or_else(Default::default, |it| (it.catalogue, it.hole));
        let root = self.catalogue(tree, xmp, tagged, &more);
        (self.objects.close(root, info, &about.hex()), hole)
    }

    /// Writes the signature behind the seal.
    fn bind(&mut self, bound: &Bound) -> Placed {
        let parts = &self.template.plate.parts;
        let seal = Seal {
            reason: "证书签发 Issue of a certificate",
            label: SEAL,
            page: parts.page,
            drawing: parts.seal,
            centre: stamp::CENTRE,
            more: " /StructParent 1",
        };
        let placed = signature::place(&mut self.objects, bound, &seal);
        self.field = placed.field;
        placed
    }

    /// The seal's node, and the tree from marked content to nodes.
    fn structure(&mut self) {
        let parts = &self.template.plate.parts;
        let planted = &parts.structure;
        let [seal, above] = planted.later;
        let (parents, page) = (planted.parents, parts.page);
        let mut nums = String::from("<</Nums [0 [");
        for (mark, node) in planted.marks.iter().enumerate() {
            match node {
                0 if mark == planted.later_mark && self.bound.is_none() => {
                    nums.push_str(&format!("{seal} 0 R "));
                }
                0 => nums.push_str("null "),
                node => nums.push_str(&format!("{node} 0 R ")),
            }
        }
        nums.push(']');
        let (tag, kid) = if self.bound.is_some() {
            nums.push_str(&format!(" 1 {seal} 0 R"));
            let field = self.field;
            ("Form", format!("<</Type /OBJR /Obj {field} 0 R>>"))
        } else {
            ("Figure", planted.later_mark.to_string())
        };
        nums.push_str("]>>");
        self.objects.object(parents, &nums);
        self.objects.object(
            seal,
            &format!(
                "<</Type /StructElem /P {above} 0 R /S /{tag} /Pg {page} 0 R /K {kid} /Alt {}>>",
                text_string(SEAL)
            ),
        );
    }

    /// The font resources: the plate's faces, and those with glyphs it lacks.
    fn fonts(&mut self) -> String {
        let mut fonts = String::new();
        for (name, id) in NAMES.iter().zip(self.template.plate.parts.fonts) {
            fonts.push_str(&format!("/{name} {id} 0 R "));
        }
        for face in Typeface::ALL {
            let added = std::mem::replace(&mut self.added[face as usize], Subset::new(face));
            if !added.is_empty() {
                let id = self.objects.font(&added);
                fonts.push_str(&format!("/{}A {id} 0 R ", NAMES[face as usize]));
            }
        }
        fonts
    }

    fn page_object(&mut self, at: usize, tree: u32, fonts: &str, tagged: bool) {
        let PageParts {
            page,
            content,
            photo,
        } = self.pages[at];
        let parts = &self.template.plate.parts;
        let photo = photo.unwrap_or(parts.silhouette);
        let structure = if tagged { " /StructParents 0" } else { "" };
        let fields = match self.field {
            0 => String::new(),
            field => format!(" /Annots [{field} 0 R]"),
        };
        let (width, height) = (WIDTH * POINTS, HEIGHT * POINTS);
        let object = format!(
            "<</Type /Page /Parent {tree} 0 R /MediaBox [0 0 {width:.3} {height:.3}] /Contents [{} 0 R {content} 0 R] \
             /Resources <</Font <<{fonts}>> /XObject <</Ground {} 0 R /Seal {} 0 R /Photo {photo} 0 R>>>> \
             /Group <</S /Transparency /CS /DeviceRGB>> /Tabs /S{structure}{fields}>>",
            parts.content, parts.ground, parts.seal
        );
        self.objects.object(page, &object);
    }

    fn catalogue(&mut self, tree: u32, xmp: u32, tagged: bool, more: &str) -> u32 {
        let root = self.objects.reserve();
        let parts = &self.template.plate.parts;
        let structure = if tagged {
            format!(
                " /StructTreeRoot {} 0 R /MarkInfo <</Marked true>>",
                parts.structure.root
            )
        } else {
            String::new()
        };
        let object = format!(
            "<</Type /Catalog /Pages {tree} 0 R /Metadata {xmp} 0 R /Lang (zh-CN){structure} /ViewerPreferences \
             <</DisplayDocTitle true>> /OutputIntents [<</Type /OutputIntent /S /GTS_PDFA1 \
             /OutputConditionIdentifier (sRGB) /Info (sRGB IEC61966-2.1) /DestOutputProfile {} 0 R>>]{more}>>",
            parts.profile
        );
        self.objects.object(root, &object);
        root
    }
}

/// A string of codes being shown in one font.
#[derive(Default)]
struct Shown {
    font: Option<(Typeface, bool)>,
    open: bool,
}

impl Shown {
    fn code(
        &mut self,
        ink: &mut Ink,
        font: (Typeface, bool),
        size: f32,
        code: u16,
        twin: Option<char>,
    ) {
        if self.font != Some(font) {
            self.close(ink);
            let added = if font.1 { "A" } else { "" };
            ink.raw("/")
                .raw(NAMES[font.0 as usize])
                .raw(added)
                .raw(" ")
                .op(&[size], "Tf");
            self.font = Some(font);
        }
        if let Some(twin) = twin {
            // The code means another character of the same outline; say which one is meant.
            self.close(ink);
            ink.raw("/Span <</ActualText ")
                .raw(&text_string(twin.encode_utf8(&mut [0; 4])))
                .raw(">> BDC\n");
        }
        if !self.open {
            ink.raw("<");
            self.open = true;
        }
        ink.bytes.extend_from_slice(&hex(code));
        if twin.is_some() {
            self.close(ink);
            ink.raw("EMC\n");
        }
    }

    fn close(&mut self, ink: &mut Ink) {
        if std::mem::take(&mut self.open) {
            ink.raw("> Tj\n");
        }
    }
}

fn hex(code: u16) -> [u8; 4] {
    let digit = |shift: u16| b"0123456789ABCDEF"[usize::from(code >> shift & 15)];
    [digit(12), digit(8), digit(4), digit(0)]
}

/// The QR symbol on its plate: every module a whole unit, so that edges meet.
fn code(ink: &mut Ink, symbol: &Symbol) {
    #[expect(clippy::cast_precision_loss, reason = "at most 185 modules")]
    let module = art::PLATE[2] / (symbol.side() + 2 * QUIET) as f32;
    #[expect(clippy::cast_precision_loss, reason = "four modules")]
    let quiet = QUIET as f32 * module;
    let scale = module * POINTS;
    ink.save().op(&[0.0], "g");
    ink.raw(&format!(
        "{scale:.5} 0 0 -{scale:.5} {:.4} {:.4} cm\n",
        across(art::PLATE[0] + quiet),
        up(art::PLATE[1] + quiet)
    ));
    for block in symbol.blocks() {
        ink.integer(block.x)
            .raw(" ")
            .integer(block.y)
            .raw(" ")
            .integer(block.width)
            .raw(" ");
        ink.integer(block.height).raw(" re\n");
    }
    ink.raw("f\n").restore();
}

/// The photograph filling its frame, cut evenly where its shape differs; or the silhouette.
fn picture(ink: &mut Ink, shape: Option<jpeg::Shape>) {
    let [x, y, width, height] = art::PHOTO;
    ink.save();
    match shape {
        None => {
            ink.shift(across(x), up(y));
        }
        Some(shape) => {
            let ratio = f32::from(shape.width) / f32::from(shape.height);
            let (wide, high) = if ratio > width / height {
                (height * ratio, height)
            } else {
                (width, width / ratio)
            };
            ink.rectangle(across(x), up(y + height), across(width), across(height))
                .op(&[], "W n");
            let (left, lower) = (x + (width - wide) / 2.0, y + height + (high - height) / 2.0);
            ink.op(
                &[
                    across(wide),
                    0.0,
                    0.0,
                    across(high),
                    across(left),
                    up(lower),
                ],
                "cm",
            );
        }
    }
    ink.raw("/Photo Do\n").restore();
}
