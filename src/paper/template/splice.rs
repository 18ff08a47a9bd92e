//! 套印: what one document adds to its plate, object by object.

use super::{Mark, Sheet, Template, Unprintable};
use crate::paper::fonts::Typeface;
use crate::paper::ink::{HEIGHT, Ink, POINTS, WIDTH, across, up};
use crate::paper::layout::{self, Text, Value};
use crate::paper::metadata::{About, text as text_string};
use crate::paper::objects::Objects;
use crate::paper::plate::{NAMES, runs};
use crate::paper::qr::{QUIET, Symbol};
use crate::paper::signature::{self, Bound, Placed, Seal};
use crate::paper::subset::Subset;
use crate::paper::{art, jpeg, stamp};

/// What the seal is, for those who cannot see it.
const SEAL: &str = "发证机构印章 Seal of the issuing organisation";

/// A file being completed.
pub(super) struct Splice<'a> {
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
    pub(super) fn new(template: &'a Template, bound: Option<&'a Bound>) -> Self {
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

    pub(super) fn page(&mut self, sheet: &Sheet, tagged: bool) -> Result<(), Unprintable> {
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
    pub(super) fn finish(mut self, sheets: &[Sheet], tagged: bool) -> (Vec<u8>, usize) {
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
