//! 门: slow clients hold nobody up.

use crate::hall::Hall;
use guildhall::web::door::{self, Manners};
use guildhall::web::{self, Counter};
use rocket::tokio::net::TcpSocket;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A counter that people reach over the network.
struct Open {
    at: SocketAddr,
    stop: rocket::Shutdown,
    closed: Option<std::thread::JoinHandle<()>>,
}

impl Open {
    fn of(hall: &Hall, manners: Manners) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        drop(listener);
        let counter = Counter {
            hosts: Vec::new(),
            anonymous_per_minute: NonZeroU32::new(3).unwrap(),
            ip_header: None,
            clock: hall.clock.clone(),
        };
        let config = rocket::Config {
            port: at.port(),
            log_level: rocket::config::LogLevel::Off,
            shutdown: rocket::config::Shutdown {
                ctrlc: false,
                ..rocket::config::Shutdown::default()
            },
            ..rocket::Config::release_default()
        };
        let server = web::rocket(Arc::clone(&hall.registry), &counter, config);
        let (tell, told) = std::sync::mpsc::channel();
        let closed = std::thread::spawn(move || {
            let stopped = door::run(async move {
                let server = server.ignite().await.unwrap();
                tell.send(server.shutdown()).unwrap();
                door::open(server, manners).await
            });
            stopped.unwrap();
        });
        let stop = told.recv().unwrap();
        while TcpStream::connect(at).is_err() {
            std::thread::sleep(Duration::from_millis(5));
        }
        Self {
            at,
            stop,
            closed: Some(closed),
        }
    }

    /// What is answered to a whole request, in the ordinary way; and how long that took.
    fn say(&self, request: &str) -> (String, Duration) {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(self.at).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        (
            String::from_utf8_lossy(&answer).into_owned(),
            begun.elapsed(),
        )
    }

    fn get(&self, path: &str) -> (String, Duration) {
        self.say(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.at
        ))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.stop.clone().notify();
        self.closed.take().unwrap().join().unwrap();
    }
}

fn manners() -> Manners {
    Manners {
        patience: Duration::from_secs(2),
        ..Manners::usual(false)
    }
}

/// A connection from one of many addresses of this machine, with something said on it.
fn half_sent(at: SocketAddr, from: Ipv4Addr, said: &str) -> TcpStream {
    let runtime = rocket::tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let stream = runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        socket.connect(at).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    (&stream).write_all(said.as_bytes()).unwrap();
    stream
}

/// Whether the server has closed this connection.
fn is_closed(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let mut buffer = [0; 512];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != ErrorKind::WouldBlock,
        }
    }
}

const HALF: &str = "GET /verify HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ";

#[test]
fn nine_hundred_half_sent_requests_hold_nobody_up() {
    let hall = Hall::new();
    let open = Open::of(&hall, manners());
    for homes in [1, 9] {
        let mut slow: Vec<TcpStream> = (0..900_u32)
            .map(|n| {
                let home = u8::try_from(n % homes).unwrap();
                half_sent(open.at, Ipv4Addr::new(127, 0, 0, 10 + home), HALF)
            })
            .collect();
        // She comes from where the slow ones come from.
        let begun = Instant::now();
        let mut she = half_sent(
            open.at,
            Ipv4Addr::new(127, 0, 0, 10),
            &format!(
                "GET /verify HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                open.at
            ),
        );
        let mut answer = String::new();
        she.read_to_string(&mut answer).unwrap();
        let took = begun.elapsed();
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.contains("核验"),
            "{answer}"
        );
        println!("900 half-sent requests from {homes} addresses: another is answered in {took:?}");
        assert!(took < Duration::from_secs(2), "{took:?}");
        let held = slow
            .iter_mut()
            .filter_map(|one| (!is_closed(one)).then_some(()))
            .count();
        println!("{held} of them were held at that time");
        std::thread::sleep(Duration::from_secs(4));
        let held = slow
            .iter_mut()
            .filter_map(|one| (!is_closed(one)).then_some(()))
            .count();
        assert_eq!(held, 0, "half-sent requests are still held");
    }
}

#[test]
fn a_body_that_does_not_come_and_an_answer_nobody_takes_are_given_up() {
    let hall = Hall::new();
    let open = Open::of(&hall, manners());
    let (answer, took) = open.say(&format!(
        "POST /verify HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ncode=",
        open.at
    ));
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(
        took > Duration::from_secs(1) && took < Duration::from_secs(8),
        "{took:?}"
    );
    // Somebody who says nothing at all.
    let (answer, took) = open.say("");
    assert!(
        answer.is_empty() && took < Duration::from_secs(8),
        "{took:?}"
    );
}

#[test]
fn what_comes_through_the_door_is_what_was_sent() {
    let hall = Hall::new();
    let open = Open::of(&hall, manners());
    // A body is read, the answer tells its length, and a HEAD tells it as well.
    let body = "code=aaaa";
    let (answer, _) = open.say(&format!(
        "POST /verify HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {1}\r\n\r\n{body}",
        open.at,
        body.len()
    ));
    assert!(
        answer.starts_with("HTTP/1.1 3") || answer.starts_with("HTTP/1.1 4"),
        "{answer}"
    );
    let length = |answer: &str| {
        let found = answer.lines().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")
                .map(str::to_owned)
        });
        found.and_then(|length| length.parse::<usize>().ok())
    };
    let (got, _) = open.get("/health/live");
    assert_eq!(
        (length(&got), got.ends_with("live\n")),
        (Some(5), true),
        "{got}"
    );
    let (headed, _) = open.say(&format!(
        "HEAD /health/live HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        open.at
    ));
    assert_eq!(
        (length(&headed), headed.ends_with("\r\n\r\n")),
        (Some(5), true),
        "{headed}"
    );
    // A method that is none, an address that is none, a head without end.
    for bad in [
        "FROB / HTTP/1.1",
        "GET /%zz HTTP/1.1",
        "CONNECT a:1 HTTP/1.1",
    ] {
        let (answer, _) = open.say(&format!(
            "{bad}\r\nHost: {}\r\nConnection: close\r\n\r\n",
            open.at
        ));
        assert!(answer.starts_with("HTTP/1.1 4"), "{bad}: {answer}");
    }
    let (answer, _) = open.say(&format!(
        "GET / HTTP/1.1\r\nX: {}\r\n\r\n",
        "a".repeat(200_000)
    ));
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
    // The address stays known: three requests a minute are free, whoever asks from elsewhere has her own.
    let statuses: Vec<_> = (0..5)
        .map(|_| open.get("/help").0[9..12].to_owned())
        .collect();
    assert_eq!(
        statuses.last().map(String::as_str),
        Some("429"),
        "{statuses:?}"
    );
    let ask = format!(
        "GET /help HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        open.at
    );
    let mut elsewhere = half_sent(open.at, Ipv4Addr::new(127, 0, 0, 77), &ask);
    let mut answer = String::new();
    elsewhere.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
