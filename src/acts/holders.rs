//! 持证人: she signs in with a certificate's number, her own document's number and a one-time code
//! an institution gave her; what she sees is hers alone.
//!
//! ## Why a code, and no text message
//! Not every city has a gateway, and a number of twenty-two characters with a document's number is
//! no secret: both stand on the paper. The code is given by somebody who knows her, at the desk or
//! by telephone, serves once and for half an hour, and is kept keyed. Where there is a gateway, a
//! [`Sender`] sends it.

use crate::acts::accounts::{ABSOLUTE_SECONDS, IDLE_SECONDS};
use crate::acts::{Done, Error, Registry, people as persons, prints};
use crate::domain::account::CounterClerk;
use crate::domain::certificate::CertificateId;
use crate::domain::certificate_number::CertificateNumber;
use crate::domain::completion_number::CompletionNumber;
use crate::domain::deed::Deed;
use crate::domain::holder::{CODE_DIGITS, CODE_MINUTES, Holder};
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::person::PersonId;
use crate::domain::refusal::Refusal;
use crate::ground::chance;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::seal::token::Token;
use crate::seal::vault::Vault;
use crate::store::certificates::{self, Certificate, Public};
use crate::store::holders::{self, HolderCode, HolderSession};
use crate::store::looks::{self, Look};
use crate::store::people::{self, Membership, Person, Station};
use crate::store::petitions::{self, Listed};
use crate::store::sharing::{self, Copy, Share};
use crate::store::{Conn, Failure, accounts, institutions, ledger};
use chrono::NaiveDateTime;
use data_encoding::HEXLOWER;

/// After so many failures within [`FAILURE_SECONDS`] a certificate's number must wait.
const FAILURES: i64 = 10;
const FAILURE_SECONDS: i64 = 15 * 60;

/// How a code reaches its holder when it is not told by word of mouth.
pub trait Sender: Send + Sync {
    /// Sends the code to the phone; says why when it cannot.
    fn send(&self, phone: &str, code: &str, minutes: i64) -> Result<(), String>;
}

/// A code just made.
pub struct Given {
    /// The digits; kept nowhere.
    pub code: String,
    /// Her phone, when one is on record.
    pub phone: Option<String>,
}

/// The keyed hash of a code of one person.
fn keyed(vault: &Vault, person: &PersonId, code: &str) -> Vec<u8> {
    vault
        .blind_index("holder.code", &format!("{person} {code}"))
        .to_vec()
}

/// A clerk gives a person of hers a one-time code; an earlier one serves no longer.
pub fn give_code(
    registry: &Registry,
    clerk: &CounterClerk,
    person: &PersonId,
    now: Now,
) -> Done<Given> {
    let actor = clerk.actor();
    let drawn = u64::from_be_bytes(chance::bytes::<8>()) % 10_u64.pow(8);
    let code = format!("{drawn:0width$}", width = CODE_DIGITS);
    registry.store.write(|db| {
        let kept = people::of(db, &actor.scope, person)?;
        let phone = persons::opened(db, &registry.vault, &kept)?.phone;
        let row = HolderCode {
            id: crate::ground::key::fresh(now),
            person: person.clone(),
            code: keyed(&registry.vault, person, &code),
            made_at: now.utc(),
            made_by: actor.account.clone(),
            ends_at: now.plus_seconds(CODE_MINUTES * 60).utc(),
            used_at: None,
        };
        holders::give(db, &row)?;
        ledger::enter(db, actor, Deed::HolderAdmitted, None, person, &[], now)?;
        Ok(Given {
            code: code.clone(),
            phone,
        })
    })
}

/// What a holder signs in with.
pub struct Presented {
    /// 证书编号, as typed.
    pub number: String,
    /// 证件号码, as typed.
    pub document: String,
    /// 一次性代码, as typed.
    pub code: String,
}

