//! 查验记录: how often each certificate was looked at, by the hour and the way. Nobody is named.

use crate::domain::certificate::CertificateId;
use crate::on;
use crate::schema::looks;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::upsert::excluded;

/// So many looks of one kind within one hour.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = looks)]
pub struct Look {
    /// At which certificate.
    pub certificate: CertificateId,
    /// The hour's first moment, in UTC.
    pub hour: NaiveDateTime,
    /// How, `domain::holder::LookKind`.
    pub kind: String,
    /// How often.
    pub n: i32,
}

/// Adds to what is on record.
pub fn add(db: &mut Conn, more: &[Look]) -> Found<()> {
    for look in more {
        on!(db, c => diesel::insert_into(looks::table).values(look)
            .on_conflict((looks::certificate, looks::hour, looks::kind)).do_update()
            .set(looks::n.eq(looks::n + excluded(looks::n))).execute(c))?;
    }
    Ok(())
}

/// The latest looks at a certificate, newest first.
pub fn of(db: &mut Conn, certificate: &CertificateId, most: i64) -> Found<Vec<Look>> {
    Ok(
        on!(db, c => looks::table.filter(looks::certificate.eq(certificate))
        .order((looks::hour.desc(), looks::kind)).limit(most).select(Look::as_select()).load(c))?,
    )
}
