//! 口袋核验文件: files judged by a trust bundle alone; whatever is brought, told what it is.

use super::compare::{self, Copied, Known};
use super::{badge, reader, reading};
use crate::domain::skill_level::SkillLevel;
use crate::seal::bundle::{Bundle, Freshness};
use crate::seal::chain::{self, Trust};
use crate::seal::finding::{Finding, Light};
use crate::seal::pocket::{Pocket, Told, Verdict};
use crate::seal::scan::{copied, scan};
use crate::seal::ticket::{self, Ticket};
use crate::seal::x509::{Certificate, read_pem};

const PDF: &str = "pdf";

/// Judges whatever is brought, by what it looks like.
pub fn anything(pocket: &Pocket, bytes: &[u8]) -> Told {
    if bytes.starts_with(b"%PDF-") {
        return pdf(pocket, bytes);
    }
    if bytes.starts_with(b"\x89PNG") || bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return picture(pocket, bytes);
    }
    if bytes.starts_with(&[0x30, 0x82]) {
        return der(pocket, bytes);
    }
    if bytes.starts_with(&[0xD2]) {
        return message(pocket, bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => written(pocket, text),
        Err(_) => Told::new("unknown", Verdict::NotOurs),
    }
}

fn written(pocket: &Pocket, text: &str) -> Told {
    let trimmed = text.trim();
    let begins = |mark: &str| trimmed.starts_with(mark);
    if begins("c2sp.org/tlog-proof") {
        pocket.proof(text)
    } else if text.contains("\n\n\u{2014} ") {
        pocket.checkpoint(text)
    } else if begins("<") {
        match badge::read_svg(text.as_bytes()) {
            Some(brought) => baked(pocket, "badge_svg", &brought),
            None => Told::new("badge_svg", Verdict::NotOurs),
        }
    } else if begins("-----BEGIN CERTIFICATE-----") {
        match read_pem("CERTIFICATE", text).first() {
            Some(der) => pocket.authority(der),
            None => Told::new("authority", Verdict::NotOurs),
        }
    } else if begins("{") {
        let is_did = serde_json::from_str::<serde_json::Value>(trimmed)
            .is_ok_and(|read| read.get("verificationMethod").is_some());
        if is_did {
            pocket.did(text.as_bytes())
        } else {
            pocket.linked_data(text.as_bytes())
        }
    } else if begins("eyJ") {
        pocket.token(trimmed)
    } else if trimmed.contains("/v/") {
        pocket.code(trimmed)
    } else if let Some(sealed) = copied(trimmed) {
        // Purpose and last day stand on the page, or are asked of the register: not in the code.
        let told = pocket.ticket(&sealed.cose);
        Told {
            kind: "copy_code",
            ..told
        }
        .with(Finding::new("copy", Light::Open))
    } else if trimmed.contains('#')
        || (!trimmed.is_empty() && trimmed.bytes().all(|b| b.is_ascii_digit()))
    {
        pocket.receipt(text)
    } else {
        Told::new("unknown", Verdict::NotOurs)
    }
}

/// A signed message: another bundle of the same root key, or a code's content.
fn message(pocket: &Pocket, bytes: &[u8]) -> Told {
    if ticket::read(bytes).is_ok() {
        return pocket.ticket(bytes);
    }
    match Bundle::open(bytes, &pocket.root) {
        Ok(bundle) => pocket.with(bundle).itself(),
        Err(_) => {
            Told::new("bundle", Verdict::Altered).with(Finding::new("root_signature", Light::Bad))
        }
    }
}

fn der(pocket: &Pocket, bytes: &[u8]) -> Told {
    if Certificate::read(bytes).is_some() {
        pocket.authority(bytes)
    } else {
        pocket.withdrawn(bytes)
    }
}

/// A badge with a credential in it, or a photograph of a code.
fn picture(pocket: &Pocket, bytes: &[u8]) -> Told {
    if let Some(brought) = badge::read_png(bytes) {
        return baked(pocket, "badge_png", &brought);
    }
    let texts = reader::read(bytes).unwrap_or_default();
    let ours = texts
        .iter()
        .find(|text| scan(text).is_ok() || copied(text).is_some())
        .or(texts.first());
    match ours {
        Some(text) => match copied(text) {
            Some(_) => written(pocket, text),
            None => pocket.code(text),
        },
        None => {
            Told::new("picture", Verdict::NotOurs).with(Finding::new("paper_code", Light::Open))
        }
    }
}

