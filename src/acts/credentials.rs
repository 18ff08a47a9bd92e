//! 凭证: certificates, issuers and status lists as software of others reads them.
//!
//! Anyone may ask. A credential is signed when it is first asked for and kept byte for byte
//! (`seal::credential` says why); a status list is signed anew every hour and at every change, and
//! is the same on every server within that hour.

use crate::acts::keys::{self, By, ROOT};
use crate::acts::lineage::Origin;
use crate::acts::{Done, Error, Registry, issuing, log, outcomes, verification};
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::institution::InstitutionId;
use crate::domain::refusal::Refusal;
use crate::domain::status_list::PLACES;
use crate::ground::clock::Now;
use crate::seal::credential::{self, Achieved, Draft, Issuer, Scored};
use crate::seal::signer::{Algorithm, Signer};
use crate::seal::{did, status};
use crate::store::certificates::{self, Certificate, Public};
use crate::store::credentials::{self, Credential};
use crate::store::institutions::{self, Registered};
use crate::store::issuer_keys;
use crate::store::{Conn, Failure, Found, key_events, registry_keys, sittings, status_lists};
use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// In which form something is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON-LD with an embedded proof.
    LinkedData,
    /// A JSON Web Token.
    Jwt,
}

impl Form {
    fn as_str(self) -> &'static str {
        match self {
            Self::LinkedData => "ld",
            Self::Jwt => "jwt",
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::LinkedData => Algorithm::EdDsa,
            Self::Jwt => Algorithm::Es256,
        }
    }
}

/// A certificate in a form of others; none when there is no such certificate.
pub fn of(registry: &Registry, token: &str, form: Form, now: Now) -> Done<Option<Vec<u8>>> {
    let look = |db: &mut Conn| -> Done<Option<(Public, Option<Credential>)>> {
        let Some(public) = found(certificates::public(db, &registry.known, token))? else {
            return Ok(None);
        };
        let kept = credentials::good(db, &public.certificate.id, form.as_str())?;
        Ok(Some((public, kept)))
    };
    match registry.store.read(look)? {
        None => Ok(None),
        // Another key may have signed it before anybody knew: it would still say “good”.
        Some((public, _)) if public.after.doubted.is_some() => {
            Err(Refusal::new("credential.after-cut-off").into())
        }
        Some((_, Some(kept))) => Ok(Some(kept.body)),
        Some((_, None)) => registry.store.write(|db| match look(db)? {
            None => Ok(None),
            Some((_, Some(kept))) => Ok(Some(kept.body)),
            Some((public, None)) => sign(db, registry, &public, form, now).map(Some),
        }),
    }
}

/// The JSON-LD form, as it is attached to papers.
pub fn document_of(registry: &Registry, token: &str, now: Now) -> Done<Option<Vec<u8>>> {
    of(registry, token, Form::LinkedData, now)
}

/// Whether this very document was signed for a certificate: one somebody brings.
pub fn gave(registry: &Registry, id: &CertificateId, document: &[u8]) -> Done<bool> {
    let format = Form::LinkedData.as_str();
    Ok(registry
        .store
        .read(|db| credentials::is_kept(db, id, format, document))?)
}

/// The JWT form.
pub fn jwt_of(registry: &Registry, token: &str, now: Now) -> Done<Option<Vec<u8>>> {
    of(registry, token, Form::Jwt, now)
}

