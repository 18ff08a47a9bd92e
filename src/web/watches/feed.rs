//! 订阅: what became of watched certificates, as an Atom feed (RFC 4287).

use crate::acts::watches::{self, News, Watching};
use crate::domain::watch::WatchId;
use crate::ground::clock::beijing;
use crate::web::desk::Desk;
use crate::web::guards::Caller;
use crate::web::refusal::No;
use crate::web::words::Words;
use rocket::State;
use rocket::http::ContentType;
use rocket::response::{self, Responder, Response};
use std::io::Cursor;

/// A feed as it is sent.
pub struct Atom(String);

impl<'r> Responder<'r, 'static> for Atom {
    fn respond_to(self, _: &'r rocket::Request<'_>) -> response::Result<'static> {
        Response::build()
            .header(ContentType::new("application", "atom+xml"))
            .raw_header("Cache-Control", "private, no-cache")
            .raw_header("X-Robots-Tag", "noindex")
            .sized_body(self.0.len(), Cursor::new(self.0.into_bytes()))
            .ok()
    }
}

/// An entry for each certificate that is no longer simply in force.
#[rocket::get("/watches/<id>/feed.atom")]
pub async fn feed(caller: Caller, id: WatchId, desk: &State<Desk>) -> Result<Atom, No> {
    let now = desk.now();
    let key = id.clone();
    let watch = desk
        .ask(move |registry| watches::read(registry, &key, now))
        .await?;
    let base = &desk.registry().settings.public_base_url;
    Ok(Atom(written(caller.words(), base, &id, &watch)))
}

fn written(w: Words, base: &str, id: &WatchId, watch: &Watching) -> String {
    let begun = beijing(watch.at).to_rfc3339();
    let stamp = |one: &News| match one.since {
        Some(day) => format!("{day}T00:00:00+08:00"),
        None => begun.clone(),
    };
    let latest = watch.news.iter().map(stamp).max();
    let updated = latest.map_or(begun.clone(), |latest| latest.max(begun.clone()));
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\
         <id>{base}/watches/{id}</id><title>{}</title><updated>{updated}</updated>\
         <author><name>{}</name></author><link rel=\"self\" href=\"{base}/watches/{id}/feed.atom\"/>\
         <link href=\"{base}/watches/{id}\"/>\n",
        w.lang.tag(),
        xml(&w.f("watch.feed", &[&w.count(watch.total)])),
        xml(w.t("frame.name")),
    );
    for one in &watch.news {
        let since = one.since.map_or(String::new(), |day| day.to_string());
        let title = w.f(
            "watch.entry",
            &[&one.number, &w.c("list_verdict", one.verdict)],
        );
        feed += &format!(
            "<entry><id>{base}/watches/{id}#{}-{}-{since}</id><title>{}</title><updated>{}</updated>\
             <link href=\"{base}/verify\"/><summary>{}</summary></entry>\n",
            xml(&one.number),
            one.verdict,
            xml(&title),
            stamp(one),
            xml(w.c("list_reason", one.verdict)),
        );
    }
    feed + "</feed>\n"
}

fn xml(says: &str) -> String {
    says.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
