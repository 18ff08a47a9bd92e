//! 已知: what many certificates refer to and what never changes: under which key, and under which filed
//! line they were issued.
//!
//! The database refuses to change a filed line, and of a key only how its private half is sealed and
//! when it was retired ever changes. A process asks for each once; whoever audits the register knows
//! nothing when he begins.

use crate::domain::entitlement::EntitlementId;
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::occupation::OccupationCode;
use crate::domain::skill_level::SkillLevel;
use crate::on;
use crate::schema::{entitlements, issuer_keys};
use crate::store::{Conn, Found};
use diesel::prelude::*;
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

/// Whose key, for which year, how it signs, its public half.
pub type IssuerKey = (InstitutionId, i32, String, Vec<u8>);

/// Whose line, in which role, of which trade, at which level, by which document.
pub type Filed = (
    InstitutionId,
    InstitutionRole,
    Option<OccupationCode>,
    Option<SkillLevel>,
    String,
);

/// What was told of them: some kilobytes for each organisation and year.
#[derive(Default)]
pub struct Known {
    keys: RwLock<HashMap<String, Arc<IssuerKey>>>,
    filed: RwLock<HashMap<EntitlementId, Arc<Filed>>>,
}

impl Known {
    /// The key with this key.
    pub(super) fn key(&self, db: &mut Conn, id: &str) -> Found<Arc<IssuerKey>> {
        if let Some(known) = self.keys.read().get(id) {
            return Ok(Arc::clone(known));
        }
        let columns = (
            issuer_keys::institution,
            issuer_keys::year,
            issuer_keys::algorithm,
            issuer_keys::public,
        );
        let found: IssuerKey = on!(db, c => issuer_keys::table.find(id).select(columns).first(c))?;
        let found = Arc::new(found);
        self.keys.write().insert(id.to_owned(), Arc::clone(&found));
        Ok(found)
    }

    /// The filed line with this key, if there is one.
    pub(super) fn filed(&self, db: &mut Conn, id: &EntitlementId) -> Found<Option<Arc<Filed>>> {
        if let Some(known) = self.filed.read().get(id) {
            return Ok(Some(Arc::clone(known)));
        }
        let columns = (
            entitlements::institution,
            entitlements::role,
            entitlements::occupation,
            entitlements::level,
            entitlements::document,
        );
        let found: Option<Filed> =
            on!(db, c => entitlements::table.find(id).select(columns).first(c).optional())?;
        let found = found.map(Arc::new);
        if let Some(found) = &found {
            let mut known = self.filed.write();
            known.insert(id.clone(), Arc::clone(found));
        }
        Ok(found)
    }
}
