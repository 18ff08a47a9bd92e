//! 数字证书: the registry's certification authority, whom it vouches for, and its lists.

use crate::domain::institution::InstitutionId;
use crate::on;
use crate::schema::{
    authorities, key_events, leaf_lists, leaves, lost_registry_keys, registry_leaves,
};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The authority's certificate as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = authorities)]
pub struct Authority {
    /// The hint of its key.
    pub id: String,
    /// Its own certificate, DER.
    pub der: Vec<u8>,
    /// Since when, in UTC.
    pub created_at: NaiveDateTime,
}

/// A signer's certificate as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = leaves, treat_none_as_default_value = false)]
pub struct Leaf {
    /// The first sixteen bytes of its SHA-256, in hexadecimal.
    pub id: String,
    /// The authority of ours that vouches for it; none when it is another's.
    pub authority: Option<String>,
    /// Who signs with it.
    pub institution: InstitutionId,
    /// The hint of the key.
    pub key_id: String,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// The last second it is valid, in UTC.
    pub until: NaiveDateTime,
    /// Since when it is known, in UTC.
    pub created_at: NaiveDateTime,
}

/// Keeps the authority.
pub fn found(db: &mut Conn, authority: &Authority) -> Found<()> {
    on!(db, c => diesel::insert_into(authorities::table).values(authority).execute(c))?;
    Ok(())
}

/// The authority in use, once there is one.
pub fn authority(db: &mut Conn) -> Found<Option<Authority>> {
    Ok(
        on!(db, c => authorities::table.order(authorities::created_at.desc())
        .select(Authority::as_select()).first(c).optional())?,
    )
}

/// The latest list of every authority there was, DER.
pub fn lists(db: &mut Conn) -> Found<Vec<Vec<u8>>> {
    let all: Vec<String> = on!(db, c => authorities::table.order(authorities::created_at).select(authorities::id).load(c))?;
    let mut lists = Vec::with_capacity(all.len());
    for authority in all {
        lists.extend(list(db, &authority)?.map(|(_, der, _)| der));
    }
    Ok(lists)
}

/// The authority with this key.
pub fn with_key(db: &mut Conn, id: &str) -> Found<Option<Authority>> {
    Ok(
        on!(db, c => authorities::table.find(id).select(Authority::as_select()).first(c).optional())?,
    )
}

/// Keeps a signer's certificate.
pub fn add(db: &mut Conn, leaf: &Leaf) -> Found<()> {
    on!(db, c => diesel::insert_into(leaves::table).values(leaf).execute(c))?;
    Ok(())
}

/// Whether a certificate is kept.
pub fn is_known(db: &mut Conn, id: &str) -> Found<bool> {
    let found: i64 = on!(db, c => leaves::table.find(id).count().get_result(c))?;
    Ok(found > 0)
}

/// The latest certificate an authority gave for a key.
pub fn of_key(db: &mut Conn, authority: &str, key_id: &str) -> Found<Option<Leaf>> {
    Ok(on!(db, c => leaves::table
        .filter(leaves::authority.eq(authority)).filter(leaves::key_id.eq(key_id))
        .order(leaves::created_at.desc()).select(Leaf::as_select()).first(c).optional())?)
}

/// A certificate of one of the registry's own keys.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = registry_leaves)]
pub struct OwnLeaf {
    /// The first sixteen bytes of its SHA-256, in hexadecimal.
    pub id: String,
    /// The authority of ours that vouches for it.
    pub authority: String,
    /// The hint of the key.
    pub key_id: String,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// The last second it is valid, in UTC.
    pub until: NaiveDateTime,
    /// Since when it is known, in UTC.
    pub created_at: NaiveDateTime,
}

/// Keeps a certificate of one of the registry's own keys.
pub fn add_own(db: &mut Conn, leaf: &OwnLeaf) -> Found<()> {
    on!(db, c => diesel::insert_into(registry_leaves::table).values(leaf).execute(c))?;
    Ok(())
}

