//! 版式文件: signed PDFs: made once, drawn again the same, and looked at when somebody brings one.
//!
//! ## What is kept, and for how long a file stays the same
//! Not the file but what it follows from: the signature, what was bound in beside it, the issuer's
//! name of that day and the number of the drawing; and the hash of the whole. Drawn again, it is
//! the same file, byte for byte; a different hash means that somebody changed the register behind
//! our back, and is a fault.
//!
//! A release that draws otherwise has another [`DRAWING`] and signs anew: the old files stay
//! genuine, since each carries its own proof and its hash stays known; a certificate must be to be
//! had for ever, and a program that draws like all its forebears would never be finished. A file
//! is also signed anew once its log proof or its time stamp, missing at first, is to be had, and when
//! the key that signed it was compromised.

use crate::acts::keys::By;
use crate::acts::{Done, Error, Registry, authority, log, time_stamps};
use crate::domain::certificate::PaperSignatureId;
use crate::ground::clock::Now;
use crate::paper::DRAWING;
use crate::paper::compare;
use crate::paper::reading::{self, Reading};
use crate::paper::signature::{self, Bound, Unsigned};
use crate::paper::template::Unprintable;
use crate::seal::chain::{self, Trust};
use crate::seal::cms;
use crate::seal::der::Reader;
use crate::seal::x509::Certificate as Digital;
use crate::store::certificates::{self, Certificate};
use crate::store::institutions::Registered;
use crate::store::paper_signatures::{self, PaperSignature};
use crate::store::{Conn, leaves};
use chrono::{Duration, NaiveDateTime, Timelike as _};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// What a signature adds to certificates and stamps, with some to spare.
const ENVELOPE: usize = 700;
/// Another stamp of the same authority may be a little larger.
const SPARE: usize = 512;
/// An authority that failed is not asked again for every download.
const AGAIN: i64 = 15;

/// The documents bound into a file, as far as there are any.
#[derive(Clone, Default)]
pub(super) struct Papers {
    /// The machine-readable credential.
    pub credential: Option<Vec<u8>>,
    /// The proof that the issue stands in the public log.
    pub proof: Option<String>,
}

/// A file that was signed, or is to be.
pub(super) enum Order {
    /// Drawn again from what is kept.
    Kept(Box<PaperSignature>),
    /// Signed for the first time, or anew.
    New(Box<New>),
}

/// What a new signature needs.
pub(super) struct New {
    signing: authority::Signing,
    papers: Papers,
    issuer: (String, String),
    base: String,
}

/// Decides how a certificate's file is made. The certificate is of the printing wanted.
pub(super) fn order(
    db: &mut Conn,
    registry: &Registry,
    certificate: &Certificate,
    issuer: &Registered,
    papers: Papers,
    by: By<'_>,
    now: Now,
) -> Done<Order> {
    let kept = paper_signatures::latest(db, &certificate.id, certificate.print, drawing())?;
    let stamps = registry.settings.time_stamp_authority.is_some();
    if let Some(kept) = kept {
        let better = leaves::is_withdrawn(db, &kept.leaf)?
            || (papers.credential.is_some() && kept.credential.is_none())
            || (papers.proof.is_some() && kept.proof.is_none())
            || (stamps && !kept.stamped && now.utc() - kept.at > Duration::minutes(AGAIN));
        if !better {
            return Ok(Order::Kept(Box::new(kept)));
        }
    }
    log::may_sign(registry)?;
    let institution = &issuer.institution;
    Ok(Order::New(Box::new(New {
        signing: authority::signing(db, registry, issuer, by, now)?,
        papers,
        issuer: (institution.name.clone(), institution.name_en.clone()),
        base: registry.settings.public_base_url.clone(),
    })))
}

fn drawing() -> i32 {
    i32::try_from(DRAWING).unwrap_or(i32::MAX)
}

impl Order {
    /// The issuer's name and English name, and the base of addresses, the file is drawn with.
    pub(super) fn drawn_with(&self) -> (&str, &str, &str) {
        match self {
            Self::Kept(kept) => (&kept.issuer_name, &kept.issuer_name_en, &kept.base_url),
            Self::New(new) => (&new.issuer.0, &new.issuer.1, &new.base),
        }
    }
}

