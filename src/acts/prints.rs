//! 制版: certificates as PDF, drawn when somebody asks; of a signed file only the signature is kept.
//!
//! The paper carries the whole number of the holder's document, as the official form demands
//! (人社鉴发〔2021〕1号), so whoever draws one has seen it: the sight is recorded.
//!
//! One certificate is a signed file ([`signed_files`]). Many at once are pages to be printed on
//! paper, where a signature proves nothing; they are not signed.

use crate::acts::keys::By;
use crate::acts::lineage::Origin;
use crate::acts::photos::{self, Shown};
use crate::acts::signed_files::{self, Papers};
use crate::acts::{Done, Error, Registry, authority, credentials, log, people as persons};
use crate::domain::account::{Reader, Scope};
use crate::domain::assessment::SittingId;
use crate::domain::certificate::{CertificateId, CertificateKind, Standing};
use crate::domain::class::ClassId;
use crate::domain::code_set;
use crate::domain::deed::Deed;
use crate::domain::id_kind::IdDocument;
use crate::domain::occupation;
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use crate::paper::certificate as level_paper;
use crate::paper::completion as completion_paper;
use crate::paper::layout::Value;
use crate::paper::signature::{self, Bound};
use crate::paper::template::{Issuer, Unprintable};
use crate::seal::scan::qr_text;
use crate::seal::ticket::Sealed;
use crate::store::certificates::{self, Certificate};
use crate::store::institutions::Registered;
use crate::store::sharing::Copy;
use crate::store::{Conn, classes, institutions, ledger, people, sittings};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// A drawn document.
pub struct Drawn {
    /// What its file is called.
    pub name: String,
    /// The PDF.
    pub bytes: Vec<u8>,
}

/// Who holds a certificate and where it comes from, as far as its paper tells.
struct Holder {
    document: IdDocument,
    shown: Shown,
    origin: Option<Origin>,
}

/// At most so many pages in one file.
pub const PAGES: usize = 500;

/// One certificate that stands, signed by its issuer.
pub fn draw(registry: &Registry, reader: &Reader, id: &CertificateId, now: Now) -> Done<Drawn> {
    let actor = reader.actor();
    signed(
        registry,
        &actor.scope,
        id,
        By::Actor(actor),
        now,
        |db, certificate| {
            people::record_sight(
                db,
                &actor.account,
                &certificate.person,
                "id_number",
                "certificate",
                now,
            )?;
            let own = Some(&certificate.institution);
            Ok(ledger::enter(
                db,
                actor,
                Deed::CertificateDrawn,
                own,
                id,
                &[],
                now,
            )?)
        },
    )
}

/// The same for its own holder: it is her own number that it shows, so no sight is recorded.
pub(super) fn draw_own(registry: &Registry, certificate: &Certificate, now: Now) -> Done<Drawn> {
    let id = &certificate.id;
    signed(registry, &Scope::All, id, By::Registry, now, |_, _| Ok(()))
}

/// One certificate of a scope as its issuer's signed file, credential and log proof bound in.
/// `noted` writes down who draws it.
fn signed(
    registry: &Registry,
    scope: &Scope,
    id: &CertificateId,
    by: By<'_>,
    now: Now,
    noted: impl Fn(&mut Conn, &Certificate) -> Done<()>,
) -> Done<Drawn> {
    let certificate = registry.store.read(|db| standing(db, scope, id, now))?;
    // The credential opens a transaction of its own when it was never asked for before.
    let papers = Papers {
        credential: credentials::document_of(registry, &certificate.token, now)?,
        proof: registry
            .store
            .read(|db| log::open_proof_of(db, registry, id))?,
    };
    let (certificate, holder, order) = registry.store.write(|db| {
        let certificate = standing(db, scope, id, now)?;
        noted(db, &certificate)?;
        let issuer = institutions::one(db, &certificate.institution)?;
        let holder = holder(db, registry, &certificate)?;
        let order = signed_files::order(db, registry, &certificate, &issuer, papers, by, now)?;
        Ok::<_, Error>((certificate, holder, order))
    })?;
    let (name, name_en, base) = order.drawn_with();
    let plate = plate(name, name_en, base, certificate.kind)?;
    let base = base.to_owned();
    let bytes = signed_files::make(registry, &certificate, order, now, |bound| match &*plate {
        Plate::Level(template) => template.bind(&level_face(&certificate, &holder, &base), bound),
        Plate::Completion(template) => {
            template.bind(&completion_face(&certificate, &holder, &base), bound)
        }
    })?;
    Ok(Drawn {
        name: format!("{}.pdf", certificate.number),
        bytes,
    })
}