/// Whether this certificate, DER, is of one of the registry's own keys.
pub fn is_own(db: &mut Conn, der: &[u8]) -> Found<bool> {
    let found: i64 = on!(db, c => registry_leaves::table.filter(registry_leaves::der.eq(der)).count().get_result(c))?;
    Ok(found > 0)
}

/// The latest certificate an authority gave for one of the registry's own keys.
pub fn own_of_key(db: &mut Conn, authority: &str, key_id: &str) -> Found<Option<OwnLeaf>> {
    Ok(on!(db, c => registry_leaves::table
        .filter(registry_leaves::authority.eq(authority)).filter(registry_leaves::key_id.eq(key_id))
        .order(registry_leaves::created_at.desc()).select(OwnLeaf::as_select()).first(c).optional())?)
}

/// What signatures are trusted by: every authority of ours, and the signers' certificates that
/// others gave, as the operator set them.
pub fn anchors(db: &mut Conn) -> Found<Vec<Vec<u8>>> {
    let mut anchors: Vec<Vec<u8>> = on!(db, c => authorities::table.order(authorities::created_at).select(authorities::der).load(c))?;
    let others: Vec<Vec<u8>> = on!(db, c => leaves::table.filter(leaves::authority.is_null())
        .select(leaves::der).load(c))?;
    anchors.extend(others);
    Ok(anchors)
}

/// What an authority has given for keys that were compromised since: the certificate, the moment
/// from which it is not to be trusted, and when that was recorded.
pub fn withdrawn(
    db: &mut Conn,
    authority: &str,
) -> Found<Vec<(Vec<u8>, NaiveDateTime, NaiveDateTime)>> {
    let rows: Vec<(Leaf, Option<NaiveDateTime>, NaiveDateTime)> = on!(db, c => leaves::table
        .inner_join(key_events::table.on(key_events::key_id.eq(leaves::key_id)))
        .filter(leaves::authority.eq(authority)).filter(key_events::kind.eq("compromised"))
        .order((leaves::created_at, leaves::id))
        .select((Leaf::as_select(), key_events::cut_off, key_events::at)).load(c))?;
    // And those of the registry's own keys.
    let own: Vec<(Vec<u8>, NaiveDateTime, NaiveDateTime)> = on!(db, c => registry_leaves::table
        .inner_join(lost_registry_keys::table.on(lost_registry_keys::key_id.eq(registry_leaves::key_id)))
        .filter(registry_leaves::authority.eq(authority))
        .order((registry_leaves::created_at, registry_leaves::id))
        .select((registry_leaves::der, lost_registry_keys::since, lost_registry_keys::at)).load(c))?;
    let issuers = rows
        .into_iter()
        .map(|(leaf, cut_off, at)| (leaf.der, cut_off.unwrap_or(at), at));
    Ok(issuers.chain(own).collect())
}

/// Whether a certificate's key was compromised.
pub fn is_withdrawn(db: &mut Conn, id: &str) -> Found<bool> {
    let found: i64 = on!(db, c => leaves::table
        .inner_join(key_events::table.on(key_events::key_id.eq(leaves::key_id)))
        .filter(leaves::id.eq(id)).filter(key_events::kind.eq("compromised"))
        .count().get_result(c))?;
    Ok(found > 0)
}

/// The latest list of an authority: its number, itself, and when it was made.
pub fn list(db: &mut Conn, authority: &str) -> Found<Option<(i32, Vec<u8>, NaiveDateTime)>> {
    Ok(
        on!(db, c => leaf_lists::table.filter(leaf_lists::authority.eq(authority))
        .order(leaf_lists::number.desc())
        .select((leaf_lists::number, leaf_lists::der, leaf_lists::at)).first(c).optional())?,
    )
}

/// Keeps a list.
pub fn publish(
    db: &mut Conn,
    authority: &str,
    number: i32,
    der: &[u8],
    at: NaiveDateTime,
) -> Found<()> {
    on!(db, c => diesel::insert_into(leaf_lists::table).values((
        leaf_lists::authority.eq(authority), leaf_lists::number.eq(number),
        leaf_lists::der.eq(der), leaf_lists::at.eq(at),
    )).execute(c))?;
    Ok(())
}
