//! 门: where connections come in.
//!
//! Rocket waits for half a request for as long as whoever sends it likes, and cannot be told
//! otherwise. So the connections are kept here: a head must be there in ten seconds, a body must keep
//! coming, an answer must be taken, and nobody holds more seats than are hers. What was heard to its end
//! is handed on to Rocket in this process: there is no second connection, and the address it came from
//! stays known. The one answer asked for more often than all others is given right here
//! (`verify::window`).

mod passing;
mod patience;
mod seats;

use crate::web::door::passing::Guest;
use crate::web::door::patience::Patient;
use crate::web::door::seats::{Seated, Seats};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rocket::local::asynchronous::Client;
use rocket::tokio::net::{TcpListener, TcpStream};
use rocket::tokio::signal;
use rocket::tokio::time::{Instant, sleep, sleep_until};
use rocket::{Phase, Rocket, Shutdown, tokio};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// How long the door waits, and for how many.
#[derive(Clone, Debug)]
pub struct Manners {
    /// For the head of a request, from the connection's beginning or the answer before; and for a
    /// body to begin.
    pub patience: Duration,
    /// Connections at once.
    pub most: usize,
    /// Connections at once from one address.
    pub each: usize,
}

impl Manners {
    /// As many as this process may open files for, and everybody her share; behind a proxy all come
    /// from one address.
    pub fn usual(behind_proxy: bool) -> Self {
        let most = 2_000.min(files() / 2);
        Self {
            patience: Duration::from_secs(10),
            most,
            each: if behind_proxy { most } else { most.min(200) },
        }
    }
}

/// How many files this process may have open; few, where nobody says.
fn files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .and_then(|rest| rest.split_whitespace().next())
        .map_or(256, |soft| soft.parse().unwrap_or(usize::MAX))
}

/// The largest head of a request.
const HEAD: usize = 64 * 1024;
/// How long those being answered may go on once the server stops.
const PARTING: Duration = Duration::from_secs(5);
/// How long what nobody waits for may still take after that.
const FORGETTING: Duration = Duration::from_millis(500);

/// Why a door did not open.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unopened(String);

/// Runs what serves to its end, on as many threads as the machine has cores.
pub fn run(serving: impl Future<Output = Result<(), Unopened>>) -> Result<(), Unopened> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("counter")
        .build()
        .map_err(|error| Unopened(format!("no threads can be had: {error}")))?;
    let ended = runtime.block_on(serving);
    runtime.shutdown_timeout(FORGETTING);
    ended
}

/// Answers at the server's address until it is told to stop.
pub async fn open<P: Phase>(server: Rocket<P>, manners: Manners) -> Result<(), Unopened> {
    let client = Client::untracked(server)
        .await
        .map_err(|error| Unopened(error.to_string()))?;
    let config = client.rocket().config();
    let at = SocketAddr::new(config.address, config.port);
    let listener = TcpListener::bind(at)
        .await
        .map_err(|error| Unopened(format!("nobody can listen on {at}: {error}")))?;
    let stop = client.rocket().shutdown();
    if config.shutdown.ctrlc {
        heed_signals(stop.clone()).map_err(|error| Unopened(error.to_string()))?;
    }
    let client = Arc::new(client);
    let seats = Arc::new(Seats::new(manners.most, manners.each));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(manners.patience)
        .max_buf_size(HEAD);
    let mut stopping = stop.clone();
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stopping => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, from)) => {
                let Some(seat) = seats.take(from.ip()) else {
                    continue;
                };
                let guest = Guest {
                    client: Arc::clone(&client),
                    seat: Arc::clone(seat.seat()),
                    room: seat.room(),
                    from,
                    patience: manners.patience,
                };
                tokio::spawn(host(guest, seat, stream, http.clone(), stop.clone()));
            }
            // Out of files, or whoever came has gone again: neither is a reason to shut.
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
    drop(listener);
    let last = Instant::now() + PARTING;
    while seats.taken() > 0 && Instant::now() < last {
        sleep(Duration::from_millis(20)).await;
    }
    seats.clear();
    for _ in 0..50 {
        if Arc::strong_count(&client) == 1 {
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    if let Ok(client) = Arc::try_unwrap(client) {
        client.terminate().await;
    }
    Ok(())
}

/// One connection, from its first byte to its end.
async fn host(
    guest: Guest,
    _seated: Seated,
    stream: TcpStream,
    http: http1::Builder,
    mut stop: Shutdown,
) {
    // An answer is written in one piece: waiting for more of it only delays it.
    let _ = stream.set_nodelay(true);
    let guest = Arc::new(guest);
    let seat = Arc::clone(&guest.seat);
    let service = service_fn(move |request| passing::pass(Arc::clone(&guest), request));
    let mut connection = pin!(http.serve_connection(TokioIo::new(Patient::new(stream)), service));
    tokio::select! {
        biased;
        () = seat.called_away() => return,
        _ = connection.as_mut() => return,
        () = &mut stop => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection => {}
        () = seat.called_away() => {}
        () = sleep_until(Instant::now() + PARTING) => {}
    }
}

/// Stops the server when the terminal or the system says so.
fn heed_signals(stop: Shutdown) -> std::io::Result<()> {
    #[cfg(unix)]
    let mut told = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = signal::ctrl_c() => {}
            _ = told.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = signal::ctrl_c().await;
        stop.notify();
    });
    Ok(())
}
