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

use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::ops::Range;

use super::metadata::text;

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
pub(super) fn dictionary(bound: &Bound) -> (String, usize) {
    dictionary_for(bound, "证书签发 Issue of a certificate")
}

/// The same of a file signed for another reason.
pub(super) fn dictionary_for(bound: &Bound, reason: &str) -> (String, usize) {
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

/// A moment as PDF writes it.
pub(super) fn date(at: NaiveDateTime) -> String {
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
