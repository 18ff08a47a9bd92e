//! 纸面: certificates as PDF and QR symbols, from records to bytes.
//!
//! ## Why a template and a splice
//! printpdf writes a page well but cannot keep anything from one save to the next: a certificate
//! as its guide shows takes 27–90 ms, nearly all of it the same fonts and ornaments again. So
//! printpdf draws the unchanging part of a page **once** for each issuer ([`template`]); its bytes
//! are kept, and each certificate appends the few objects that name its holder. The result is a
//! pure function of (template, face): the same bytes on every machine, so the registry stores a
//! hash and draws again when asked.
//!
//! [`certificate`] and [`completion`] are the two documents; [`qr`] serves pages as well.

pub mod art;
pub mod badge;
pub mod certificate;
pub mod compare;
pub mod completion;
pub mod finders;
pub mod fonts;
pub mod forbidden;
pub mod icc;
pub mod ink;
pub mod jpeg;
pub mod layout;
pub mod mesh;
pub mod metadata;
mod objects;
pub mod photo;
pub mod plate;
pub mod pocket;
pub mod qr;
pub mod reader;
pub mod reading;
pub mod report;
pub mod roster;
pub mod signature;
pub mod stamp;
pub mod structure;
pub mod subset;
pub mod template;
pub mod typeset;
pub mod workbook;

/// The number of the drawing: one more whenever the same record gives other bytes.
///
/// The registry keeps a hash of what it issued and draws it again when asked, so a change of fonts,
/// words, ornaments or of printpdf that alters bytes has to be seen; `tests/paper` holds the hash
/// of one drawing under this number.
pub const DRAWING: u32 = 3;
