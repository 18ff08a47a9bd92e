//! 版: the page of a certificate in force, drawn once for all that differ only in whose they are.
//!
//! Nearly everything on such a page is the same for all certificates of one trade and level. It is
//! drawn once with a mark wherever a certificate's own facts stand, and cut at the marks; from then on
//! only the facts are looked up and set between the pieces. Nothing of a certificate is kept: what is
//! remembered has only marks in it.

use crate::acts::verification::Verified;
use crate::domain::certificate::CertificateKind;
use crate::domain::skill_level::SkillLevel;
use crate::ground::chance;
use crate::ground::clock::Now;
use crate::web::guards::Caller;
use crate::web::verify::shown::{self, Grounds};
use crate::web::verify::verdict::Verdict;
use crate::web::verify::view::Show;
use crate::web::words::Words;
use askama::Template;
use askama::filters::{Escaper, Html};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use parking_lot::RwLock;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// How many facts a page has that are of one certificate alone.
const FACTS: usize = 16;
type Facts<'a> = [Cow<'a, str>; FACTS];

/// As many trades and levels as a city has, in both languages and sizes; then it starts anew. Some
/// seven kilobytes each.
const MOST: usize = 1_000;

static PLATES: LazyLock<RwLock<HashMap<String, Arc<Plate>>>> = LazyLock::new(RwLock::default);

/// The page of this certificate, when it is one of those that differ in their facts alone: a
/// certificate of a skill level, in force and nothing else to tell, before somebody not signed in.
pub(super) fn page(
    caller: &Caller,
    verdict: Verdict,
    verified: &Verified,
    base: &str,
    now: Now,
) -> Option<String> {
    let (visit, public) = (&caller.visit, &verified.public);
    let certificate = &public.certificate;
    let plain = verdict == Verdict::Valid
        && certificate.kind == CertificateKind::Level
        && public.after.restored.is_none()
        && public.key_lost.is_none()
        && public.after.print_of(certificate) == 1
        && caller.present.is_none()
        && visit.safe
        && visit.path.strip_prefix("/v/") == Some(certificate.token.as_str());
    if !plain {
        return None;
    }
    let w = visit.words();
    let kind = kind_of(caller, verified, base);
    let known = PLATES.read().get(&kind).cloned();
    let plate = match known {
        Some(plate) => plate,
        None => {
            let f = caller.frame("verify.name").under("verify");
            let show = shown::show(f, verdict, verified, false, base, now);
            let plate = Arc::new(Plate::cut(&marked(show, verified, base)?.render().ok()?));
            let mut plates = PLATES.write();
            if plates.len() >= MOST {
                plates.clear();
            }
            plates.insert(kind, Arc::clone(&plate));
            plate
        }
    };
    Some(plate.set(&facts(w, verified, now)))
}

/// What pages of one plate have in common.
fn kind_of(caller: &Caller, verified: &Verified, base: &str) -> String {
    let certificate = &verified.public.certificate;
    let mut kind = String::with_capacity(160);
    for part in [
        caller.words().lang.code(),
        if caller.visit.big { "big" } else { "" },
        caller.host(),
        base,
        certificate
            .occupation
            .as_ref()
            .map_or("", |code| code.as_str()),
        &certificate.occupation_name,
        certificate.work_type.as_deref().unwrap_or("\n"),
        certificate.level.map_or("", SkillLevel::as_str),
        &certificate.id_kind,
        shown::logged_light(verified).code(),
        match verified.public.logged {
            None => "before",
            Some((_, None)) => "waits",
            Some((_, Some(_))) => "logged",
        },
    ] {
        kind.push_str(part);
        kind.push('\n');
    }
    kind
}

/// The facts of one certificate, in the order of [`marked`].
fn facts(w: Words, verified: &Verified, now: Now) -> Facts<'_> {
    let public = &verified.public;
    let certificate = &public.certificate;
    let grounds = Grounds::of(w, verified, now);
    let status = format!("{}/{}", certificate.status_list, certificate.status_index);
    [
        certificate.token.as_str().into(),
        certificate.holder.as_str().into(),
        certificate.id_tail.as_str().into(),
        certificate.number.as_str().into(),
        w.date(certificate.issued_on).into(),
        shown::until(w, certificate).into(),
        grounds.year.into(),
        grounds.issuer,
        grounds.document,
        grounds.now.into(),
        grounds.logged_at.into(),
        grounds.place.into(),
        public.key.2.as_str().into(),
        certificate.key_id.as_str().into(),
        status.into(),
        BASE64URL_NOPAD.encode(&certificate.cose).into(),
    ]
}