fn baked(pocket: &Pocket, kind: &'static str, brought: &badge::Brought) -> Told {
    let told = pocket.linked_data(brought.credential.as_bytes());
    let told = Told { kind, ..told }.with(Finding::new("picture", Light::of(brought.picture)));
    if brought.picture || told.verdict.exit() == 1 {
        told
    } else {
        Told {
            verdict: Verdict::Altered,
            ..told
        }
    }
}

/// Judges a PDF: signature, signer, what is attached, the page's text, its code, each by itself.
pub fn pdf(pocket: &Pocket, bytes: &[u8]) -> Told {
    let Some(reading) = reading::read(bytes) else {
        return Told::new(PDF, Verdict::Unproven).with(Finding::new("file_signature", Light::Open));
    };
    let cms = reading
        .signature
        .as_ref()
        .and_then(|signature| signature.told.as_ref());
    let now = pocket.now();
    // A stamp of another's is the better witness of when it was.
    let at = cms
        .and_then(|told| told.time_stamp.as_ref())
        .filter(|stamp| stamp.of_this && stamp.signature == Some(true))
        .map_or(now, |stamp| stamp.at.min(now));
    let (anchors, lists) = (&pocket.bundle.anchors, &pocket.bundle.withdrawn);
    let trust = cms.map(|told| chain::judge(&told.chain, anchors, lists, at));
    let leaf = cms
        .and_then(|told| told.chain.first())
        .and_then(|der| Certificate::read(der));
    let signer = leaf.as_ref().and_then(Certificate::name);
    let intact = compare::is_intact(&reading);
    let trusted = trust == Some(Trust::Trusted);
    // What surrounds a signature is signed by nobody: it is as we write it, or was changed.
    let plain = reading
        .signature
        .as_ref()
        .is_some_and(|signature| signature.plain)
        && cms.is_some_and(|told| all_known(&told.chain, anchors));

    let copy = Copied::of(&reading);
    let code = reading.code.as_deref().map(|text| match copied(text) {
        Some(sealed) if copy.is_some() => pocket.ticket(&sealed.cose),
        _ => pocket.code(text),
    });
    let ticket = code
        .as_ref()
        .filter(|code| code.fact("holder").is_some())
        .and_then(|_| ticket_in(&reading));
    let issuer = code.as_ref().and_then(|code| code.fact("issuer"));

    let mut told = Told::new(PDF, Verdict::Unproven);
    told.findings = compare::signature(&reading, trust.as_ref(), signer.as_deref(), false);
    if trusted && intact {
        told = told.with(Finding::new("form", Light::of(plain)));
    }
    let mut verdicts = Vec::new();
    if let Some(document) = reading.attached(super::signature::CREDENTIAL) {
        let found = pocket.linked_data(document);
        verdicts.push(found.verdict);
        let same = ticket.as_ref().is_none_or(|ticket| {
            found
                .fact("number")
                .is_none_or(|number| number == ticket.number)
        });
        told = told.with(Finding::new(
            "file_credential",
            light_of(found.verdict, same),
        ));
    }
    if let Some(proof) = reading.attached(super::signature::PROOF) {
        let found = match std::str::from_utf8(proof) {
            Ok(proof) => pocket.proof(proof),
            Err(_) => Told::new("log_proof", Verdict::Altered),
        };
        let same = ticket.as_ref().is_none_or(|ticket| {
            found
                .fact("number")
                .is_none_or(|number| number == ticket.number)
        });
        let light = if found.verdict == Verdict::Logged && same {
            Light::Good
        } else {
            light_of(found.verdict, same)
        };
        told = told.with(Finding::new("file_proof", light));
    }
    let printed = compare::printed(&reading);
    told = told.with(match (&code, &ticket) {
        (None, _) => Finding::new("paper_code", Light::Open),
        (Some(code), _) if code.verdict.exit() == 1 => Finding::new("paper_code", Light::Bad),
        (Some(_), Some(_)) => {
            let own = reading.code.as_deref().and_then(|text| {
                scan(text)
                    .ok()
                    .map(|scan| scan.token)
                    .or_else(|| copied(text).map(|sealed| sealed.token))
            });
            let agrees = printed
                .first()
                .is_none_or(|printed| Some(printed) == own.as_ref());
            Finding::new("paper_code", Light::of(agrees))
        }
        _ => Finding::new("paper_code", Light::Open),
    });
    if let Some(ticket) = &ticket {
        let known = Known {
            holder: ticket.name.clone(),
            subject: ticket.occupation_title.clone(),
            level: SkillLevel::read(&ticket.level).map(|level| level.printed().to_owned()),
            number: ticket.number.clone(),
            // Organisations change their names; what they signed themselves keeps the old one.
            issuer: issuer.filter(|_| !(intact && trusted)).map(str::to_owned),
            issued_on: ticket.issued_on,
        };
        told = told.with(compare::text(&reading, &known));
        if let Some(copy) = &copy {
            told.findings
                .extend(copy.findings(&reading, &ticket.number, pocket.today()));
        } else if trusted {
            told = told.with(is_issuer(pocket, issuer, leaf.as_ref(), signer.as_deref()));
        }
    }
    let differs = told.findings.iter().any(|finding| {
        finding.light == Light::Bad
            && [
                "file_credential",
                "file_proof",
                "paper_code",
                "paper_text",
                "copy_text",
                "file_issuer",
                "file_time",
            ]
            .contains(&finding.code)
    });
    let inside = code.as_ref().map_or(Verdict::Unproven, |code| code.verdict);
    told.verdict = match (&trust, &reading.signature) {
        (_, Some(_)) if !intact || (trusted && !plain) => Verdict::Altered,
        _ if inside.exit() == 1 => Verdict::Altered,
        _ if differs => Verdict::Mismatch,
        (_, None) => Verdict::Unproven,
        (Some(Trust::Trusted), _) => match inside {
            Verdict::NotOurs | Verdict::Bare | Verdict::Unproven => {
                verdicts.first().copied().unwrap_or(Verdict::Unproven)
            }
            verdict => verdict,
        },
        _ if inside.exit() == 2 => inside,
        (Some(Trust::Withdrawn(_)), _) => Verdict::KeyNotGood,
        _ => Verdict::Unproven,
    };
    if let Some(code) = code {
        told.findings.extend(code.findings);
        told.facts = code.facts;
    }
    // A report has neither code nor certificate in it: the registry's word is all there is.
    let is_report = reading.code.is_none()
        && copy.is_none()
        && verdicts.is_empty()
        && told.verdict == Verdict::Unproven
        && intact
        && trusted
        && plain
        && leaf.as_ref().is_some_and(|leaf| pocket.is_own(leaf));
    if is_report {
        told.kind = "report";
        told.verdict = match pocket.bundle.freshness(pocket.at()) {
            Freshness::Fresh | Freshness::Stale => Verdict::Genuine,
            // Whether the key is still the registry's own cannot be told.
            Freshness::Outdated => Verdict::Outdated,
            Freshness::Clock => Verdict::Clock,
        };
        told.findings.retain(|finding| finding.code != "paper_code");
    }
    if let Some(copy) = copy {
        told.kind = "copy";
        if told.verdict == Verdict::Valid && pocket.today() > copy.until {
            told.verdict = Verdict::Expired;
        }
        told.facts.insert(0, ("copy_until", copy.until.to_string()));
        told.facts.insert(0, ("copy_for", copy.purpose));
    }
    told
}

