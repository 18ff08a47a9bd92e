//! 三本证书: one that stands, one revoked, one replaced; each drawn while it stood. Of the others one
//! is suspended, one corrected and one printed again.

use crate::acts::corrections::{self, Right};
use crate::acts::holds::{self, Cause};
use crate::acts::issuing::Given;
use crate::acts::revocations::Grounds;
use crate::acts::{Done, Error, certificates, printings, prints, replacements, revocations};
use crate::domain::account::{Confirmer, Issuer, Reader};
use crate::domain::certificate::{HoldReason, RevocationReason};
use crate::ground::clock::Now;
use crate::town::Specimen;
use crate::town::agenda::Walk;
use chrono::Days;

/// Whose certificate stands, whose is revoked, whose is replaced.
pub(super) const MUST_PASS: [&str; 3] = ["阿拉坦·额尔德尼", "何𬭎", "乌云其木格"];
const SPECIMENS: [&str; 3] = ["valid", "revoked", "replaced"];

const SIGNATORY: &str = "assess-signatory";
const SECOND: &str = "assess-signatory-2";

/// What else becomes of certificates: the first others of the sitting, in this order.
fn follow_others(walk: &mut Walk<'_>, given: &[Given], now: Now) {
    let after = |days, hour, minute| Now::beijing(now.day() + Days::new(days), hour, minute);
    let mut others = given
        .iter()
        .filter(|given| !MUST_PASS.contains(&given.holder.as_str()));
    if let Some(id) = others.next().map(|given| given.id.clone()) {
        walk.at(after(4, 10, 0), move |walk, now| {
            let cause = Cause {
                reason_class: HoldReason::Inquiry,
                basis: "《职业技能等级认定工作规程（试行）》".to_owned(),
                reason: "接到举报，正在调取考场录像核对。".to_owned(),
            };
            let confirmer = walk.person(SIGNATORY, Confirmer::of)?;
            holds::suspend(walk.registry, &confirmer, &id, &cause, now).map(drop)
        });
    }
    if let Some(wrong) = others.find(|given| !given.holder.ends_with('雅')).cloned() {
        let id = wrong.id.clone();
        walk.at(after(4, 14, 0), move |walk, now| {
            let mut name: String = wrong.holder;
            name.pop();
            name.push('雅');
            let right = Right {
                name: Some(name),
                reason: "报名时姓名末字录入有误。".to_owned(),
                evidence: "身份证原件、户口簿".to_owned(),
                ..Right::default()
            };
            let issuer = walk.person(SIGNATORY, Issuer::of)?;
            corrections::propose(walk.registry, &issuer, &wrong.id, &right, now).map(drop)
        });
        walk.at(after(5, 9, 30), move |walk, now| {
            let confirmer = walk.person(SECOND, Confirmer::of)?;
            corrections::confirm(walk.registry, &confirmer, &id, now).map(drop)
        });
    }
    if let Some(id) = others.next().map(|given| given.id.clone()) {
        walk.at(after(6, 9, 0), move |walk, now| {
            let issuer = walk.person(SIGNATORY, Issuer::of)?;
            let reason = "证书原件遗失，本人申请补印。";
            printings::print_again(walk.registry, &issuer, &id, reason, now).map(drop)
        });
    }
}

/// What becomes of the certificates of a sitting in the weeks after it was issued.
pub(super) fn follow(walk: &mut Walk<'_>, given: Vec<Given>, now: Now) {
    let after = |days, hour, minute| Now::beijing(now.day() + Days::new(days), hour, minute);
    follow_others(walk, &given, now);
    for (specimen, holder) in SPECIMENS.into_iter().zip(MUST_PASS) {
        let Some(given) = given.iter().find(|given| given.holder == holder).cloned() else {
            continue;
        };
        let id = given.id.clone();
        walk.at(after(1, 9, 0), move |walk, now| {
            draw(walk, specimen, given, now)
        });
        match specimen {
            "revoked" => {
                let same = id.clone();
                walk.at(after(6, 10, 0), move |walk, now| {
                    let grounds = Grounds {
                        reason_class: RevocationReason::Fraud,
                        basis: "《职业技能等级认定工作规程（试行）》".to_owned(),
                        reason: "经核查，理论考试由他人代考，本人已承认。".to_owned(),
                    };
                    let issuer = walk.person(SIGNATORY, Issuer::of)?;
                    revocations::propose(walk.registry, &issuer, &same, &grounds, now).map(drop)
                });
                walk.at(after(7, 15, 30), move |walk, now| {
                    let confirmer = walk.person(SECOND, Confirmer::of)?;
                    revocations::confirm(walk.registry, &confirmer, &id, now)
                });
            }
            "replaced" => walk.at(after(5, 11, 0), move |walk, now| {
                let issuer = walk.person(SIGNATORY, Issuer::of)?;
                let reason = "证书原件污损，本人申请换发。";
                replacements::replace(walk.registry, &issuer, &id, reason, now).map(drop)
            }),
            _ => {}
        }
    }
}

/// Draws a certificate as its holder got it, and notes everything that is to be seen of it.
fn draw(walk: &mut Walk<'_>, specimen: &'static str, given: Given, now: Now) -> Done<()> {
    let reader = walk.person(SIGNATORY, Reader::of)?;
    let base = &walk.registry.settings.public_base_url;
    let opened = certificates::open(walk.registry, &reader, &given.id)?;
    let drawn = prints::draw(walk.registry, &reader, &given.id, now)?;
    let shown = Specimen {
        url: format!("{base}/v/{}", given.token),
        qr: prints::qr(&opened.certificate, base),
        number: given.number,
        token: given.token,
        holder: given.holder,
        pdf: drawn.bytes,
    };
    walk.specimens.insert(specimen, shown);
    Ok(())
}

/// Whether all three are there.
pub(super) fn are_there(walk: &Walk<'_>) -> Done<()> {
    let missing = SPECIMENS
        .iter()
        .find(|specimen| !walk.specimens.contains_key(*specimen));
    missing.map_or(Ok(()), |specimen| {
        Err(Error::fault(format!(
            "the town has no {specimen} certificate"
        )))
    })
}
