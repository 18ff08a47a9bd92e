//! 传递: a request that was heard to its end goes to Rocket, and its answer back.

use crate::web::door::seats::{Hold, Room, Seat};
use crate::web::gate::Passed;
use crate::web::verify::window;
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, HeaderMap, HeaderValue, RETRY_AFTER, TRANSFER_ENCODING,
};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use rocket::futures::FutureExt as _;
use rocket::http::{Cookie, Header, Method};
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use rocket::tokio::io::AsyncReadExt;
use rocket::tokio::sync::{mpsc, oneshot};
use rocket::tokio::time::{Instant, timeout_at};
use std::future::{Future as _, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// The largest body: eight megabytes of a list are read by its handler, and one byte more tells it
/// that there is too much.
const MOST: usize = 8 * 1024 * 1024 + 1;
/// Bytes a second a body must come at.
const RATE: u64 = 1024;
/// Up to this an answer is sent in one piece.
const PIECE: usize = 256 * 1024;

/// Whose requests are handed on.
pub struct Guest {
    /// Where to.
    pub client: Arc<Client>,
    /// Where she sits.
    pub seat: Arc<Seat>,
    /// Where what she brings is held.
    pub room: Arc<Room>,
    /// Where she comes from.
    pub from: SocketAddr,
    /// How long a body may take to begin.
    pub patience: Duration,
}

/// Hands a request on.
pub async fn pass(
    guest: Arc<Guest>,
    request: Request<Incoming>,
) -> Result<Response<Told>, io::Error> {
    let (head, body) = request.into_parts();
    let mut hold = guest.room.hold();
    let body = match whole(body, guest.patience, &mut hold).await {
        Ok(body) => body,
        Err(status) => return Ok(turned_away(status)),
    };
    guest.seat.answering();
    let at_once = window::answer(guest.client.rocket(), &head, guest.from.ip());
    let passed = match AssertUnwindSafe(at_once).catch_unwind().await {
        Ok(Ok(answer)) => {
            guest.seat.answered();
            return Ok(answer.map(Told::Whole));
        }
        Ok(Err(passed)) => passed,
        // Whatever panicked there does so again at the counter, which tells her of it.
        Err(_) => Passed::default(),
    };
    let (tell, told) = oneshot::channel();
    let mut answering = Box::pin(async move {
        let request = asked(&guest.client, &head, body, guest.from);
        request.inner().local_cache(|| passed);
        let answer = request.dispatch().await;
        drop(hold);
        guest.seat.answered();
        tell_of(answer, tell).await;
    });
    // What is answered without waiting is answered here: to hand it from task to task would take
    // longer. What waits does so in a task of its own: whoever leaves before the answer does not stop
    // what she began.
    let first = poll_fn(|context| Poll::Ready(answering.as_mut().poll(context))).await;
    if first.is_pending() {
        rocket::tokio::spawn(answering);
    }
    told.await
        .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
}

/// Everything a request brings, if it comes in time and there is room for it.
async fn whole(
    mut body: Incoming,
    patience: Duration,
    hold: &mut Hold,
) -> Result<Vec<u8>, StatusCode> {
    if body.is_end_stream() {
        return Ok(Vec::new());
    }
    let begun = Instant::now();
    let mut bytes = Vec::new();
    while bytes.len() < MOST {
        let so_far = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let due = begun + patience + Duration::from_secs(so_far / RATE);
        let frame = match timeout_at(due, body.frame()).await {
            Err(_) => return Err(StatusCode::REQUEST_TIMEOUT),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(StatusCode::BAD_REQUEST),
            Ok(Some(Ok(frame))) => frame,
        };
        if let Ok(data) = frame.into_data() {
            let data = &data[..data.len().min(MOST - bytes.len())];
            if !hold.more(data.len()) {
                return Err(StatusCode::SERVICE_UNAVAILABLE);
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes)
}

/// The answer to a request nobody will hear the end of.
fn turned_away(status: StatusCode) -> Response<Told> {
    let mut answer = Response::new(Told::Whole(Bytes::new()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("10"));
    }
    answer
}

/// The request as Rocket has it. One whose method or address is none is asked for as one that Rocket
/// refuses, so that its own page says so.
fn asked<'c>(
    client: &'c Client,
    head: &Parts,
    body: Vec<u8>,
    from: SocketAddr,
) -> LocalRequest<'c> {
    let method = head.method.as_str();
    let known = method
        .parse::<Method>()
        .ok()
        .filter(|known| known.as_str() == method);
    let address = head.uri.path_and_query().filter(|_| known.is_some());
    let address = address.map_or("*", |address| address.as_str()).to_owned();
    let mut request = client
        .req(known.unwrap_or(Method::Get), address)
        .remote(from);
    for (name, value) in &head.headers {
        let Ok(value) = String::from_utf8(value.as_bytes().to_vec()) else {
            continue;
        };
        if name == COOKIE {
            for one in value.split(';') {
                if let Ok(cookie) = Cookie::parse_encoded(one.trim().to_owned()) {
                    request = request.cookie(cookie);
                }
            }
        }
        request.add_header(Header::new(name.as_str().to_owned(), value));
    }
    if body.is_empty() {
        request
    } else {
        request.body(body)
    }
}

/// Tells the answer's head and, whole or piece by piece, its body.
async fn tell_of(mut answer: LocalResponse<'_>, tell: oneshot::Sender<Response<Told>>) {
    let mut response = Response::new(Told::Whole(Bytes::new()));
    *response.status_mut() =
        StatusCode::from_u16(answer.status().code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    fill(response.headers_mut(), &answer);
    let size = answer.body().preset_size();
    if let Some(size) = size {
        if !response.headers().contains_key(TRANSFER_ENCODING) {
            response
                .headers_mut()
                .insert(CONTENT_LENGTH, HeaderValue::from(size));
        }
        if size <= PIECE {
            let mut bytes = Vec::with_capacity(size);
            if answer.read_to_end(&mut bytes).await.is_ok() {
                *response.body_mut() = Told::Whole(bytes.into());
                let _ = tell.send(response);
            }
            return;
        }
    }
    let (sender, pieces) = mpsc::channel(1);
    *response.body_mut() = Told::Pieces(pieces);
    if tell.send(response).is_err() {
        return;
    }
    loop {
        let mut piece = Vec::with_capacity(PIECE.min(64 * 1024));
        let read = answer.read_buf(&mut piece).await;
        let last = !matches!(read, Ok(1..));
        let told = match read {
            Ok(0) => return,
            Ok(_) => Ok(Bytes::from(piece)),
            Err(error) => Err(error),
        };
        if sender.send(told).await.is_err() || last {
            return;
        }
    }
}

fn fill(headers: &mut HeaderMap, answer: &LocalResponse<'_>) {
    for header in answer.headers().iter() {
        let name = hyper::header::HeaderName::from_bytes(header.name.as_str().as_bytes());
        let value = HeaderValue::from_bytes(header.value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
}

/// An answer's body.
pub enum Told {
    /// In one piece. Of an empty one it is not said that it is: an answer without its body still tells
    /// how long that would be.
    Whole(Bytes),
    /// As it comes.
    Pieces(mpsc::Receiver<io::Result<Bytes>>),
}

impl Body for Told {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Pieces(pieces) => pieces
                .poll_recv(cx)
                .map(|piece| piece.map(|piece| piece.map(Frame::data))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) if !bytes.is_empty() => {
                SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            }
            _ => SizeHint::default(),
        }
    }
}
