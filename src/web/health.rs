//! 健康检查: is it alive, can it work, how busy is it.

use crate::acts::Error;
use crate::web::desk::Desk;
use prometheus::{Encoder, HistogramOpts, HistogramVec, Registry as Numbers, TextEncoder};
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{ContentType, Method, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::{Data, Request, Response, State};
use std::borrow::Cow;
use std::time::{Duration, Instant};

/// An answer that took longer is told in the log.
const SLOW: Duration = Duration::from_secs(1);

/// Counts answers by route and status, and how long they took.
#[derive(Clone)]
pub struct Meter {
    numbers: Numbers,
    seconds: HistogramVec,
}

impl Meter {
    /// A meter at zero.
    ///
    /// # Panics
    /// Never: its names are constants.
    pub fn new() -> Self {
        let options = HistogramOpts::new(
            "guildhall_request_seconds",
            "Time to answer, by route and status",
        )
        .buckets(vec![
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0,
        ]);
        let seconds =
            HistogramVec::new(options, &["route", "status"]).expect("a well-formed metric");
        let numbers = Numbers::new();
        numbers
            .register(Box::new(seconds.clone()))
            .expect("registered once");
        Self { numbers, seconds }
    }

    /// Counts an answer. A look that went well is not told besides: a certificate may be scanned a
    /// thousand times an hour. What changes something, goes wrong or takes long is.
    pub fn answered(&self, method: Method, route: &str, status: u16, took: Duration) {
        let code = match status {
            200 => Cow::Borrowed("200"),
            other => Cow::Owned(other.to_string()),
        };
        self.seconds
            .with_label_values(&[route, &*code])
            .observe(took.as_secs_f64());
        let looked = matches!(method, Method::Get | Method::Head);
        let micros = took.as_micros();
        if looked && status < 500 && took < SLOW {
            tracing::debug!(target: "request", %method, route, status, micros);
        } else {
            tracing::info!(target: "request", %method, route, status, micros);
        }
    }
}

impl Default for Meter {
    fn default() -> Self {
        Self::new()
    }
}

#[rocket::async_trait]
impl Fairing for Meter {
    fn info(&self) -> Info {
        Info {
            name: "meter",
            kind: Kind::Request | Kind::Response,
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        request.local_cache(Instant::now);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        // The route's pattern, never the address: addresses hold tokens.
        let route = request.route().map_or("none", |route| route.uri.as_str());
        let took = request.local_cache(Instant::now).elapsed();
        self.answered(request.method(), route, response.status().code, took);
    }
}

/// The process runs.
#[rocket::get("/health/live")]
fn live() -> &'static str {
    "live\n"
}

/// The database answers.
#[rocket::get("/health/ready")]
async fn ready(desk: &State<Desk>) -> (Status, &'static str) {
    let behind = desk.registry().log.is_behind();
    match desk
        .ask(|registry| {
            registry
                .store
                .read(|db| Ok::<_, Error>(db.run("SELECT 1")?))
        })
        .await
    {
        // Still ready: whoever verifies must not be sent elsewhere.
        Ok(()) if behind => (
            Status::Ok,
            "ready to verify; issuing has stopped: the database is behind the published log\n",
        ),
        Ok(()) => (Status::Ok, "ready\n"),
        Err(_) => (Status::ServiceUnavailable, "the database does not answer\n"),
    }
}

/// A scraper on this machine, asking by itself: routes and their traffic are nobody else's business.
struct Scraper;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Scraper {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let near = request
            .remote()
            .is_none_or(|address| address.ip().is_loopback());
        // Whatever a proxy passes on comes from elsewhere, though the proxy itself is near.
        let passed_on = ["Forwarded", "X-Forwarded-For", "X-Real-IP"]
            .iter()
            .any(|name| request.headers().contains(name));
        if near && !passed_on {
            Outcome::Success(Self)
        } else {
            Outcome::Forward(Status::NotFound)
        }
    }
}

/// Prometheus text, for a scraper on this machine.
#[rocket::get("/metrics")]
fn metrics(_scraper: Scraper, meter: &State<Meter>, desk: &State<Desk>) -> (ContentType, Vec<u8>) {
    let behind = i32::from(desk.registry().log.is_behind());
    let mut text = format!(
        "# HELP guildhall_log_behind 1 while the database is behind the published log and nothing is issued\n# TYPE guildhall_log_behind gauge\nguildhall_log_behind {behind}\n"
    )
    .into_bytes();
    if let Err(error) = TextEncoder::new().encode(&meter.numbers.gather(), &mut text) {
        tracing::error!(%error, "metrics could not be written");
    }
    (ContentType::Plain, text)
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![live, ready, metrics]
}
