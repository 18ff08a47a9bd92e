//! 机构: who trains and who assesses, and who may see which of them.

use crate::domain::account::{AccountId, Scope};
use crate::domain::institution::{Institution, InstitutionId, InstitutionRole, IssuerClass};
use crate::domain::place::RegionCode;
use crate::domain::uscc::Uscc;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::institutions;
use crate::store::pattern::{self, Reach, lower};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// An institution as it is kept: what the rules look at, and what people read besides.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The institution.
    pub institution: Institution,
    /// A short name for addresses, unique, made once and never changed.
    pub slug: String,
    /// 地址
    pub address: String,
    /// 联系方式 of the institution, not of a person.
    pub contact: String,
    /// When it was registered, in UTC.
    pub registered_at: NaiveDateTime,
    /// By whom; none when the registry was carried over.
    pub registered_by: Option<AccountId>,
}

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = institutions, treat_none_as_default_value = false)]
struct Row {
    id: InstitutionId,
    name: String,
    name_en: String,
    slug: String,
    uscc: Uscc,
    region: RegionCode,
    trains: bool,
    assesses: bool,
    letter: Option<IssuerClass>,
    filing_code: Option<String>,
    site: Option<String>,
    licence: String,
    address: String,
    contact: String,
    registered_at: NaiveDateTime,
    registered_by: Option<AccountId>,
}

impl From<Row> for Registered {
    fn from(row: Row) -> Self {
        Self {
            institution: Institution {
                id: row.id,
                name: row.name,
                name_en: row.name_en,
                uscc: row.uscc,
                region: row.region,
                trains: row.trains,
                assesses: row.assesses,
                letter: row.letter,
                filing_code: row.filing_code,
                site: row.site,
                licence: row.licence,
            },
            slug: row.slug,
            address: row.address,
            contact: row.contact,
            registered_at: row.registered_at,
            registered_by: row.registered_by,
        }
    }
}

impl From<&Registered> for Row {
    fn from(kept: &Registered) -> Self {
        let it = kept.institution.clone();
        Self {
            id: it.id,
            name: it.name,
            name_en: it.name_en,
            slug: kept.slug.clone(),
            uscc: it.uscc,
            region: it.region,
            trains: it.trains,
            assesses: it.assesses,
            letter: it.letter,
            filing_code: it.filing_code,
            site: it.site,
            licence: it.licence,
            address: kept.address.clone(),
            contact: kept.contact.clone(),
            registered_at: kept.registered_at,
            registered_by: kept.registered_by.clone(),
        }
    }
}

/// Which institutions are asked for.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// Those with their seat there or inside.
    pub region: Option<RegionCode>,
    /// Those that act in this role.
    pub role: Option<InstitutionRole>,
    /// Those whose name, English name or code holds this.
    pub text: String,
}

/// Keeps an institution; a name, code or number that another has answers `Taken`.
pub fn add(db: &mut Conn, institution: &Registered) -> Found<()> {
    on!(db, c => diesel::insert_into(institutions::table).values(Row::from(institution)).execute(c))?;
    Ok(())
}

/// Keeps what may change of an institution; its name, code and seat are not among it.
pub fn amend(db: &mut Conn, it: &Registered) -> Found<()> {
    on!(db, c => diesel::update(institutions::table.find(&it.institution.id)).set((
        institutions::name_en.eq(&it.institution.name_en),
        institutions::trains.eq(it.institution.trains),
        institutions::assesses.eq(it.institution.assesses),
        institutions::letter.eq(it.institution.letter),
        institutions::filing_code.eq(&it.institution.filing_code),
        institutions::site.eq(&it.institution.site),
        institutions::licence.eq(&it.institution.licence),
        institutions::address.eq(&it.address),
        institutions::contact.eq(&it.contact),
    )).execute(c))?;
    Ok(())
}