/// Makes the file; outside any transaction, since drawing takes a while and a time-stamp
/// authority may take longer. `draw` draws it with what is bound in.
pub(super) fn make(
    registry: &Registry,
    certificate: &Certificate,
    order: Order,
    now: Now,
    draw: impl Fn(&Bound) -> Result<Unsigned, Unprintable>,
) -> Done<Vec<u8>> {
    let new = match order {
        Order::Kept(kept) => return again(&kept, &draw),
        Order::New(new) => *new,
    };
    let (row, bytes) = sign(registry, certificate, new, now, &draw)?;
    let kept = registry.store.write(|db| {
        // Somebody else may have asked for the same at the same time: the first one counts.
        let other = paper_signatures::latest(db, &row.certificate, row.print, row.drawing)?;
        if let Some(other) = other.filter(|other| other.leaf == row.leaf && is_as_good(other, &row))
        {
            return Ok::<_, Error>(Some(other));
        }
        paper_signatures::add(db, &row)?;
        Ok(None)
    })?;
    kept.map_or(Ok(bytes), |kept| again(&kept, &draw))
}

fn is_as_good(kept: &PaperSignature, new: &PaperSignature) -> bool {
    kept.credential.is_some() >= new.credential.is_some()
        && kept.proof.is_some() >= new.proof.is_some()
        && kept.stamped >= new.stamped
}

/// The same file as ever.
fn again(
    kept: &PaperSignature,
    draw: &impl Fn(&Bound) -> Result<Unsigned, Unprintable>,
) -> Done<Vec<u8>> {
    let bound = Bound {
        at: kept.at,
        signatory: kept.issuer_name.clone(),
        room: usize::try_from(kept.room).unwrap_or_default(),
        certificates: apart(&kept.certificates),
        lists: apart(&kept.lists),
        attachments: attachments(kept.credential.clone(), kept.proof.clone()),
    };
    let bytes = draw(&bound)?.sealed(&kept.cms);
    match bytes {
        Some(bytes) if hash(&bytes) == kept.hash => Ok(bytes),
        _ => {
            tracing::error!(certificate = %kept.certificate, "TAMPERED: a signed file can no longer be drawn from the register");
            Err(Error::fault(format!(
                "tampered: the signed file of {} is not what was signed",
                kept.certificate
            )))
        }
    }
}

fn attachments(credential: Option<Vec<u8>>, proof: Option<String>) -> Vec<signature::Attachment> {
    let credential = credential.map(signature::credential);
    let proof = proof.map(|proof| signature::proof(proof.into_bytes()));
    credential.into_iter().chain(proof).collect()
}

/// DER values written one after the other.
fn apart(joined: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader(joined);
    std::iter::from_fn(|| reader.next())
        .map(|item| item.whole.to_vec())
        .collect()
}

fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

fn sign(
    registry: &Registry,
    certificate: &Certificate,
    new: New,
    now: Now,
    draw: &impl Fn(&Bound) -> Result<Unsigned, Unprintable>,
) -> Done<(PaperSignature, Vec<u8>)> {
    let signing = &new.signing;
    let attachments = attachments(new.papers.credential.clone(), new.papers.proof.clone());
    let signatory = new.issuer.0.clone();
    let file = signed(registry, signing, signatory, attachments, now, draw)?;
    let row = PaperSignature {
        id: PaperSignatureId::fresh(now),
        certificate: certificate.id.clone(),
        print: certificate.print,
        drawing: drawing(),
        leaf: signing.leaf.clone(),
        issuer_name: new.issuer.0,
        issuer_name_en: new.issuer.1,
        base_url: new.base,
        room: i32::try_from(file.bound.room).unwrap_or(i32::MAX),
        certificates: file.bound.certificates.concat(),
        lists: file.bound.lists.concat(),
        credential: new.papers.credential,
        proof: new.papers.proof,
        cms: file.cms,
        stamped: file.is_stamped,
        hash: hash(&file.bytes),
        at: file.bound.at,
    };
    Ok((row, file.bytes))
}

/// A file with its signature.
pub(super) struct SignedFile {
    bound: Bound,
    cms: Vec<u8>,
    is_stamped: bool,
    /// The whole file.
    pub(super) bytes: Vec<u8>,
}

/// Signs what is drawn, with a time stamp where an authority is set and answers.
pub(super) fn signed(
    registry: &Registry,
    signing: &authority::Signing,
    signatory: String,
    attachments: Vec<signature::Attachment>,
    now: Now,
    draw: &impl Fn(&Bound) -> Result<Unsigned, Unprintable>,
) -> Done<SignedFile> {
    let bound = Bound {
        at: now.utc().with_nanosecond(0).unwrap_or(now.utc()),
        signatory,
        room: ENVELOPE + signing.chain.iter().map(Vec::len).sum::<usize>(),
        certificates: signing.chain.clone(),
        lists: signing.lists.clone(),
        attachments,
    };
    if let Some(authority) = registry.settings.time_stamp_authority.as_deref() {
        match stamped(authority, signing, &bound, now, draw) {
            Ok(file) => return Ok(file),
            // The file is given out without; a later download tries again.
            Err(why) => tracing::warn!(%authority, %why, "no time stamp"),
        }
    }
    let unsigned = draw(&bound)?;
    let made = cms::sign(signing.signer(), &signing.chain, &unsigned.digest());
    let cms = made.write(None).ok_or_else(unwritable)?;
    let bytes = unsigned.sealed(&cms).ok_or_else(unwritable)?;
    Ok(SignedFile {
        bound,
        cms,
        is_stamped: false,
        bytes,
    })
}

