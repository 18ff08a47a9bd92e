//! 核验页内容: what the page says of a certificate that is on record.

use crate::acts::verification::Verified;
use crate::domain::certificate::{CertificateKind, Standing};
use crate::domain::code_set;
use crate::domain::occupation::{self, Admission, Occupation};
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::{Now, beijing};
use crate::seal::finding::Light;
use crate::store::certificates::Certificate;
use crate::web::frame::Frame;
use crate::web::parts::Way;
use crate::web::verify::certified::{Certified, Check, Revoked, Subject, Suspended};
use crate::web::verify::verdict::Verdict;
use crate::web::verify::view::Show;
use crate::web::words::Words;
use chrono::Days;
use data_encoding::BASE64URL_NOPAD;
use std::borrow::Cow;

/// The page of a verdict on a certificate that is on record; `tampered` when nothing of the record
/// may be shown as fact.
pub(super) fn show(
    f: Frame,
    verdict: Verdict,
    verified: &Verified,
    tampered: bool,
    base: &str,
    now: Now,
) -> Show {
    let w = f.w;
    let certificate = &verified.public.certificate;
    let mut show = Show::of(f, verdict, now);
    show.checks = checks(w, verdict, verified, now);
    show.address = format!("{base}/v/{}", certificate.token);
    if tampered {
        show.advice = w.t("verify.show.tampered").to_owned();
        return show;
    }
    show.certified = Some(certified(
        w,
        certificate,
        &verified.public.issuer.0,
        verified.public.after.print_of(certificate),
    ));
    show.provenance = format!("/v/{}/provenance", certificate.token);
    show.restored = verified
        .public
        .after
        .restored
        .map(|(at, _)| beijing(at).date_naive());
    if let Standing::Suspended { since, reason } = &verified.standing {
        show.suspended = Some(Suspended {
            since: *since,
            reason: w.pick(reason.name(), reason.name_en()).to_owned(),
        });
    }
    if let Standing::Revoked(revocation) = &verified.standing {
        show.revoked = Some(Revoked {
            on: revocation.on,
            reason: w
                .pick(revocation.reason.name(), revocation.reason.name_en())
                .to_owned(),
            by: if verified.by_bureau {
                w.t("verify.show.bureau").to_owned()
            } else {
                verified.public.issuer.0.clone()
            },
            appeal: verified.public.issuer.1.clone(),
        });
    }
    show.newer = verified
        .successor
        .as_ref()
        .map(|successor| Way::new(&successor.number, format!("/v/{}", successor.token)));
    show.technical = technical(verified);
    show
}

fn checks(w: Words, verdict: Verdict, verified: &Verified, now: Now) -> Vec<Check> {
    let [key, filed, as_of, logged] = Grounds::of(w, verified, now).told(w, verified);
    let content = verified.checks.content && verdict != Verdict::Mismatch;
    let issuer = if verified.checks.issuer {
        filed
    } else {
        String::new()
    };
    let revoked = matches!(verified.standing, Standing::Revoked(_));
    let mut checks = vec![
        Check::new(w, "content", Light::of(content), key),
        Check::new(w, "issuer", Light::of(verified.checks.issuer), issuer),
        Check::new(w, "standing", Light::of(!revoked), as_of),
        Check::new(w, "log", logged_light(verified), logged),
    ];
    // Told only of a key that fell into strange hands: of all others there is nothing to tell.
    if let Some(cut_off) = verified.public.key_lost {
        let good = verified.public.after.doubted.is_none();
        let about = w.f("verify.show.key_lost", &[&w.moment(cut_off)]);
        checks.push(Check::new(w, "key", Light::of(good), about));
    }
    checks
}

/// What the checks rest on: the key's year, what was filed, the moment of asking, and when and where
/// the issue was entered in the log.
pub(super) struct Grounds<'a> {
    pub(super) year: String,
    pub(super) issuer: Cow<'a, str>,
    pub(super) document: Cow<'a, str>,
    pub(super) now: String,
    pub(super) logged_at: String,
    pub(super) place: String,
}

