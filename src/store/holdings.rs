//! 在效证书: one live certificate a person, occupation and level; the primary key sees to it.

use crate::domain::certificate::CertificateId;
use crate::domain::occupation::OccupationCode;
use crate::domain::person::PersonId;
use crate::domain::skill_level::SkillLevel;
use crate::on;
use crate::schema::{certificates, holdings};
use crate::store::{Conn, Found};
use diesel::prelude::*;

/// A right as it is held.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = holdings, treat_none_as_default_value = false)]
pub struct Holding {
    /// Who holds it.
    pub person: PersonId,
    /// 职业
    pub occupation: OccupationCode,
    /// 等级
    pub level: SkillLevel,
    /// By which certificate.
    pub certificate: CertificateId,
}

/// Keeps holdings; one that is held already answers `Taken`.
pub fn add(db: &mut Conn, held: &[Holding]) -> Found<()> {
    for some in held.chunks(500) {
        on!(db, c => diesel::insert_into(holdings::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Who of some persons holds this trade and level, and the number of what she holds.
pub fn among(
    db: &mut Conn,
    persons: &[PersonId],
    occupation: &OccupationCode,
    level: SkillLevel,
) -> Found<Vec<(PersonId, String)>> {
    let mut found = Vec::new();
    for some in persons.chunks(500) {
        found.extend(on!(db, c => holdings::table.inner_join(certificates::table)
            .filter(holdings::person.eq_any(some))
            .filter(holdings::occupation.eq(occupation)).filter(holdings::level.eq(level))
            .select((holdings::person, certificates::number)).load::<(PersonId, String)>(c))?);
    }
    Ok(found)
}

/// Every right that is held.
pub fn all(db: &mut Conn) -> Found<Vec<Holding>> {
    Ok(on!(db, c => holdings::table.select(Holding::as_select()).load(c))?)
}

/// Ends what a certificate gave.
pub fn end(db: &mut Conn, certificate: &CertificateId) -> Found<()> {
    on!(db, c => diesel::delete(holdings::table.filter(holdings::certificate.eq(certificate))).execute(c))?;
    Ok(())
}

/// Another certificate gives what this one gave.
pub fn pass_on(db: &mut Conn, from: &CertificateId, to: &CertificateId) -> Found<()> {
    on!(db, c => diesel::update(holdings::table.filter(holdings::certificate.eq(from)))
        .set(holdings::certificate.eq(to)).execute(c))?;
    Ok(())
}