/// A certificate of a scope in its latest printing, when it stands today.
fn standing(db: &mut Conn, scope: &Scope, id: &CertificateId, now: Now) -> Done<Certificate> {
    let (mut certificate, _, after) = certificates::of(db, scope, id)?;
    certificate.print = after.print_of(&certificate);
    match after.standing(certificate.expires_on, now.day()) {
        Standing::Revoked(revocation) => Err(Refusal::new("certificate.revoked")
            .with(revocation.on)
            .into()),
        Standing::Doubtful { since } => {
            Err(Refusal::new("certificate.doubtful").with(since).into())
        }
        Standing::Suspended { since, .. } => {
            Err(Refusal::new("certificate.suspended").with(since).into())
        }
        Standing::Replaced(replacement) | Standing::Corrected(replacement) => {
            Err(Refusal::new("certificate.replaced")
                .with(replacement.on)
                .into())
        }
        _ => Ok(certificate),
    }
}

/// Who holds a certificate and where it comes from, for its paper.
fn holder(db: &mut Conn, registry: &Registry, certificate: &Certificate) -> Done<Holder> {
    let person = people::several(db, std::slice::from_ref(&certificate.person))?;
    let document = persons::documents(db, &registry.vault, &person)?
        .remove(&certificate.person)
        .ok_or(Error::NotFound)?;
    let id = &certificate.id;
    let shown = photos::shown_on(db, &registry.vault, std::slice::from_ref(id))?
        .remove(id)
        .unwrap_or_default();
    let origin = Origin::of(db, std::slice::from_ref(id))?.remove(id);
    Ok(Holder {
        document,
        shown,
        origin,
    })
}

/// A copy for one purpose: the paper of today, with purpose and last day across it, signed by the
/// registry; its code carries the certificate's own signature.
pub(super) fn draw_copy(
    registry: &Registry,
    certificate: &Certificate,
    copy: &Copy,
    now: Now,
) -> Done<Drawn> {
    let (certificate, issuer, holder) = registry.store.read(|db| {
        let certificate = standing(db, &Scope::All, &certificate.id, now)?;
        let issuer = institutions::one(db, &certificate.institution)?;
        let holder = holder(db, registry, &certificate)?;
        Ok::<_, Error>((certificate, issuer, holder))
    })?;
    let base = &registry.settings.public_base_url;
    let issuer = &issuer.institution;
    let plate = plate(&issuer.name, &issuer.name_en, base, certificate.kind)?;
    let (qr, edition, across) = told(copy, &certificate, base);
    let host = base
        .split_once("://")
        .map_or(base.as_str(), |(_, host)| host);
    let author = format!("匠册登记册 {host}");
    let signing = registry
        .store
        .write(|db| authority::own_signing(db, registry, &author, now))?;
    let told = signature::copy(&copy.purpose, copy.ends_on, &certificate.number);
    let draw = |bound: &Bound| match &*plate {
        Plate::Level(template) => template.bind(
            &level_paper::Face {
                qr: qr.clone(),
                edition: edition.clone(),
                across: across.clone(),
                ..level_face(&certificate, &holder, base)
            },
            bound,
        ),
        Plate::Completion(template) => template.bind(
            &completion_paper::Face {
                qr: qr.clone(),
                edition: edition.clone(),
                across: across.clone(),
                ..completion_face(&certificate, &holder, base)
            },
            bound,
        ),
    };
    let file = signed_files::signed(registry, &signing, author.clone(), vec![told], now, &draw)?;
    Ok(Drawn {
        name: format!("{}-copy.pdf", certificate.number),
        bytes: file.bytes,
    })
}