/// The page with a mark for each of [`facts`]; none when it has others than those.
fn marked(mut show: Show, verified: &Verified, base: &str) -> Option<Show> {
    let mut marks = (0..FACTS).map(mark);
    let mut next = || marks.next().unwrap_or_default();
    let token = next();
    show.f.path = format!("/v/{token}");
    show.address = format!("{base}/v/{token}");
    show.provenance = format!("/v/{token}/provenance");
    let certified = show.certified.as_mut()?;
    certified.holder = next();
    certified.id_tail = next();
    certified.number = next();
    certified.issued_on = next();
    certified.until = next();
    let grounds = Grounds {
        year: next(),
        issuer: next().into(),
        document: next().into(),
        now: next(),
        logged_at: next(),
        place: next(),
    };
    certified.issuer = grounds.issuer.to_string();
    show.when.clone_from(&grounds.now);
    let abouts = grounds.told(show.f.w, verified);
    if show.checks.len() != abouts.len() {
        return None;
    }
    for (check, about) in show.checks.iter_mut().zip(abouts) {
        check.about = about;
    }
    let [alg, kid, of, status, cose] = show.technical.as_mut_slice() else {
        return None;
    };
    of.1 = token;
    for line in [alg, kid, status, cose] {
        line.1 = next();
    }
    Some(show)
}

/// A mark nobody can know, of letters and figures only: neither HTML nor an address writes it
/// otherwise.
fn mark(fact: usize) -> String {
    static SECRET: LazyLock<String> = LazyLock::new(|| HEXLOWER.encode(&chance::bytes::<12>()));
    format!("{}{fact:02}", *SECRET)
}

/// A page cut at its marks.
struct Plate {
    /// Each piece, and the fact that follows it.
    pieces: Vec<(String, usize)>,
    /// The last piece.
    rest: String,
    /// How long a page gets, about.
    length: usize,
}

impl Plate {
    fn cut(page: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = page;
        let marks: Vec<String> = (0..FACTS).map(mark).collect();
        while let Some((at, fact)) = marks
            .iter()
            .enumerate()
            .filter_map(|(fact, mark)| Some((rest.find(mark.as_str())?, fact)))
            .min()
        {
            pieces.push((rest[..at].to_owned(), fact));
            rest = &rest[at + marks[fact].len()..];
        }
        Self {
            pieces,
            rest: rest.to_owned(),
            length: page.len() + 1_024,
        }
    }

    fn set(&self, facts: &Facts<'_>) -> String {
        let mut page = String::with_capacity(self.length);
        for (piece, fact) in &self.pieces {
            page.push_str(piece);
            let fact = &*facts[*fact];
            if is_plain(fact) {
                page.push_str(fact);
            } else {
                // Writing into a string cannot fail.
                let _ = Html.write_escaped_str(&mut page, fact);
            }
        }
        page.push_str(&self.rest);
        page
    }
}

/// Whether nothing in it is written otherwise in HTML. Looked through to its end, which takes less time
/// than to stop at the first.
fn is_plain(fact: &str) -> bool {
    let marks = |plain, byte| plain & !matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'');
    fact.bytes().fold(true, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_set_where_its_mark_stood_and_escaped() {
        let page = format!("<p>{}</p><a href=\"/v/{}\">{0}</a>", mark(2), mark(0));
        let mut facts = Facts::default();
        facts[0] = "ltzlud5uga7glbfc".into();
        facts[2] = format!("<b>&\"'{}", mark(0)).into();
        let set = Plate::cut(&page).set(&facts);
        let name = format!("&#60;b&#62;&#38;&#34;&#39;{}", mark(0));
        assert_eq!(
            set,
            format!("<p>{name}</p><a href=\"/v/ltzlud5uga7glbfc\">{name}</a>")
        );
    }

    #[test]
    fn a_page_without_marks_is_itself() {
        assert_eq!(
            Plate::cut("<p>有效</p>").set(&Facts::default()),
            "<p>有效</p>"
        );
    }
}
