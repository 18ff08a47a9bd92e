//! 连接池: a few connections, lent one at a time, first come first served.

use crate::store::connection::Conn;
use crate::store::{Failure, Found};
use parking_lot::{Condvar, Mutex};
use std::time::{Duration, Instant};

/// How long one waits for a connection before the answer is "busy".
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection given back longer ago than this is asked whether it still answers before it is lent:
/// the server may have been restarted. One in steady use tells by its next question.
const RESTED: Duration = Duration::from_secs(1);

/// Connections that are open, and how many may be.
pub struct Pool {
    idle: Mutex<Idle>,
    returned: Condvar,
    most: usize,
    open: Box<dyn Fn() -> Found<Conn> + Send + Sync>,
}

struct Idle {
    /// The one given back last is lent first.
    connections: Vec<(Conn, Instant)>,
    lent: usize,
}

impl Pool {
    /// A pool of at most `most` connections, opened when first needed.
    pub fn new(most: usize, open: impl Fn() -> Found<Conn> + Send + Sync + 'static) -> Self {
        let idle = Mutex::new(Idle {
            connections: Vec::new(),
            lent: 0,
        });
        Self {
            idle,
            returned: Condvar::new(),
            most,
            open: Box::new(open),
        }
    }

    /// Lends a connection for the length of one question. One that does not answer any more, or on
    /// which a question panicked, is closed, not lent again. Of a server that has just been restarted
    /// each connection in use learns by a question that fails.
    pub fn with<T, E: From<Failure>>(
        &self,
        ask: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut loan = self.take()?;
        let connection = loan
            .connection
            .as_mut()
            .expect("a loan holds its connection until it ends");
        let answer = ask(connection);
        loan.sound = answer.is_ok() || connection.is_sound();
        answer
    }

    fn take(&self) -> Found<Loan<'_>> {
        let mut idle = self.idle.lock();
        while idle.lent >= self.most {
            if self.returned.wait_for(&mut idle, PATIENCE).timed_out() {
                return Err(Failure::Busy("no connection free".to_owned()));
            }
        }
        idle.lent += 1;
        let kept = idle.connections.pop();
        drop(idle);
        let mut loan = Loan {
            pool: self,
            connection: kept.and_then(|(connection, since)| sound(connection, since)),
            sound: false,
        };
        if loan.connection.is_none() {
            loan.connection = Some((self.open)()?);
        }
        Ok(loan)
    }
}

/// A connection, unless it rested and does not answer any more.
fn sound(mut connection: Conn, since: Instant) -> Option<Conn> {
    (since.elapsed() < RESTED || connection.is_sound()).then_some(connection)
}

/// A connection on loan; it comes back when this is dropped, even by a panic.
struct Loan<'a> {
    pool: &'a Pool,
    connection: Option<Conn>,
    sound: bool,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut idle = self.pool.idle.lock();
        idle.lent -= 1;
        if self.sound {
            let now = Instant::now();
            idle.connections
                .extend(self.connection.take().map(|one| (one, now)));
        }
        self.pool.returned.notify_one();
    }
}