impl<'a> Grounds<'a> {
    pub(super) fn of(w: Words, verified: &'a Verified, now: Now) -> Self {
        let public = &verified.public;
        let (logged_at, place) = match public.logged {
            Some((at, Some(place))) => (w.moment(at), (place + 1).to_string()),
            _ => Default::default(),
        };
        Self {
            year: public.key.1.to_string(),
            issuer: public.issuer.0.as_str().into(),
            document: public
                .filed
                .as_ref()
                .map_or_else(Cow::default, |filed| filed.4.as_str().into()),
            now: w.moment(now.utc()),
            logged_at,
            place,
        }
    }

    /// The sentences: of the key, the filing, the register of this moment, the log.
    pub(super) fn told(&self, w: Words, verified: &Verified) -> [String; 4] {
        let public = &verified.public;
        [
            w.f("verify.show.key", &[&self.year]),
            if public.filed.is_some() {
                w.f("verify.show.filed", &[&self.issuer, &self.document])
            } else {
                self.issuer.to_string()
            },
            w.f("verify.show.as_of", &[&self.now]),
            match public.logged {
                None => w.t("verify.show.log_before").to_owned(),
                Some((_, None)) => w.t("verify.show.log_waits").to_owned(),
                Some((_, Some(_))) => w.f("verify.show.logged", &[&self.logged_at, &self.place]),
            },
        ]
    }
}

/// Whether its issue stands in the public log, and not much later than it is dated: whoever dates a
/// certificate back cannot date the log back.
pub(super) fn logged_light(verified: &Verified) -> Light {
    match verified.public.logged {
        None | Some((_, None)) => Light::Open,
        Some((at, Some(_))) => {
            let due = verified.public.certificate.issued_on + Days::new(1);
            Light::of(beijing(at).date_naive() <= due)
        }
    }
}

/// For those who check for themselves.
fn technical(verified: &Verified) -> Vec<(String, String)> {
    let certificate = &verified.public.certificate;
    [
        ("alg", verified.public.key.2.clone()),
        ("kid", certificate.key_id.clone()),
        ("token", certificate.token.clone()),
        (
            "status",
            format!("{}/{}", certificate.status_list, certificate.status_index),
        ),
        ("cose", BASE64URL_NOPAD.encode(&certificate.cose)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The kind of a document in the visitor's language.
pub(in crate::web) fn id_kind(w: Words, code: &str) -> String {
    code_set::find("id_type", code).map_or_else(
        || "--".to_owned(),
        |entry| w.pick(&entry.name, &entry.name_en).to_owned(),
    )
}

/// The permit the work also needs: its name, or nothing but that there is one.
pub(super) fn permit(w: Words, occupation: &Occupation) -> Option<String> {
    match (&occupation.permit, occupation.admission) {
        (Some((zh, en)), _) => Some(w.pick(zh, en).to_owned()),
        (None, Some(Admission::Permit | Admission::Entry)) => Some(String::new()),
        (None, _) => None,
    }
}

/// Until when a certificate is good, in words.
pub(super) fn until(w: Words, certificate: &Certificate) -> String {
    certificate.expires_on.map_or_else(
        || w.t("verify.field.for_ever").to_owned(),
        |day| w.date(day),
    )
}

fn certified(w: Words, certificate: &Certificate, issuer: &str, print: i32) -> Certified {
    let known = certificate.occupation.as_ref().and_then(occupation::find);
    let subject = match certificate.kind {
        CertificateKind::Level => Subject::Level {
            occupation: certificate.occupation_name.clone(),
            occupation_en: known.and_then(|occupation| occupation.name_en.clone()),
            work_type: certificate.work_type.clone(),
            level: certificate.level.map_or("", SkillLevel::as_str),
            permit: known.and_then(|occupation| permit(w, occupation)),
        },
        CertificateKind::Completion => Subject::Completion {
            course: certificate
                .course_name
                .clone()
                .unwrap_or_else(|| certificate.occupation_name.clone()),
            hours: i64::from(certificate.hours.unwrap_or_default()),
            span: (
                certificate.began.unwrap_or(certificate.issued_on),
                certificate.ended.unwrap_or(certificate.issued_on),
            ),
        },
    };
    Certified {
        holder: certificate.holder.clone(),
        romanised: None,
        id_kind: id_kind(w, &certificate.id_kind),
        id_tail: certificate.id_tail.clone(),
        subject,
        number: certificate.number.clone(),
        issuer: issuer.to_owned(),
        issued_on: w.date(certificate.issued_on),
        until: until(w, certificate),
        print: u32::try_from(print).unwrap_or(1),
        photo: None,
    }
}
