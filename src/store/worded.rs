//! 定句: a question whose words never change, written by Diesel once and kept.
//!
//! Diesel walks through the whole of a query each time it is asked, to find what is bound in it; in one
//! that joins a dozen tables that takes as long as several of the look-ups it asks for. The one question
//! that is asked more often than all others together is therefore walked through once.

use diesel::backend::Backend;
use diesel::connection::Connection;
use diesel::debug_query;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, DebugQuery, Query, QueryFragment, QueryId};
use diesel::query_dsl::LoadQuery;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};
use std::fmt::Display;
use std::marker::PhantomData;
use std::sync::OnceLock;

/// The words of a query before and behind the one value bound in it.
pub(super) type Words = (String, String);

/// A query of constant words around the one value bound in it, of an SQL type.
///
/// It answers what the query does that `W` writes, and is prepared once for each `W`.
pub(super) struct Worded<'a, Q, W, A: ?Sized, S = Text> {
    words: &'static Words,
    asked: &'a A,
    of: PhantomData<fn() -> (Q, W, S)>,
}

/// The query that `write` writes, asked about `asked` instead of the value bound in it. Its words are
/// kept in `words`, which belongs to this query on this database alone.
///
/// # Panics
/// When something else is bound in the query: a mistake in the program, seen when it is asked for the
/// first time.
pub(super) fn worded<'a, DB, Q, W, A: ?Sized, S>(
    words: &'static OnceLock<Words>,
    write: W,
    asked: &'a A,
) -> Worded<'a, Q, W, A, S>
where
    DB: Backend,
    W: FnOnce() -> Q,
    for<'q> DebugQuery<'q, Q, DB>: Display,
{
    Worded {
        words: words.get_or_init(|| words_of::<DB, Q>(&write())),
        asked,
        of: PhantomData,
    }
}

/// What the query that `write` writes finds first, asked about this text.
pub(super) fn first<'a, C, Q, W, R>(
    connection: &mut C,
    words: &'static OnceLock<Words>,
    write: W,
    asked: &'a str,
) -> QueryResult<R>
where
    C: Connection,
    W: FnOnce() -> Q,
    for<'q> DebugQuery<'q, Q, C::Backend>: Display,
    Worded<'a, Q, W, str>: LoadQuery<'a, C, R> + RunQueryDsl<C>,
{
    worded::<C::Backend, Q, W, str, Text>(words, write, asked).get_result(connection)
}

fn words_of<DB, Q>(query: &Q) -> Words
where
    DB: Backend,
    for<'q> DebugQuery<'q, Q, DB>: Display,
{
    let told = debug_query::<DB, Q>(query).to_string();
    let sql = told.split(" -- binds: ").next().unwrap_or_default();
    // What asks for a single value binds how many it takes: one.
    let sql = sql
        .replace("LIMIT ?", "LIMIT 1")
        .replace("LIMIT $1", "LIMIT 1");
    let mut parts = sql.split(['?', '$']);
    let (Some(before), Some(behind), None) = (parts.next(), parts.next(), parts.next()) else {
        panic!("exactly one value is bound in this query: {sql}");
    };
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    (before.to_owned(), behind.to_owned())
}

impl<Q: Query, W, A: ?Sized, S> Query for Worded<'_, Q, W, A, S> {
    type SqlType = Q::SqlType;
}

impl<Q, W: 'static, A: ?Sized, S> QueryId for Worded<'_, Q, W, A, S> {
    type QueryId = Worded<'static, (), W, ()>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Q, W, A, S, DB> QueryFragment<DB> for Worded<'_, Q, W, A, S>
where
    DB: Backend + HasSqlType<S>,
    A: ToSql<S, DB> + ?Sized,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql(&self.words.0);
        pass.push_bind_param::<S, _>(self.asked)?;
        pass.push_sql(&self.words.1);
        Ok(())
    }
}

impl<Q, W, A: ?Sized, S, C: Connection> RunQueryDsl<C> for Worded<'_, Q, W, A, S> {}