/// What a copy says instead of the whole certificate: its code, its edition, the words across it.
/// The code leads to the copy, with the same signed digits: a scanner without a network still checks
/// the certificate itself.
fn told(
    copy: &Copy,
    certificate: &Certificate,
    base: &str,
) -> (String, Option<String>, Option<String>) {
    let whole = qr(certificate, base);
    let digits = whole.split_once('#').map_or("", |(_, digits)| digits);
    let until = copy.ends_on.format("%Y年%-m月%-d日");
    (
        format!("{base}/c/{}#{digits}", copy.token),
        Some(format!("加注副本：仅用于{}，有效期至{until}", copy.purpose)),
        Some(format!("仅用于{}　有效期至{until}", copy.purpose)),
    )
}

/// The certificates of a sitting that stand, a page each, to be printed at once; in parts of
/// [`PAGES`] counted from 1.
pub fn draw_sitting(
    registry: &Registry,
    reader: &Reader,
    id: &SittingId,
    part: usize,
    now: Now,
) -> Done<Drawn> {
    let rows = registry.store.read(|db| {
        sittings::of(db, &reader.actor().scope, id)?;
        Ok::<_, Error>(
            certificates::of_sitting(db, id)?
                .into_iter()
                .map(|(_, row)| row)
                .collect::<Vec<_>>(),
        )
    })?;
    draw_part(registry, reader, &rows, part, now)
}

/// The same for the completion certificates of a class.
pub fn draw_class(
    registry: &Registry,
    reader: &Reader,
    id: &ClassId,
    part: usize,
    now: Now,
) -> Done<Drawn> {
    let rows = registry.store.read(|db| {
        classes::of(db, &reader.actor().scope, id)?;
        Ok::<_, Error>(
            certificates::of_class(db, id)?
                .into_iter()
                .map(|(_, row)| row)
                .collect::<Vec<_>>(),
        )
    })?;
    draw_part(registry, reader, &rows, part, now)
}

fn draw_part(
    registry: &Registry,
    reader: &Reader,
    rows: &[certificates::Listed],
    part: usize,
    now: Now,
) -> Done<Drawn> {
    let actor = reader.actor();
    let ids: Vec<_> = rows
        .iter()
        .filter(|row| row.after.standing(row.expires_on, now.day()).is_valid())
        .skip(part.saturating_sub(1).saturating_mul(PAGES))
        .take(PAGES)
        .map(|row| row.id.clone())
        .collect();
    if ids.is_empty() {
        return Err(Error::NotFound);
    }
    let prints: HashMap<_, _> = rows
        .iter()
        .filter_map(|row| Some((row.id.clone(), row.after.print?)))
        .collect();
    let (issuer, pages) = registry.store.write(|db| {
        let mut issued = certificates::several(db, &ids)?;
        for certificate in &mut issued {
            if let Some(print) = prints.get(&certificate.id) {
                certificate.print = certificate.print.max(*print);
            }
        }
        let first = issued.first().ok_or(Error::NotFound)?;
        let issuer = institutions::one(db, &first.institution)?;
        let holders: Vec<_> = issued
            .iter()
            .map(|certificate| certificate.person.clone())
            .collect();
        let found = people::several(db, &holders)?;
        let mut documents = persons::documents(db, &registry.vault, &found)?;
        people::record_sights(
            db,
            &actor.account,
            &holders,
            "id_number",
            "certificate",
            now,
        )?;
        let part = part.to_string();
        let lines: Vec<_> = issued
            .iter()
            .map(|one| (one.id.as_str(), "part", part.as_str()))
            .collect();
        ledger::enter_each(
            db,
            actor,
            Deed::CertificateDrawn,
            Some(&first.institution),
            &lines,
            now,
        )?;
        let mut shown = photos::shown_on(db, &registry.vault, &ids)?;
        let mut origins = Origin::of(db, &ids)?;
        let pages = issued
            .iter()
            .map(|certificate| {
                let document = documents
                    .remove(&certificate.person)
                    .ok_or(Error::NotFound)?;
                let holder = Holder {
                    document,
                    shown: shown.remove(&certificate.id).unwrap_or_default(),
                    origin: origins.remove(&certificate.id),
                };
                Ok((certificate.clone(), holder))
            })
            .collect::<Done<Vec<_>>>()?;
        Ok::<_, Error>((issuer, pages))
    })?;
    let bytes = draw_all(registry, &issuer, &pages)?;
    let range =
        [pages.first(), pages.last()].map(|page| page.map_or("", |(one, _)| one.number.as_str()));
    Ok(Drawn {
        name: format!("{}-{}.pdf", range[0], range[1]),
        bytes,
    })
}

