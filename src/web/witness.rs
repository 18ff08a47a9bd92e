//! 见证台: what a witness answers (C2SP tlog-witness); a server of its own, with nothing of the
//! registry in it.

use crate::acts::log::witness::{Book, Unsigned};
use crate::ground::clock::Clock;
use crate::seal::witnessing::No;
use rocket::data::{Data, ToByteUnit};
use rocket::http::Status;
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::{Build, Config, Rocket, State, catch, catchers, get, post, routes};
use std::io::Cursor;
use std::sync::Arc;

/// A size line, sixty-three hashes and a note with many signatures have room in this.
const MOST: u64 = 64 * 1024;

/// The witness's server, ready to be launched.
pub fn rocket(book: Arc<Book>, clock: Clock, config: Config) -> Rocket<Build> {
    rocket::custom(config)
        .manage(book)
        .manage(clock)
        .mount("/", routes![add, checkpoint, vkey])
        .register("/", catchers![nothing])
}

struct Said {
    status: u16,
    kind: &'static str,
    body: Vec<u8>,
}

const TEXT: &str = "text/plain; charset=utf-8";

impl Said {
    fn plain(status: u16, text: &str) -> Self {
        Self {
            status,
            kind: TEXT,
            body: text.as_bytes().to_vec(),
        }
    }
}

impl<'r> Responder<'r, 'static> for Said {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .status(Status::new(self.status))
            .raw_header("Content-Type", self.kind)
            .raw_header("X-Content-Type-Options", "nosniff")
            .raw_header("Cache-Control", "no-store")
            .sized_body(self.body.len(), Cursor::new(self.body))
            .ok()
    }
}

/// Signs a checkpoint that continues what was signed before.
#[post("/add-checkpoint", data = "<body>")]
async fn add(body: Data<'_>, book: &State<Arc<Book>>, clock: &State<Clock>) -> Said {
    let read = body.open(MOST.bytes()).into_string().await;
    let Some(body) = read
        .ok()
        .filter(|read| read.is_complete())
        .map(rocket::data::Capped::into_inner)
    else {
        return Said::plain(400, "not a request\n");
    };
    let book = Arc::clone(book);
    let at = u64::try_from(clock.read().utc().and_utc().timestamp()).unwrap_or(0);
    let done = rocket::tokio::task::spawn_blocking(move || book.add(&body, at)).await;
    match done {
        Ok(Ok(line)) => Said {
            status: 200,
            kind: TEXT,
            body: line.into_bytes(),
        },
        Ok(Err(Unsigned::No(No::Conflict(size)))) => Said {
            status: 409,
            kind: "text/x.tlog.size",
            body: format!("{size}\n").into_bytes(),
        },
        Ok(Err(Unsigned::No(no))) => Said::plain(
            no.status(),
            match no {
                No::Malformed => "not a request\n",
                No::Unknown => "this log is not known here\n",
                No::Unsigned => "not signed by the log's key\n",
                _ => "the tree does not continue what was signed before\n",
            },
        ),
        Ok(Err(Unsigned::Unkept(error))) => {
            tracing::error!(%error, "a checkpoint could not be kept, so it was not signed");
            Said::plain(500, "it could not be kept, so it was not signed\n")
        }
        Err(error) => {
            tracing::error!(%error, "a request broke");
            Said::plain(500, "broken\n")
        }
    }
}

/// The last checkpoint signed of a log, with the log's signature and ours.
#[get("/<hash>/checkpoint")]
fn checkpoint(hash: &str, book: &State<Arc<Book>>) -> Said {
    match book.checkpoint(hash) {
        Some(body) => Said {
            status: 200,
            kind: TEXT,
            body,
        },
        None => Said::plain(404, "nothing signed of such a log\n"),
    }
}

/// The key to verify its signatures with.
#[get("/vkey")]
fn vkey(book: &State<Arc<Book>>) -> Said {
    Said::plain(200, &format!("{}\n", book.vkey()))
}

#[catch(default)]
fn nothing(status: Status, _: &Request<'_>) -> Said {
    Said::plain(status.code, "no such thing\n")
}
