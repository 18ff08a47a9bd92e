//! 核验二维码: what a scanned text says, judged by the bundle; the host in it is not asked.

use super::{Pocket, Told, Verdict, moment};
use crate::domain::list_check::LineVerdict;
use crate::seal::bundle::Offline;
use crate::seal::finding::{Finding, Light};
use crate::seal::receipt::Receipt;
use crate::seal::scan::{Foreign, scan};
use crate::seal::ticket::{self, Invalid, Ticket};

const CODE: &str = "code";
const RECEIPT: &str = "receipt";
/// After so many seconds a receipt's "in force" is too old to rely on.
const FRESH: i64 = 7 * 86_400;
/// A clock may be ahead by so much.
const AHEAD: i64 = 86_400;

impl Pocket {
    /// Judges a scanned text.
    pub fn code(&self, text: &str) -> Told {
        match scan(text) {
            Err(Foreign::Token) => Told::new(CODE, Verdict::NotOurs),
            Err(Foreign::Digits) => Told::misshapen(CODE),
            Err(Foreign::Mismatch) => {
                Told::new(CODE, Verdict::Altered).with(Finding::new("token", Light::Bad))
            }
            Ok(found) => match found.cose {
                None => {
                    let mut told =
                        Told::new(CODE, Verdict::Bare).with(Finding::new("content", Light::Open));
                    told.say("token", found.token);
                    told
                }
                Some(sealed) => self.ticket(&sealed.cose),
            },
        }
    }

    /// Judges a signed ticket.
    pub fn ticket(&self, cose: &[u8]) -> Told {
        let judged = self.bundle.judge(cose, self.at(), self.today());
        let signer = ticket::read(cose).ok().and_then(|claim| {
            let (issuer, _) = self.bundle.key(|key| key.id == claim.key_id)?;
            Some(issuer)
        });
        let (verdict, ticket) = match judged {
            Offline::Altered(Invalid::Malformed) => return Told::misshapen(CODE),
            Offline::Altered(Invalid::Version) => {
                return Told::new(CODE, Verdict::UnknownKey)
                    .with(Finding::new("form", Light::Open));
            }
            Offline::Altered(Invalid::Key | Invalid::Signature) => (Verdict::Altered, None),
            Offline::UnknownKey => (Verdict::UnknownKey, None),
            Offline::KeyNotGood => (Verdict::KeyNotGood, None),
            Offline::Outdated => (Verdict::Outdated, None),
            Offline::Clock => (Verdict::Clock, None),
            Offline::Good(ticket) => (Verdict::Valid, Some(ticket)),
            Offline::Stale(ticket) => (Verdict::Stale, Some(ticket)),
            Offline::Revoked(ticket) => (Verdict::Revoked, Some(ticket)),
            Offline::Suspended(ticket) => (Verdict::Suspended, Some(ticket)),
            Offline::Replaced(ticket) => (Verdict::Replaced, Some(ticket)),
            Offline::Expired(ticket) => (Verdict::Expired, Some(ticket)),
            Offline::NotGiven(ticket) => (Verdict::NotGiven, Some(ticket)),
        };
        let content = match verdict {
            Verdict::Altered => Light::Bad,
            Verdict::UnknownKey | Verdict::Outdated | Verdict::Clock => Light::Open,
            _ => Light::Good,
        };
        let mut told = Told::new(CODE, verdict).with(Finding::new("content", content));
        let name = signer.map(|issuer| issuer.name.clone());
        told = match verdict {
            Verdict::Altered => told,
            Verdict::UnknownKey => told.with(Finding::new("issuer", Light::Open)),
            Verdict::KeyNotGood => told.with(Finding::new("key", Light::Open)),
            Verdict::Outdated | Verdict::Clock => told,
            _ => told
                .with(Finding::new("issuer", Light::Good).said(name.clone().unwrap_or_default())),
        };
        if let Some(ticket) = ticket {
            told.of_ticket(&ticket, name.unwrap_or_default());
        }
        self.stands(told)
    }

    /// Judges a receipt's text: a word of the registry's about a moment.
    pub fn receipt(&self, text: &str) -> Told {
        let Some(bytes) = Receipt::in_text(text) else {
            return Told::misshapen(RECEIPT);
        };
        let opened = self.roots().find_map(|root| Receipt::open(&bytes, root));
        let Some(receipt) = opened else {
            return Told::new(RECEIPT, Verdict::Altered)
                .with(Finding::new("root_signature", Light::Bad));
        };
        // Whoever has the key can write any time into a receipt: none of its receipts is believed.
        if Receipt::key(&bytes).is_some_and(|key| self.bundle.lost.contains(&key)) {
            let mut told =
                Told::new(RECEIPT, Verdict::KeyNotGood).with(Finding::new("key", Light::Open));
            told.say("number", receipt.subject);
            return told;
        }
        let age = self.at() - receipt.at;
        let all = receipt.good == receipt.lines;
        let verdict = match receipt.verdict.as_str() {
            _ if age < -AHEAD => Verdict::Clock,
            // A list's receipt says what each of its lines came to, and is true whatever that was.
            "list" if !all || age > FRESH => Verdict::Genuine,
            "valid" if all && age > FRESH => Verdict::Stale,
            "valid" | "list" if all => Verdict::Valid,
            "expired" => Verdict::Expired,
            "suspended" => Verdict::Suspended,
            "replaced" | "corrected" => Verdict::Replaced,
            "revoked" => Verdict::Revoked,
            "mismatch" => Verdict::Mismatch,
            _ => Verdict::Logged,
        };
        let of_now = age <= FRESH || !matches!(verdict, Verdict::Stale | Verdict::Genuine);
        let fresh = if of_now && verdict != Verdict::Clock {
            Light::Good
        } else {
            Light::Open
        };
        let mut told = Told::new(RECEIPT, verdict)
            .with(Finding::new("root_signature", Light::Good))
            .with(Finding::new("receipt_age", fresh).at(moment(receipt.at)));
        if receipt.verdict == "list" {
            told = told.with(Finding::new("lines", Light::of(all)));
            told.say("digest", receipt.subject);
            told.say("lines", receipt.lines.to_string());
            told.say("good", receipt.good.to_string());
            for (verdict, count) in &receipt.counts {
                match LineVerdict::read(verdict) {
                    Some(LineVerdict::Valid) | None => {}
                    Some(verdict) => told.say(verdict.as_str(), count.to_string()),
                }
            }
        } else {
            told.say("number", receipt.subject);
            told.say("was", receipt.verdict);
        }
        told
    }
}

impl Told {
    fn of_ticket(&mut self, ticket: &Ticket, issuer: String) {
        self.say("holder", &ticket.name);
        self.say("id_tail", &ticket.id_last4);
        self.say("occupation", &ticket.occupation_title);
        self.say("occupation_code", &ticket.occupation_code);
        self.say("level", &ticket.level);
        self.say("number", &ticket.number);
        self.say("issuer", issuer);
        self.say("issued_on", ticket.issued_on.to_string());
        self.say(
            "expires_on",
            ticket
                .expires_on
                .map_or_else(String::new, |day| day.to_string()),
        );
    }
}