/// Draws certificates of one issuer and kind; outside any transaction, since it takes a while.
fn draw_all(
    registry: &Registry,
    issuer: &Registered,
    pages: &[(Certificate, Holder)],
) -> Done<Vec<u8>> {
    let base = &registry.settings.public_base_url;
    let kind = pages
        .first()
        .map_or(CertificateKind::Level, |(one, _)| one.kind);
    let institution = &issuer.institution;
    let plate = plate(&institution.name, &institution.name_en, base, kind)?;
    match &*plate {
        Plate::Level(template) => {
            let faces: Vec<_> = pages
                .iter()
                .map(|(one, holder)| level_face(one, holder, base))
                .collect();
            Ok(match faces.as_slice() {
                [face] => template.draw(face),
                faces => template.draw_all(faces),
            }?)
        }
        Plate::Completion(template) => {
            let faces: Vec<_> = pages
                .iter()
                .map(|(one, holder)| completion_face(one, holder, base))
                .collect();
            Ok(match faces.as_slice() {
                [face] => template.draw(face),
                faces => template.draw_all(faces),
            }?)
        }
    }
}

/// What all certificates of one kind of one issuer share.
enum Plate {
    Level(level_paper::Template),
    Completion(completion_paper::Template),
}

/// What a plate follows from: kind, name, English name, host.
type PlateKey = (CertificateKind, String, String, String);

/// Plates made so far: a pure function of their key, so each process may keep its own.
static PLATES: LazyLock<Mutex<HashMap<PlateKey, Arc<Plate>>>> = LazyLock::new(Mutex::default);

/// More issuers than this in one process start the collection anew.
const KEPT_PLATES: usize = 64;

fn plate(
    name: &str,
    name_en: &str,
    base: &str,
    kind: CertificateKind,
) -> Result<Arc<Plate>, Unprintable> {
    let host = base.split("://").nth(1).unwrap_or(base).to_owned();
    let key = (kind, name.to_owned(), name_en.to_owned(), host.clone());
    let plates = || PLATES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(plate) = plates().get(&key) {
        return Ok(Arc::clone(plate));
    }
    let issuer = Issuer {
        name: name.to_owned(),
        name_en: Some(name_en.to_owned()).filter(|name| !name.is_empty()),
        host,
    };
    let plate = Arc::new(match kind {
        CertificateKind::Level => Plate::Level(level_paper::Template::new(&issuer)?),
        CertificateKind::Completion => Plate::Completion(completion_paper::Template::new(&issuer)?),
    });
    let mut plates = plates();
    if plates.len() >= KEPT_PLATES {
        plates.clear();
    }
    plates.insert(key, Arc::clone(&plate));
    Ok(plate)
}

