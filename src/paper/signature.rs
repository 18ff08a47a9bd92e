//! 签署: what a signed file carries, and the hole its signature is put into.
//!
//! The file is written once with a hole for the signature; its digest leaves the hole out; the
//! signature is then put in. Nothing is appended, so the signature covers every byte there is and a
//! reader says so. The seal on the page is the signature's own appearance: whoever clicks it is
//! shown who signed.
//!
//! ## What is kept
//! A drawing with all this in it is a pure function of (template, face, [`Bound`]), so the registry
//! keeps the signature and a hash and draws again when asked.

use chrono::{NaiveDate, NaiveDateTime};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::ops::Range;

use super::ink::{across, up};
use super::metadata::text;
use super::objects::Objects;
use super::stamp;

/// What a signed file carries besides its face.
#[derive(Clone, Debug)]
pub struct Bound {
    /// When it was signed, in UTC, as the file says it.
    pub at: NaiveDateTime,
    /// Who signed: the organisation.
    pub signatory: String,
    /// Bytes kept free for the signature.
    pub room: usize,
    /// Certificates a reader needs, in DER.
    pub certificates: Vec<Vec<u8>>,
    /// Lists of revoked certificates, in DER.
    pub lists: Vec<Vec<u8>>,
    /// Files within the file.
    pub attachments: Vec<Attachment>,
}

/// A file within the file.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// What it is called: letters, digits, dots and hyphens.
    pub name: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// How it relates to the page: `Data` or `Supplement`.
    pub relation: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The machine-readable credential (Open Badges 3.0).
pub fn credential(bytes: Vec<u8>) -> Attachment {
    Attachment {
        name: CREDENTIAL,
        kind: "application/vc",
        relation: "Data",
        about: "数字凭证（Open Badges 3.0） Verifiable credential",
        bytes,
    }
}

/// The proof that the issue stands in the public log.
pub fn proof(bytes: Vec<u8>) -> Attachment {
    Attachment {
        name: PROOF,
        kind: "text/plain",
        relation: "Supplement",
        about: "公开登记簿存在证明 Proof of inclusion in the public log",
        bytes,
    }
}

/// What a copy is for, until when, and of which certificate: the words across it, for programs.
pub fn copy(purpose: &str, until: NaiveDate, number: &str) -> Attachment {
    let told =
        serde_json::json!({ "number": number, "purpose": purpose, "until": until.to_string() });
    Attachment {
        name: COPY,
        kind: "application/json",
        relation: "Data",
        about: "加注副本的用途和有效期 What this copy is for, and until when",
        bytes: told.to_string().into_bytes(),
    }
}

/// A copy's, within its file.
pub const COPY: &str = "copy.json";
/// The credential's name within a file.
pub const CREDENTIAL: &str = "credential.json";
/// The proof's.
pub const PROOF: &str = "certificate.tlog-proof";

/// A drawn file that lacks its signature.
#[derive(Clone, Debug)]
pub struct Unsigned {
    bytes: Vec<u8>,
    /// From `<` to `>`, both included: what the digest leaves out.
    hole: Range<usize>,
}

/// Room for the numbers of a byte range: ten digits each.
const BLANK: &str = "[0 ---------- ---------- ----------]";

/// The signature's dictionary with its hole; where the hole begins within it.
fn dictionary(bound: &Bound, reason: &str) -> (String, usize) {
    let mut says = format!(
        "<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange {BLANK} /Contents "
    );
    let hole = says.len();
    says.push('<');
    says.extend(std::iter::repeat_n('0', bound.room * 2));
    says.push('>');
    let _ = write!(
        says,
        " /M ({}) /Name {} /Reason {} /Reference [<</Type /SigRef /TransformMethod /DocMDP /TransformParams \
         <</Type /TransformParams /P 1 /V /1.2>>>>]>>",
        date(bound.at),
        text(&bound.signatory),
        text(reason),
    );
    (says, hole)
}

/// What the seal on the page says of the signature whose appearance it is.
pub(super) struct Seal<'a> {
    /// Why it was signed.
    pub reason: &'a str,
    /// What the seal is, for those who cannot see it.
    pub label: &'a str,
    /// Its page.
    pub page: u32,
    /// Its drawing.
    pub drawing: u32,
    /// Where its centre is, millimetres from the page's upper left.
    pub centre: (f32, f32),
    /// What its field says besides.
    pub more: &'a str,
}

/// A signature that has its place in a file.
pub(super) struct Placed {
    /// Where its hole begins.
    pub hole: usize,
    /// Its field on the page.
    pub field: u32,
    /// What the catalogue says of it.
    pub catalogue: String,
}

