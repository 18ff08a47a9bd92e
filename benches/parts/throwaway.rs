//! 一次性数据库: an empty database of its own for one bench, on the PostgreSQL server it is given.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// A database that is gone when this is dropped, whoever still holds a connection to it.
pub struct Throwaway {
    /// Where it is reached.
    pub url: String,
    name: String,
    owner: PgConnection,
}

impl Throwaway {
    /// On the server `TEST_DATABASE_URL` names, whose owner may make a database. Where it names
    /// none, that is said and there is none.
    pub fn named(name: &str) -> Option<Self> {
        let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
            println!("PostgreSQL was not asked: TEST_DATABASE_URL names no server");
            return None;
        };
        let mut owner = PgConnection::establish(&server).expect("the server answers");
        drop_it(&mut owner, name);
        owner
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .expect("a database");
        Some(Self {
            url: server.replacen("/postgres?", &format!("/{name}?"), 1),
            name: name.to_owned(),
            owner,
        })
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        drop_it(&mut self.owner, &self.name);
    }
}

fn drop_it(owner: &mut PgConnection, name: &str) {
    owner
        .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .expect("it is gone");
}