fn unwritable() -> Error {
    Error::fault("a signature does not fit the room kept for it")
}

/// The same with a time stamp, and with what the authority's stamp needs bound in.
fn stamped(
    authority: &str,
    signing: &authority::Signing,
    bound: &Bound,
    now: Now,
    draw: &impl Fn(&Bound) -> Result<Unsigned, Unprintable>,
) -> Result<SignedFile, String> {
    let specimen = time_stamps::specimen(authority)?;
    let mut bound = bound.clone();
    bound.room += specimen.len() + SPARE;
    bound
        .certificates
        .extend(cms::time_stamp_certificates(&specimen));
    bound.lists.extend(time_stamps::lists(&specimen, now)?);
    let unsigned = draw(&bound).map_err(|_| "it cannot be drawn")?;
    let made = cms::sign(signing.signer(), &signing.chain, &unsigned.digest());
    let token = time_stamps::ask(authority, &made.signature)?;
    if time_stamps::has_changed(authority, &specimen, &token) {
        return Err("the authority has another certificate than before".to_owned());
    }
    let cms = made.write(Some(&token)).ok_or("it cannot be written")?;
    let bytes = unsigned
        .sealed(&cms)
        .ok_or("the stamp is larger than the one before")?;
    Ok(SignedFile {
        bound,
        cms,
        is_stamped: true,
        bytes,
    })
}

/// What a file that somebody brought turned out to be.
#[derive(Clone, Debug)]
pub struct Looked {
    /// What it says.
    pub reading: Reading,
    /// What is to be thought of its signer; none without a signature.
    pub trust: Option<Trust>,
    /// The signer's name, as her certificate has it.
    pub signer: Option<String>,
    /// Whether the signer is the registry itself.
    pub own: bool,
    /// When the register gave out this very file, if it did.
    pub given_out: Option<NaiveDateTime>,
    /// Of which printing it then is.
    pub print: Option<i32>,
    /// Which certificates it may be of: by its hash, by what it says, by its code.
    pub tokens: Vec<String>,
}

/// Looks at a file. Nothing of it is kept or logged.
pub fn look(registry: &Registry, bytes: &[u8], now: Now) -> Done<Option<Looked>> {
    let Some(reading) = reading::read(bytes) else {
        return Ok(None);
    };
    let told = reading
        .signature
        .as_ref()
        .and_then(|signature| signature.told.as_ref());
    let leaf = told.and_then(|told| told.chain.first());
    let (anchors, lists, given, own) = registry.store.read(|db| {
        let lists = leaves::lists(db)?;
        let own = match leaf {
            Some(der) => leaves::is_own(db, der)?,
            None => false,
        };
        let given = match paper_signatures::by_hash(db, &HEXLOWER.encode(&reading.hash))? {
            Some((certificate, print, at)) => {
                let found = certificates::several(db, std::slice::from_ref(&certificate))?;
                found
                    .into_iter()
                    .next()
                    .map(|certificate| (certificate.token, print, at))
            }
            None => None,
        };
        Ok::<_, Error>((leaves::anchors(db)?, lists, given, own))
    })?;
    // A stamp of another's is the better witness of when it was.
    let at = told
        .and_then(|told| told.time_stamp.as_ref())
        .filter(|stamp| stamp.of_this && stamp.signature == Some(true))
        .map_or(now.utc(), |stamp| stamp.at.min(now.utc()));
    let trust = told.map(|told| chain::judge(&told.chain, &anchors, &lists, at));
    let signer = leaf
        .and_then(|der| Digital::read(der))
        .and_then(|leaf| leaf.name());
    let mut tokens: Vec<String> = given.iter().map(|(token, ..)| token.clone()).collect();
    tokens.extend(compare::tokens(&reading));
    tokens.dedup();
    Ok(Some(Looked {
        trust,
        signer,
        own,
        given_out: given.as_ref().map(|(.., at)| *at),
        print: given.as_ref().map(|(_, print, _)| *print),
        tokens,
        reading,
    }))
}