/// Signs a holder in: the cookie's value. One answer for an unknown number, another person's
/// document, and a code that is wrong, used or old.
pub fn sign_in(registry: &Registry, presented: &Presented, now: Now) -> Done<String> {
    let number = CertificateNumber::read_typed(&presented.number)
        .map(|number| number.to_string())
        .or_else(|_| {
            CompletionNumber::read_typed(&presented.number).map(|number| number.to_string())
        })
        .unwrap_or_else(|_| "unknown".to_owned());
    let login = format!("holder {number}");
    let since = now.plus_seconds(-FAILURE_SECONDS).utc();
    let failures = registry
        .store
        .read(|db| accounts::failures_since(db, &login, since))?;
    if failures >= FAILURES {
        return Err(Refusal::new("account.too-many-failures")
            .with(FAILURE_SECONDS / 60)
            .into());
    }
    let code = text::packed(&presented.code);
    let entered = registry.store.write(|db| {
        let person = match certificates::public_by_number(db, &registry.known, &number) {
            Ok(public) => Some(public.certificate.person),
            Err(Failure::Missing) => None,
            Err(other) => return Err(Error::from(other)),
        };
        let person = match person {
            Some(id) => people::several(db, &[id])?.pop(),
            None => None,
        };
        let known = person.filter(|person| is_hers(&registry.vault, person, &presented.document));
        if let Some(person) = known
            && holders::use_up(
                db,
                &person.id,
                &keyed(&registry.vault, &person.id, code.trim()),
                now,
            )?
        {
            accounts::forget_failures(db, &login)?;
            let name = "持证人";
            ledger::enter_for_nobody(db, name, Deed::HolderEntered, None, &person.id, &[], now)?;
            return begin(db, &person.id, now).map(Some);
        }
        accounts::add_failure(db, &login, now)?;
        Ok(None)
    })?;
    entered.ok_or_else(|| Refusal::new("holder.not-recognised").at("code").into())
}

fn is_hers(vault: &Vault, person: &Person, typed: &str) -> bool {
    IdKind::read(&person.id_kind)
        .and_then(|kind| IdDocument::read(kind, typed).ok())
        .is_some_and(|document| persons::index(vault, &document).as_slice() == person.id_index)
}

fn hash(token: &Token) -> String {
    HEXLOWER.encode(&token.hash())
}

fn begin(db: &mut Conn, person: &PersonId, now: Now) -> Done<String> {
    let cookie = Token::fresh();
    let session = HolderSession {
        id: hash(&cookie),
        person: person.clone(),
        csrf: Token::fresh().as_str().to_owned(),
        began_at: now.utc(),
        seen_at: now.utc(),
        ends_at: now.plus_seconds(ABSOLUTE_SECONDS).utc(),
    };
    holders::begin(db, &session)?;
    Ok(cookie.as_str().to_owned())
}

/// Who holds this cookie, and what her forms bring back, if her session has not ended.
pub fn present(registry: &Registry, cookie: &str, now: Now) -> Done<Option<(Holder, String)>> {
    let Some(id) = Token::read(cookie).map(|token| hash(&token)) else {
        return Ok(None);
    };
    let Some((session, person)) = registry.store.point(|db| holders::session(db, &id))? else {
        return Ok(None);
    };
    if session.seen_at < now.plus_seconds(-IDLE_SECONDS).utc() || session.ends_at <= now.utc() {
        registry.store.write(|db| holders::end(db, &id))?;
        return Ok(None);
    }
    if session.seen_at < now.plus_seconds(-60).utc() {
        registry.store.write(|db| holders::touch(db, &id, now))?;
    }
    let holder = Holder {
        person: person.id,
        name: person.name,
    };
    Ok(Some((holder, session.csrf)))
}

/// Signs out.
pub fn sign_out(registry: &Registry, cookie: &str) -> Done<()> {
    match Token::read(cookie) {
        Some(token) => Ok(registry.store.write(|db| holders::end(db, &hash(&token)))?),
        None => Ok(()),
    }
}

/// All that is hers.
pub struct Own {
    /// Her certificates, newest first.
    pub certificates: Vec<Public>,
    /// Her classes, sittings and certificates.
    pub way: Vec<Station>,
    /// The groups she belongs or belonged to.
    pub groups: Vec<Membership>,
    /// Who saw her number in clear: when, which field, why.
    pub sights: Vec<(NaiveDateTime, String, String)>,
    /// What she asked for.
    pub petitions: Vec<Listed>,
}

/// What a holder finds on her own page.
pub fn own(registry: &Registry, holder: &Holder) -> Done<Own> {
    registry.store.read(|db| {
        let everywhere = crate::domain::account::Scope::All;
        let way = people::way(db, &everywhere, &holder.person)?;
        let mut hers = Vec::new();
        for station in way.iter().filter(|station| station.kind == "certificate") {
            hers.push(certificates::public_by_number(
                db,
                &registry.known,
                &station.title,
            )?);
        }
        Ok(Own {
            certificates: hers,
            groups: people::memberships_of(db, &holder.person)?,
            sights: people::sights_of(db, &holder.person)?,
            petitions: petitions::of(db, &holder.person)?,
            way,
        })
    })
}

