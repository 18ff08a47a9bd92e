//! 近查: what one connection to an SQLite file was answered lately, good until anybody writes.
//!
//! SQLite tells each connection whether others have committed since it last asked (`PRAGMA
//! data_version`): a few microseconds, where the question itself takes many times as long. An answer
//! from here is therefore never older than the one the database would give. Within one transaction the
//! answer to that cannot change, and it is not asked again.

use crate::store::connection::Conn;
use crate::store::{Failure, Found};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::Integer;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{QueryResult, RunQueryDsl};
use std::any::Any;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Some ten megabytes of certificates; then it starts anew.
const MOST: usize = 4_000;

/// The answers of one connection, which itself writes nothing. Only what is asked for again is kept: to
/// keep what nobody asks for twice costs more than it ever spares.
#[derive(Default)]
pub(super) struct Recent {
    /// What SQLite said before the first of them was asked for.
    version: Option<i32>,
    /// Whether it has yet to be asked whether it would still say so.
    doubted: bool,
    found: HashMap<String, Arc<dyn Any + Send + Sync>>,
    /// Of each of so many places, the key that was asked for last.
    asked: Vec<u64>,
}

impl Recent {
    /// What `ask` answers, from here if it was asked before under this key. The same key is always the
    /// same question.
    pub(super) fn answer<T: Send + Sync + 'static, E: From<Failure>>(
        &mut self,
        connection: &mut Conn,
        key: &str,
        ask: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let known = self.found.get(key).cloned();
        let asks = self.version.is_none() || (self.doubted && known.is_some());
        if asks && self.is_outdated(connection)? {
            self.found.clear();
        } else if let Some(found) = known.and_then(|found| found.downcast().ok()) {
            return Ok(found);
        }
        let found = Arc::new(ask(connection)?);
        if self.was_asked(key) {
            if self.found.len() >= MOST {
                self.found.clear();
            }
            self.found.insert(key.to_owned(), Arc::clone(&found) as _);
        }
        Ok(found)
    }

    /// From here on somebody may have committed.
    pub(super) fn doubt(&mut self) {
        self.doubted = true;
    }

    /// Whether the same was asked for lately; notes that it is now.
    fn was_asked(&mut self, key: &str) -> bool {
        self.asked.resize(MOST, 0);
        let key = self.found.hasher().hash_one(key);
        let place = usize::try_from(key % MOST as u64).unwrap_or_default();
        std::mem::replace(&mut self.asked[place], key) == key
    }

    /// Whether anybody has committed since this was last asked.
    fn is_outdated(&mut self, connection: &mut Conn) -> Found<bool> {
        let Conn::Sqlite(connection) = connection else {
            return Ok(true);
        };
        let version = DataVersion.get_result(connection)?;
        self.doubted = false;
        Ok(self.version.replace(version) != Some(version))
    }
}

/// `PRAGMA data_version`, prepared once.
#[derive(QueryId)]
struct DataVersion;

impl Query for DataVersion {
    type SqlType = Integer;
}

impl QueryFragment<Sqlite> for DataVersion {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql("PRAGMA data_version");
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for DataVersion {}