/// Whether each certificate brought beside the signer's own is one we know or of one we know.
fn all_known(chain: &[Vec<u8>], anchors: &[Vec<u8>]) -> bool {
    let is_from =
        |der: &[u8], above: &[u8]| match (Certificate::read(der), Certificate::read(above)) {
            (Some(one), Some(above)) => one.is_from(&above),
            _ => false,
        };
    chain.iter().skip(1).all(|der| {
        anchors.contains(der) || anchors.iter().chain(chain).any(|above| is_from(der, above))
    })
}

fn ticket_in(reading: &reading::Reading) -> Option<Ticket> {
    let text = reading.code.as_deref()?;
    let sealed = scan(text)
        .ok()
        .and_then(|scan| scan.cose)
        .or_else(|| copied(text))?;
    Some(ticket::read(&sealed.cose).ok()?.ticket)
}

/// What a part says of itself within a whole: bent, good, or not to be told.
fn light_of(verdict: Verdict, same: bool) -> Light {
    match verdict.exit() {
        _ if !same => Light::Bad,
        1 => Light::Bad,
        0 | 2 => Light::Good,
        _ if matches!(verdict, Verdict::Stale | Verdict::NotGiven) => Light::Good,
        _ => Light::Open,
    }
}

/// Whether whoever signed the file is whoever issued the certificate.
fn is_issuer(
    pocket: &Pocket,
    issuer: Option<&str>,
    leaf: Option<&Certificate<'_>>,
    signer: Option<&str>,
) -> Finding {
    let by_key = leaf.and_then(|leaf| {
        let (owner, _) = pocket.bundle.key(|key| key.public == leaf.public_key)?;
        Some(Some(owner.name.as_str()) == issuer)
    });
    // An organisation with a certificate of another authority is known by its name alone.
    let same = by_key.unwrap_or(signer.is_some() && signer == issuer);
    Finding::new("file_issuer", Light::of(same))
}