/// One certificate of hers and what became of it.
pub struct OwnCertificate {
    /// The certificate.
    pub public: Public,
    /// The links she shared.
    pub shares: Vec<Share>,
    /// The copies she made.
    pub copies: Vec<Copy>,
    /// How often it was looked at.
    pub looks: Vec<Look>,
}

/// So many hours of looks are shown.
const LOOKS: i64 = 200;

/// One certificate; another's does not exist.
pub fn own_certificate(
    registry: &Registry,
    holder: &Holder,
    id: &CertificateId,
) -> Done<OwnCertificate> {
    registry.store.read(|db| {
        let certificate = hers(db, holder, id)?;
        Ok(OwnCertificate {
            public: certificates::public_by_number(db, &registry.known, &certificate.number)?,
            shares: sharing::shares_of(db, id)?,
            copies: sharing::copies_of(db, id)?,
            looks: looks::of(db, id, LOOKS)?,
        })
    })
}

/// A certificate, when it is this holder's.
pub(super) fn hers(db: &mut Conn, holder: &Holder, id: &CertificateId) -> Done<Certificate> {
    certificates::several(db, std::slice::from_ref(id))?
        .pop()
        .filter(|certificate| certificate.person == holder.person)
        .ok_or(Error::NotFound)
}

/// Her certificate's paper. It is her own number that it shows: no sight is recorded.
pub fn paper(
    registry: &Registry,
    holder: &Holder,
    id: &CertificateId,
    now: Now,
) -> Done<prints::Drawn> {
    let certificate = registry.store.read(|db| hers(db, holder, id))?;
    prints::draw_own(registry, &certificate, now)
}

/// Everything the registry holds about a person, for herself: 个人信息保护法第四十五条.
pub fn data(registry: &Registry, holder: &Holder, now: Now) -> Done<serde_json::Value> {
    let own = own(registry, holder)?;
    let (person, seen, houses) = registry.store.read(|db| {
        let person = people::several(db, std::slice::from_ref(&holder.person))?
            .pop()
            .ok_or(Error::NotFound)?;
        let seen = persons::opened(db, &registry.vault, &person)?;
        let mut houses = Vec::new();
        for public in &own.certificates {
            houses.push(
                institutions::one(db, &public.certificate.institution)?
                    .institution
                    .name,
            );
        }
        Ok::<_, Error>((person, seen, houses))
    })?;
    let certificates: Vec<_> = own
        .certificates
        .iter()
        .zip(houses)
        .map(|(public, house)| {
            let one = &public.certificate;
            serde_json::json!({
                "number": one.number, "kind": one.kind, "issuer": house, "occupation": one.occupation_name,
                "work_type": one.work_type, "level": one.level, "course": one.course_name, "hours": one.hours,
                "issued_on": one.issued_on, "expires_on": one.expires_on, "print": one.print,
            })
        })
        .collect();
    Ok(serde_json::json!({
        "as_of": now.utc().and_utc(),
        "person": {
            "name": person.name, "document_kind": person.id_kind, "document": seen.number, "phone": seen.phone,
            "sex": person.sex, "birth_year": person.birth_year, "nation": person.nation,
            "education": person.education, "region": person.region, "recorded_at": person.recorded_at.and_utc(),
        },
        "groups": own.groups.iter().map(|one| serde_json::json!({
            "group": one.key_group, "starts": one.starts, "ends": one.ends, "source": one.source })).collect::<Vec<_>>(),
        "way": own.way.iter().map(|one| serde_json::json!({
            "kind": one.kind, "title": one.title, "day": one.day })).collect::<Vec<_>>(),
        "certificates": certificates,
        "sights": own.sights.iter().map(|(at, field, why)| serde_json::json!({
            "at": at.and_utc(), "field": field, "purpose": why })).collect::<Vec<_>>(),
        "petitions": own.petitions.iter().map(|(one, _, answer)| serde_json::json!({
            "kind": one.kind, "said": one.said, "at": one.at.and_utc(),
            "granted": answer.as_ref().map(|answer| answer.granted),
            "answer": answer.as_ref().map(|answer| answer.answer.clone()) })).collect::<Vec<_>>(),
    }))
}