/// The whole text of a certificate's QR code.
pub fn qr(certificate: &Certificate, base: &str) -> String {
    let sealed = Sealed {
        cose: certificate.cose.clone(),
        token: certificate.token.clone(),
    };
    qr_text(base, &sealed)
}

/// 核验码: the token as it is printed beside the code and typed from it.
pub fn typed_code(token: &str) -> String {
    let upper = token.to_ascii_uppercase();
    let groups: Vec<_> = (0..upper.len())
        .step_by(4)
        .filter_map(|at| upper.get(at..(at + 4).min(upper.len())))
        .collect();
    groups.join(" ")
}

fn level_value(level: Option<SkillLevel>) -> Value {
    level.map_or_else(
        || Value::plain("--"),
        |level| Value::both(level.printed(), level.name_en()),
    )
}

fn id_kind_value(code: &str) -> Value {
    code_set::find("id_type", code).map_or_else(
        || Value::plain("--"),
        |entry| Value::both(&entry.name, &entry.name_en),
    )
}

fn occupation_value(certificate: &Certificate) -> Value {
    let english = certificate
        .occupation
        .as_ref()
        .and_then(occupation::find)
        .and_then(|occupation| occupation.name_en.clone());
    match english {
        Some(english) => Value::both(&certificate.occupation_name, english),
        None => Value::plain(&certificate.occupation_name),
    }
}

/// Which printing it is, and what it stands in the place of: 第2次印制　更正自 ….
fn edition(certificate: &Certificate, holder: &Holder) -> Option<String> {
    let print = (certificate.print > 1).then(|| format!("第{}次印制", certificate.print));
    let origin = holder.origin.as_ref().map(Origin::printed);
    let told: Vec<_> = print.into_iter().chain(origin).collect();
    (!told.is_empty()).then(|| told.join("　"))
}

fn level_face(certificate: &Certificate, holder: &Holder, base: &str) -> level_paper::Face {
    level_paper::Face {
        holder: certificate.holder.clone(),
        romanised: holder.shown.latin_name.clone(),
        id_kind: id_kind_value(&certificate.id_kind),
        id_number: holder.document.as_str().to_owned(),
        occupation: occupation_value(certificate),
        work_type: certificate.work_type.as_ref().map(Value::plain),
        level: level_value(certificate.level),
        number: certificate.number.clone(),
        issued_on: certificate.issued_on,
        qr: qr(certificate, base),
        fingerprint: typed_code(&certificate.token),
        edition: edition(certificate, holder),
        photo: holder.shown.photo.clone(),
        across: None,
    }
}

fn completion_face(
    certificate: &Certificate,
    holder: &Holder,
    base: &str,
) -> completion_paper::Face {
    let course = certificate
        .course_name
        .as_ref()
        .unwrap_or(&certificate.occupation_name);
    let trade = certificate.occupation.as_ref().map(|_| {
        let level = certificate
            .level
            .map_or_else(String::new, |level| format!(" {}", level.printed()));
        Value::plain(format!("{}{level}", certificate.occupation_name))
    });
    completion_paper::Face {
        holder: certificate.holder.clone(),
        romanised: holder.shown.latin_name.clone(),
        id_kind: id_kind_value(&certificate.id_kind),
        id_number: holder.document.as_str().to_owned(),
        course: Value::plain(course),
        trade,
        hours: certificate
            .hours
            .and_then(|hours| u32::try_from(hours).ok())
            .unwrap_or_default(),
        began: certificate.began.unwrap_or(certificate.issued_on),
        ended: certificate.ended.unwrap_or(certificate.issued_on),
        number: certificate.number.clone(),
        issued_on: certificate.issued_on,
        qr: qr(certificate, base),
        fingerprint: typed_code(&certificate.token),
        edition: edition(certificate, holder),
        photo: holder.shown.photo.clone(),
        across: None,
    }
}
