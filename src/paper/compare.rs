//! 对照: what a file that somebody brings shows, held against what is known of its certificate.
//!
//! The page for files asks the register, the command line a trust bundle; both hold the file
//! against the answer here.

use super::layout::day_zh;
use super::reading::{Reading, Signature};
use super::signature::COPY;
use crate::seal::chain::Trust;
use crate::seal::finding::{Finding, Light};
use crate::seal::scan::{copied, scan};
use crate::seal::ticket;
use chrono::NaiveDate;

/// What is known of a certificate, as its page should say it.
#[derive(Clone, Debug)]
pub struct Known {
    /// 姓名
    pub holder: String,
    /// 职业名称, or the course.
    pub subject: String,
    /// 技能等级 in words; none for a course.
    pub level: Option<String>,
    /// 证书编号
    pub number: String,
    /// 发证机构; none where its name of today says nothing.
    pub issuer: Option<String>,
    /// 发证日期
    pub issued_on: NaiveDate,
}

/// Whether a file's signature covers it all and holds.
pub fn is_intact(reading: &Reading) -> bool {
    reading.signature.as_ref().is_some_and(Signature::is_intact)
}

/// What the signature shows. `ours`: something better than the signer's certificate says that it is
/// one of ours.
pub fn signature(
    reading: &Reading,
    trust: Option<&Trust>,
    signer: Option<&str>,
    ours: bool,
) -> Vec<Finding> {
    let Some(signature) = &reading.signature else {
        return vec![Finding::new("file_signature", Light::Bad)];
    };
    let holds = signature.told.as_ref().is_some_and(|told| told.signature);
    let mut finding = Finding::new("file_signature", Light::of(holds));
    if let (true, Some(signer)) = (holds, signer) {
        finding = finding.said(signer);
    }
    let trusted = match trust {
        _ if !holds => Light::Open,
        Some(Trust::Trusted) => Light::Good,
        Some(Trust::OutOfDate | Trust::Withdrawn(_)) if ours => Light::Open,
        _ => Light::Bad,
    };
    let mut findings = vec![
        finding,
        Finding::new("file_whole", Light::of(signature.is_intact())),
        Finding::new("file_signer", trusted),
    ];
    let stamp = signature
        .told
        .as_ref()
        .and_then(|told| told.time_stamp.as_ref());
    if let Some(stamp) = stamp {
        let light = match stamp.signature {
            _ if !stamp.of_this => Light::Bad,
            Some(holds) => Light::of(holds),
            None => Light::Open,
        };
        findings.push(Finding::new("file_time", light).at(stamp.at));
    }
    findings
}

/// Whether the page says what is known.
pub fn text(reading: &Reading, known: &Known) -> Finding {
    if reading.lines.is_empty() {
        return Finding::new("paper_text", Light::Open);
    }
    let wanted = [
        ("holder", Some(known.holder.clone())),
        ("occupation", Some(known.subject.clone())),
        ("level", known.level.clone()),
        ("number", Some(known.number.clone())),
        ("issuer", known.issuer.clone()),
        ("issued_on", Some(day_zh(known.issued_on))),
    ];
    let other: Vec<&'static str> = wanted
        .into_iter()
        .filter(|(_, says)| says.as_ref().is_some_and(|says| !reading.says(says)))
        .map(|(field, _)| field)
        .collect();
    if other.is_empty() {
        Finding::new("paper_text", Light::Good)
    } else {
        Finding::new("paper_text", Light::Bad).fields(other)
    }
}

/// Whether the QR code is this certificate's. `here`: whether its address is one to trust.
pub fn code(
    reading: &Reading,
    token: &str,
    cose: &[u8],
    here: impl FnOnce(&str) -> bool,
) -> Finding {
    let Some(says) = reading.code.as_deref() else {
        return Finding::new("paper_code", Light::Open);
    };
    let its = scan(says).is_ok_and(|scanned| {
        scanned.token == token && scanned.cose.is_none_or(|sealed| sealed.cose == cose)
    });
    // The code of a copy leads to the copy and carries the certificate.
    let its = its || copied(says).is_some_and(|sealed| sealed.cose == cose);
    Finding::new("paper_code", Light::of(its && here(says)))
}

/// What a copy for one purpose says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The number of the certificate it is of.
    pub number: String,
    /// What it is for.
    pub purpose: String,
    /// Its last day.
    pub until: NaiveDate,
}

impl Copied {
    /// What a copy says, as attached to it; none when it is no copy.
    pub fn of(reading: &Reading) -> Option<Self> {
        let told: serde_json::Value = serde_json::from_slice(reading.attached(COPY)?).ok()?;
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        Some(Self {
            number: text("number")?,
            purpose: text("purpose")?,
            until: told["until"].as_str()?.parse().ok()?,
        })
    }

    /// Whether the page says the same of the same certificate, and whether it is in time.
    pub fn findings(&self, reading: &Reading, number: &str, today: NaiveDate) -> [Finding; 2] {
        let page = reading.says(&self.purpose) && self.number == number;
        let in_time = today <= self.until;
        [
            Finding::new("copy_text", Light::of(page)),
            Finding::new(
                if in_time { "copy_time" } else { "copy_over" },
                Light::of(in_time),
            ),
        ]
    }
}

/// The codes a file names: printed beside the QR code, and within it.
pub fn tokens(reading: &Reading) -> Vec<String> {
    let mut found = printed(reading);
    let scanned = reading.code.as_deref().map(scan);
    if let Some(Ok(scanned)) = scanned {
        found.push(scanned.token);
    }
    found
}

/// The codes printed in letters.
pub fn printed(reading: &Reading) -> Vec<String> {
    let mut found = Vec::new();
    for line in &reading.lines {
        // “核验码 29GP W5CK SZ8F NV4B”: four groups of four at the end of a line.
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [.., a, b, c, d] = words.as_slice() {
            let typed = [*a, *b, *c, *d].concat().to_ascii_lowercase();
            if ticket::is_token(&typed) {
                found.push(typed);
            }
        }
    }
    found
}