fn found<T>(answer: Found<T>) -> Done<Option<T>> {
    match answer {
        Ok(it) => Ok(Some(it)),
        Err(Failure::Missing) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

fn sign(
    db: &mut Conn,
    registry: &Registry,
    public: &Public,
    form: Form,
    now: Now,
) -> Done<Vec<u8>> {
    log::may_sign(registry)?;
    let certificate = &public.certificate;
    let checks = verification::check(public);
    if !(checks.content && checks.issuer) {
        return Err(Error::fault(format!(
            "TAMPERED: certificate {} is not what was signed; no credential is made of it",
            certificate.id
        )));
    }
    // What a stolen key could have signed is not signed again.
    if public.after.doubted.is_some() {
        return Err(Refusal::new("credential.after-cut-off").into());
    }
    let issuer = institutions::one(db, &certificate.institution)?;
    let year = certificate.issued_on.year();
    let (key_id, signer) = signer(db, registry, &issuer.institution.id, form, year, now)?;
    let results = if registry.settings.credential_results {
        results(db, certificate)?
    } else {
        Vec::new()
    };
    let id = &certificate.id;
    let origin = Origin::of(db, std::slice::from_ref(id))?.remove(id);
    let kept = draft(registry, certificate, &issuer, origin.as_ref(), results)?
        .kept(&certificate.cose, &public.key.3)
        .map_err(|why| Error::fault(why.to_string()))?;
    let sealed =
        credential::sign(kept, &*signer, now.utc()).map_err(|why| Error::fault(why.to_string()))?;
    let row = Credential {
        certificate: certificate.id.clone(),
        format: form.as_str().to_owned(),
        key_id,
        body: sealed.body,
        signed_at: now.utc(),
    };
    credentials::add(db, &row)?;
    Ok(row.body)
}

/// Whoever signs for an institution: the key of that year, else any that is neither retired nor
/// compromised, else a new one of this year.
fn signer(
    db: &mut Conn,
    registry: &Registry,
    institution: &InstitutionId,
    form: Form,
    year: i32,
    now: Now,
) -> Done<(String, Box<dyn Signer>)> {
    if let Some(key) = usable(db, institution, form, year)? {
        let signer = keys::signer_with(&registry.vault, &key)?;
        return Ok((key.id, signer));
    }
    match form.algorithm() {
        Algorithm::EdDsa => keys::ed25519_of(db, &registry.vault, institution, By::Registry, now)
            .map(|(id, signer)| (id, Box::new(signer) as _)),
        Algorithm::Es256 => keys::es256_of(db, &registry.vault, institution, By::Registry, now)
            .map(|(id, signer)| (id, Box::new(signer) as _)),
    }
}

fn usable(
    db: &mut Conn,
    institution: &InstitutionId,
    form: Form,
    year: i32,
) -> Done<Option<issuer_keys::IssuerKey>> {
    let algorithm = form.algorithm().as_str();
    if let Some(key) = issuer_keys::current(db, institution, year, algorithm)? {
        return Ok(Some(key));
    }
    let gone: Vec<_> = key_events::of(db, institution)?
        .into_iter()
        .map(|event| event.key_id)
        .collect();
    Ok(issuer_keys::of(db, institution)?
        .into_iter()
        .rev()
        .find(|key| key.algorithm == algorithm && !gone.contains(&key.id)))
}

/// What a level certificate was earned with, part by part; nothing of a course.
fn results(db: &mut Conn, certificate: &Certificate) -> Done<Vec<Scored>> {
    let Some(sitting) = &certificate.sitting else {
        return Ok(Vec::new());
    };
    let (sitting, _) = sittings::public(db, sitting)?;
    let passed = outcomes::passed(db, &sitting)?
        .into_iter()
        .find(|passed| passed.person == certificate.person);
    let scores = passed.map(|passed| passed.scores).unwrap_or_default();
    Ok(scores
        .into_iter()
        .map(|(part, score)| Scored {
            name: format!("{} / {}", part.name(), part.name_en()),
            mark: score.to_string(),
        })
        .collect())
}

fn draft(
    registry: &Registry,
    certificate: &Certificate,
    issuer: &Registered,
    origin: Option<&Origin>,
    results: Vec<Scored>,
) -> Done<Draft> {
    let ticket = issuing::ticket_of(certificate)?;
    let kind = certificate.kind;
    let level = certificate.level.filter(|_| kind == CertificateKind::Level);
    let mut name = ticket.occupation_title.clone();
    let mut name_en = String::new();
    if let Some(level) = level {
        name = format!("{name} {}", level.printed());
        name_en = format!(", {}", level.name_en());
    }
    let subject = match &certificate.work_type {
        Some(work_type) => format!("{name}（{work_type}）"),
        None => name.clone(),
    };
    let criteria = match kind {
        CertificateKind::Level => {
            "按国家职业标准（评价规范）参加职业技能评价，各科成绩合格，并经公示无异议。 / Passed \
             every part of the assessment the national occupational standard asks for; the results \
             were shown in public."
                .to_owned()
        }
        CertificateKind::Completion => {
            "参加培训并考核合格。 / Attended the training and passed.".to_owned()
        }
    };
    Ok(Draft {
        base: registry.settings.public_base_url.clone(),
        token: certificate.token.clone(),
        title: (kind.title().to_owned(), kind.title_en().to_owned()),
        issuer: Issuer {
            slug: issuer.slug.clone(),
            name: issuer.institution.name.clone(),
            uscc: issuer.institution.uscc.to_string(),
            address: issuer.address.clone(),
        },
        holder: certificate.holder.clone(),
        id_tail: certificate.id_tail.clone(),
        number: certificate.number.clone(),
        achievement: Achieved {
            code: ticket.occupation_code,
            level: ticket.level,
            name,
            description: format!("{subject} / {}{name_en}", kind.title_en()),
            criteria,
        },
        issued_at: certificate.issued_at,
        issued_on: certificate.issued_on,
        expires_on: certificate.expires_on,
        status: ticket.status,
        lineage: origin.map(Origin::told),
        results,
    })
}

/// The DID document of an issuer: every key it ever had but the compromised.
pub fn issuer(registry: &Registry, slug: &str) -> Done<Option<Vec<u8>>> {
    registry.store.read(|db| {
        let Some(kept) = found(institutions::by_slug(db, slug))? else {
            return Ok(None);
        };
        let stolen: Vec<_> = key_events::of(db, &kept.institution.id)?
            .into_iter()
            .filter(|event| event.kind == "compromised")
            .map(|event| event.key_id)
            .collect();
        let keys: Vec<_> = issuer_keys::of(db, &kept.institution.id)?
            .into_iter()
            .filter(|key| !stolen.contains(&key.id))
            .filter_map(|key| Some((Algorithm::read(&key.algorithm)?, key.public)))
            .collect();
        let did = did::of_issuer(&registry.settings.public_base_url, slug);
        Ok(Some(written(&did::Document::new(&did, &keys))))
    })
}

/// The DID document of the registry itself: its root keys.
pub fn registry(registry: &Registry) -> Done<Vec<u8>> {
    registry.store.read(|db| {
        let keys: Vec<_> = registry_keys::all(db, ROOT)?
            .into_iter()
            .filter_map(|key| Some((Algorithm::read(&key.algorithm)?, key.public)))
            .collect();
        let did = did::of_registry(&registry.settings.public_base_url);
        Ok(written(&did::Document::new(&did, &keys)))
    })
}

fn written(document: &did::Document) -> Vec<u8> {
    serde_json::to_vec(document).expect("our own types are written")
}

/// How long an edition of a list may be relied on. A new one is made each hour.
const LASTS: TimeDelta = TimeDelta::hours(48);

/// Lists as they were last signed. Within an hour the same list comes out the same, so this only
/// saves the work.
static SIGNED: LazyLock<Mutex<HashMap<[u8; 32], Vec<u8>>>> = LazyLock::new(Mutex::default);

/// Some two megabytes at most; then it starts anew.
const SIGNED_KEPT: usize = 256;

/// A status list of an issuer; none when there is no such list.
pub fn list(
    registry: &Registry,
    slug: &str,
    number: u32,
    form: Form,
    now: Now,
) -> Done<Option<Vec<u8>>> {
    let Ok(kept_number) = i32::try_from(number) else {
        return Ok(None);
    };
    let look = |db: &mut Conn| -> Done<_> {
        let Some(kept) = found(institutions::by_slug(db, slug))? else {
            return Ok(None);
        };
        let id = kept.institution.id;
        if !status_lists::is_kept(db, &id, kept_number)? {
            return Ok(None);
        }
        let places: Vec<u32> = status_lists::revoked_in(db, &id, kept_number)?
            .into_iter()
            .filter_map(|place| u32::try_from(place).ok())
            .collect();
        let key = usable(db, &id, form, now.year())?;
        Ok(Some((id, places, key)))
    };
    let Some((institution, places, key)) = registry.store.read(look)? else {
        return Ok(None);
    };
    let (key_id, signer) = match key {
        Some(key) => {
            let signer = keys::signer_with(&registry.vault, &key)?;
            (key.id, signer)
        }
        None => registry
            .store
            .write(|db| self::signer(db, registry, &institution, form, now.year(), now))?,
    };
    let base = &registry.settings.public_base_url;
    let from = whole_hour(now.utc());
    let bits = status::bits(&places, PLACES);
    let mut name = Sha256::new();
    name.update(format!("{base}\n{slug}\n{number}\n{key_id}\n{from}\n"));
    name.update(&bits);
    let name: [u8; 32] = name.finalize().into();
    let signed = || SIGNED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(list) = signed().get(&name) {
        return Ok(Some(list.clone()));
    }
    let list = status::List {
        base,
        slug,
        number,
        bits: &bits,
        from,
        until: from + LASTS,
    };
    let list = list
        .sign(&*signer)
        .map_err(|why| Error::fault(why.to_string()))?;
    let mut signed = signed();
    if signed.len() >= SIGNED_KEPT {
        signed.clear();
    }
    signed.insert(name, list.clone());
    Ok(Some(list))
}

fn whole_hour(at: NaiveDateTime) -> NaiveDateTime {
    at.date().and_hms_opt(at.hour(), 0, 0).unwrap_or(at)
}
