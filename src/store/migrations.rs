//! 迁移: the twins, carried in the binary.

use crate::store::connection::Conn;
use crate::store::{Failure, Found};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Two app servers that start at once would otherwise race to make the same tables.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_lock(4713159999)";
const ADVISORY_UNLOCK: &str = "SELECT pg_advisory_unlock(4713159999)";

/// Brings the tables up to date.
pub fn run(db: &mut Conn) -> Found<()> {
    match db {
        Conn::Sqlite(connection) => connection
            .run_pending_migrations(SQLITE)
            .map(drop)
            .map_err(broken),
        Conn::Pg(_) => {
            db.run(ADVISORY_LOCK)?;
            let Conn::Pg(connection) = db else {
                unreachable!("matched above")
            };
            let ended = connection
                .run_pending_migrations(POSTGRES)
                .map(drop)
                .map_err(broken);
            db.run(ADVISORY_UNLOCK)?;
            ended
        }
    }
}

fn broken(error: Box<dyn std::error::Error + Send + Sync>) -> Failure {
    Failure::Broken(diesel::result::Error::QueryBuilderError(error))
}
