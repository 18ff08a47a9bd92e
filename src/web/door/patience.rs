//! 耐心: a connection whose other end must take what it asked for.

use rocket::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use rocket::tokio::net::TcpStream;
use rocket::tokio::time::{Instant, Sleep, sleep_until};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// How long an answer may wait to be taken before anything of it is.
const GRACE: Duration = Duration::from_secs(30);
/// Bytes a second it must be taken at from then on.
const RATE: u64 = 1024;

/// A stream that gives up on a reader who does not read.
pub struct Patient {
    stream: TcpStream,
    /// While the other end takes nothing: since when this answer was held up, and what of it went.
    held: Option<Held>,
}

struct Held {
    since: Instant,
    sent: u64,
    until: Pin<Box<Sleep>>,
}

impl Held {
    fn new() -> Self {
        let since = Instant::now();
        Self {
            since,
            sent: 0,
            until: Box::pin(sleep_until(since + GRACE)),
        }
    }

    /// So much went: there is so much more time.
    fn went(&mut self, bytes: usize) {
        self.sent += u64::try_from(bytes).unwrap_or(u64::MAX);
        let until = self.since + GRACE + Duration::from_secs(self.sent / RATE);
        self.until.as_mut().reset(until);
    }
}

impl Patient {
    /// A stream to be patient with, to a degree.
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, held: None }
    }

    fn judge(
        &mut self,
        cx: &mut Context<'_>,
        wrote: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match wrote {
            Poll::Ready(Ok(bytes)) => {
                if let Some(held) = &mut self.held {
                    held.went(bytes);
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(failed) => Poll::Ready(failed),
            Poll::Pending => {
                let held = self.held.get_or_insert_with(Held::new);
                match held.until.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        // A new request: the answers before were taken.
        if self.held.is_some() && buffer.filled().len() > before {
            self.held = None;
        }
        read
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.judge(cx, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.judge(cx, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
