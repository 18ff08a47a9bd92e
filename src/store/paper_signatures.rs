//! 版式文件签名: what a signed PDF needs to be drawn again, byte for byte; the file itself is not
//! kept.

use crate::domain::certificate::{CertificateId, PaperSignatureId};
use crate::on;
use crate::schema::paper_signatures;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A signature as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = paper_signatures, treat_none_as_default_value = false)]
pub struct PaperSignature {
    /// Its key.
    pub id: PaperSignatureId,
    /// Of which certificate.
    pub certificate: CertificateId,
    /// Of which printing.
    pub print: i32,
    /// The number of the drawing, [`crate::paper::DRAWING`].
    pub drawing: i32,
    /// The signer's certificate.
    pub leaf: String,
    /// The issuer's name as it was drawn.
    pub issuer_name: String,
    /// Her English name; may be empty.
    pub issuer_name_en: String,
    /// What the QR code was built from.
    pub base_url: String,
    /// Bytes kept free for the signature.
    pub room: i32,
    /// The certificates bound in, DER after DER.
    pub certificates: Vec<u8>,
    /// The lists bound in, likewise.
    pub lists: Vec<u8>,
    /// The credential bound in.
    pub credential: Option<Vec<u8>>,
    /// The proof bound in.
    pub proof: Option<String>,
    /// The signature.
    pub cms: Vec<u8>,
    /// Whether an authority stamped it with the time.
    pub stamped: bool,
    /// SHA-256 of the file, in hexadecimal.
    pub hash: String,
    /// When it was signed, in UTC, to the second.
    pub at: NaiveDateTime,
}

/// Keeps a signature.
pub fn add(db: &mut Conn, signature: &PaperSignature) -> Found<()> {
    on!(db, c => diesel::insert_into(paper_signatures::table).values(signature).execute(c))?;
    Ok(())
}

/// The latest signature of a printing in a drawing.
pub fn latest(
    db: &mut Conn,
    certificate: &CertificateId,
    print: i32,
    drawing: i32,
) -> Found<Option<PaperSignature>> {
    Ok(on!(db, c => paper_signatures::table
        .filter(paper_signatures::certificate.eq(certificate))
        .filter(paper_signatures::print.eq(print)).filter(paper_signatures::drawing.eq(drawing))
        .order((paper_signatures::at.desc(), paper_signatures::id.desc()))
        .select(PaperSignature::as_select()).first(c).optional())?)
}

/// Every signature of a file whose signer is not the certificate's issuer: by key.
pub fn by_strangers(db: &mut Conn) -> Found<Vec<PaperSignatureId>> {
    use crate::schema::{certificates, leaves};
    Ok(on!(db, c => paper_signatures::table
        .inner_join(leaves::table).inner_join(certificates::table)
        .filter(leaves::institution.ne(certificates::institution))
        .order(paper_signatures::id).select(paper_signatures::id).load(c))?)
}

/// The file with this hash, if the register ever gave it out: of which certificate and printing.
pub fn by_hash(db: &mut Conn, hash: &str) -> Found<Option<(CertificateId, i32, NaiveDateTime)>> {
    Ok(
        on!(db, c => paper_signatures::table.filter(paper_signatures::hash.eq(hash))
        .select((paper_signatures::certificate, paper_signatures::print, paper_signatures::at))
        .first(c).optional())?,
    )
}