/// An institution within a scope; another answers `Missing`.
pub fn of(db: &mut Conn, scope: &Scope, id: &InstitutionId) -> Found<Registered> {
    let reach = Reach::of(scope);
    let row = on!(db, c => institutions::table
        .filter(institutions::id.eq(id))
        .filter(institutions::id.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select(Row::as_select()).first(c))?;
    Ok(row.into())
}

/// An institution, for acts that have decided already whose it is.
pub fn one(db: &mut Conn, id: &InstitutionId) -> Found<Registered> {
    of(db, &Scope::All, id)
}

/// The institution with this short name: public, as issuers are.
pub fn by_slug(db: &mut Conn, slug: &str) -> Found<Registered> {
    let row = on!(db, c => institutions::table.filter(institutions::slug.eq(slug))
        .select(Row::as_select()).first(c))?;
    Ok(row.into())
}

/// Institutions within a scope, by name.
pub fn list(
    db: &mut Conn,
    scope: &Scope,
    sought: &Sought,
    window: Window,
) -> Found<Slice<Registered>> {
    let reach = Reach::of(scope);
    let region = pattern::beginning(sought.region.as_ref().map_or("", |code| code.prefix()));
    let text = pattern::holding(&sought.text);
    let any_role = sought.role.is_none();
    let (trains, assesses) = (
        sought.role == Some(InstitutionRole::Train),
        sought.role == Some(InstitutionRole::Assess),
    );
    let wanted = || {
        institutions::id
            .like(reach.institution.clone())
            .escape('\\')
            .and(institutions::region.like(reach.region.clone()).escape('\\'))
            .and(institutions::region.like(region.clone()).escape('\\'))
            .and(
                any_role
                    .into_sql::<Bool>()
                    .or(institutions::trains.and(trains.into_sql::<Bool>()))
                    .or(institutions::assesses.and(assesses.into_sql::<Bool>())),
            )
            .and(
                lower(institutions::name)
                    .like(text.clone())
                    .escape('\\')
                    .or(lower(institutions::name_en).like(text.clone()).escape('\\'))
                    .or(lower(institutions::uscc).like(text.clone()).escape('\\')),
            )
    };
    let total = on!(db, c => institutions::table.filter(wanted()).count().get_result::<i64>(c))?;
    let rows = on!(db, c => institutions::table.filter(wanted())
        .order((institutions::name, institutions::id))
        .offset(window.offset()).limit(window.limit()).select(Row::as_select()).load::<Row>(c))?;
    Ok(Slice {
        rows: rows.into_iter().map(Registered::from).collect(),
        total,
        window,
    })
}

/// Every institution's key and name, by name: to choose from.
pub fn names(db: &mut Conn, scope: &Scope) -> Found<Vec<(InstitutionId, String)>> {
    let reach = Reach::of(scope);
    Ok(on!(db, c => institutions::table
        .filter(institutions::id.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .order(institutions::name).select((institutions::id, institutions::name)).load(c))?)
}

/// The highest site number that begins with these digits.
pub fn last_site(db: &mut Conn, prefix: &str) -> Found<Option<String>> {
    let top: Option<Option<String>> = on!(db, c => institutions::table
        .filter(institutions::site.like(pattern::beginning(prefix)))
        .order(institutions::site.desc()).select(institutions::site).first(c).optional())?;
    Ok(top.flatten())
}

/// The training institution whose certificates are numbered by this site, if there is one.
pub fn training_at(db: &mut Conn, site: &str) -> Found<Option<InstitutionId>> {
    Ok(on!(db, c => institutions::table
        .filter(institutions::site.eq(site)).filter(institutions::trains)
        .select(institutions::id).first(c).optional())?)
}

/// The institution with this 统一社会信用代码, for whoever types it.
pub fn with_uscc(db: &mut Conn, uscc: &Uscc) -> Found<Registered> {
    let row: Row = on!(db, c => institutions::table.filter(institutions::uscc.eq(uscc)).select(Row::as_select()).first(c))?;
    Ok(Registered::from(row))
}

/// Every institution there is, for what is published of all of them.
pub fn everyone(db: &mut Conn) -> Found<Vec<Registered>> {
    let rows = on!(db, c => institutions::table.order(institutions::id).select(Row::as_select()).load::<Row>(c))?;
    Ok(rows.into_iter().map(Registered::from).collect())
}