/// Writes the signature with its hole, its field, what is needed to check it, and the files within
/// the file.
pub(super) fn place(objects: &mut Objects, bound: &Bound, seal: &Seal<'_>) -> Placed {
    let [sign, field] = [(); 2].map(|()| objects.reserve());
    let (says, within) = dictionary(bound, seal.reason);
    let hole = objects.object(sign, &says) + within;
    let (x, y) = seal.centre;
    let reach = stamp::RADIUS + 0.5;
    objects.object(
        field,
        &format!(
            "<</Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /TU {} /V {sign} 0 R /F 132 /P {} 0 R \
             /Rect [{:.3} {:.3} {:.3} {:.3}] /AP <</N {} 0 R>>{}>>",
            text(seal.label),
            seal.page,
            across(x - reach),
            up(y + reach),
            across(x + reach),
            up(y - reach),
            seal.drawing,
            seal.more,
        ),
    );
    let [certificates, lists] = [&bound.certificates, &bound.lists].map(|all| {
        all.iter().fold(String::new(), |mut listed, der| {
            let id = objects.reserve();
            objects.stream(id, "", der);
            listed.push_str(&format!("{id} 0 R "));
            listed
        })
    });
    let files = attach(objects, bound);
    let catalogue = format!(
        " /AcroForm <</Fields [{field} 0 R] /SigFlags 3>> /Perms <</DocMDP {sign} 0 R>> /DSS <</Type /DSS \
         /Certs [{certificates}] /CRLs [{lists}]>> /Extensions <</ESIC <</BaseVersion /1.7 /ExtensionLevel \
         5>>>>{files}"
    );
    Placed {
        hole,
        field,
        catalogue,
    }
}

/// Writes the files within the file; answers what the catalogue says of them.
fn attach(objects: &mut Objects, bound: &Bound) -> String {
    let (mut named, mut associated) = (Vec::new(), String::new());
    for attachment in &bound.attachments {
        let [file, about] = [(); 2].map(|()| objects.reserve());
        let kind = attachment.kind.replace('/', "#2F");
        let entries = format!(
            "/Type /EmbeddedFile /Subtype /{kind} /Params <</Size {} /ModDate ({})>> ",
            attachment.bytes.len(),
            date(bound.at)
        );
        objects.stream(file, &entries, &attachment.bytes);
        objects.object(
            about,
            &format!(
                "<</Type /Filespec /F ({name}) /UF ({name}) /Desc {} /AFRelationship /{} /EF <</F {file} 0 R \
                 /UF {file} 0 R>>>>",
                text(attachment.about),
                attachment.relation,
                name = attachment.name,
            ),
        );
        named.push(format!("({}) {about} 0 R ", attachment.name));
        associated.push_str(&format!("{about} 0 R "));
    }
    if named.is_empty() {
        return String::new();
    }
    // A name tree is in order.
    named.sort();
    format!(
        " /AF [{associated}] /Names <</EmbeddedFiles <</Names [{}]>>>>",
        named.concat()
    )
}

/// A moment as PDF writes it.
fn date(at: NaiveDateTime) -> String {
    at.format("D:%Y%m%d%H%M%S+00'00'").to_string()
}

impl Unsigned {
    /// A finished file whose hole begins there; writes what the signature covers into it.
    pub(super) fn new(mut bytes: Vec<u8>, begins: usize, room: usize) -> Self {
        let hole = begins..begins + room * 2 + 2;
        let range = format!("[0 {} {} {}", hole.start, hole.end, bytes.len() - hole.end);
        let at = hole.start - " /Contents ".len() - BLANK.len();
        let range = format!("{range:<width$}]", width = BLANK.len() - 1);
        bytes[at..at + BLANK.len()].copy_from_slice(range.as_bytes());
        Self { bytes, hole }
    }

    /// What is signed: the SHA-256 of everything but the hole.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(&self.bytes[..self.hole.start]);
        hash.update(&self.bytes[self.hole.end..]);
        hash.finalize().into()
    }

    /// The signed file; none when the signature is larger than its hole.
    pub fn sealed(mut self, signature: &[u8]) -> Option<Vec<u8>> {
        let hex = data_encoding::HEXLOWER.encode(signature);
        let from = self.hole.start + 1;
        if from + hex.len() >= self.hole.end {
            return None;
        }
        self.bytes[from..from + hex.len()].copy_from_slice(hex.as_bytes());
        Some(self.bytes)
    }
}
