//! 数字证书: the registry's own certification authority, the certificates of those who sign PDFs,
//! and the list of revoked ones (RFC 5280).
//!
//! ES256 throughout: PDF readers know P-256 and not Ed25519. A leaf carries `documentSigning`
//! (RFC 9336) and `emailProtection`, without which NSS knows no use for it.

use crate::seal::der::{
    self, BITS, GENERAL_TIME, INTEGER, Item, OCTETS, Reader, SEQUENCE, UTC_TIME, UTF8, bits,
    context, group, integer, oid, sequence, value,
};
use crate::seal::signer::{Algorithm, Signer, verify};
use chrono::{Datelike, NaiveDateTime};
use p256::ecdsa::Signature;
use sha2::{Digest, Sha256};

/// ecdsa-with-SHA256, 1.2.840.10045.4.3.2.
const ECDSA_SHA256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];
/// id-ecPublicKey, 1.2.840.10045.2.1.
const EC_KEY: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
/// prime256v1, 1.2.840.10045.3.1.7.
const P256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
const COUNTRY: &[u8] = &[0x55, 4, 6];
const ORGANISATION: &[u8] = &[0x55, 4, 10];
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
/// organizationIdentifier, 2.5.4.97 (ETSI EN 319 412-1 clause 5.1.4).
const ORGANISATION_ID: &[u8] = &[0x55, 4, 97];
const SUBJECT_KEY: &[u8] = &[0x55, 0x1D, 14];
const KEY_USAGE: &[u8] = &[0x55, 0x1D, 15];
const BASIC: &[u8] = &[0x55, 0x1D, 19];
const LIST_NUMBER: &[u8] = &[0x55, 0x1D, 20];
const REASON: &[u8] = &[0x55, 0x1D, 21];
const LIST_POINT: &[u8] = &[0x55, 0x1D, 31];
/// uniformResourceIdentifier among general names.
const URI: u8 = 0x86;
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1D, 35];
const EXTENDED_USAGE: &[u8] = &[0x55, 0x1D, 37];
/// id-kp-documentSigning, 1.3.6.1.5.5.7.3.36.
const DOCUMENT_SIGNING: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 36];
/// id-kp-emailProtection, 1.3.6.1.5.5.7.3.4.
const EMAIL: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 4];

/// Whom a certificate is for.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// Her name as it is shown.
    pub name: &'a str,
    /// The organisation.
    pub organisation: &'a str,
    /// 统一社会信用代码, where it is known.
    pub code: Option<&'a str>,
}

/// From when until when.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The first second.
    pub from: NaiveDateTime,
    /// The last.
    pub until: NaiveDateTime,
}

/// The algorithm every signature here is made with.
pub fn ecdsa() -> Vec<u8> {
    sequence(&[&oid(ECDSA_SHA256)])
}

/// A signature r ‖ s as X.509 and CMS write it.
pub fn signature(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at(raw.len() / 2);
    sequence(&[&integer(r), &integer(s)])
}

/// The certificate of an authority for itself.
pub fn authority(signer: &dyn Signer, name: &str, span: Span) -> Vec<u8> {
    let subject = Subject {
        name,
        organisation: name,
        code: None,
    };
    let extensions = [
        // cA, and no other authority below it.
        extension(
            BASIC,
            true,
            &sequence(&[&value(1, &[0xFF]), &integer(&[0])]),
        ),
        // keyCertSign and cRLSign.
        extension(KEY_USAGE, true, &value(BITS, &[1, 0x06])),
        extension(
            SUBJECT_KEY,
            false,
            &value(OCTETS, &key_hash(signer.public_key())),
        ),
    ];
    let name = name_of(&subject);
    certificate(signer, signer.public_key(), &name, &name, span, &extensions)
}

/// A certificate for somebody's key; `list` is where revoked ones are listed.
pub fn leaf(
    authority: &Certificate<'_>,
    signer: &dyn Signer,
    subject: &Subject<'_>,
    public_key: &[u8],
    span: Span,
    list: &str,
) -> Vec<u8> {
    let place = group(
        context(0),
        &[&group(context(0), &[&value(URI, list.as_bytes())])],
    );
    let extensions = [
        extension(BASIC, true, &sequence(&[])),
        // digitalSignature and nonRepudiation.
        extension(KEY_USAGE, true, &value(BITS, &[6, 0xC0])),
        extension(
            EXTENDED_USAGE,
            false,
            &sequence(&[&oid(DOCUMENT_SIGNING), &oid(EMAIL)]),
        ),
        extension(SUBJECT_KEY, false, &value(OCTETS, &key_hash(public_key))),
        extension(AUTHORITY_KEY, false, &authority_key(signer.public_key())),
        extension(LIST_POINT, false, &sequence(&[&sequence(&[&place])])),
    ];
    certificate(
        signer,
        public_key,
        authority.subject,
        &name_of(subject),
        span,
        &extensions,
    )
}

/// One certificate that is no longer to be trusted.
#[derive(Clone, Debug)]
pub struct Withdrawn {
    /// Its serial number.
    pub serial: Vec<u8>,
    /// Since when.
    pub at: NaiveDateTime,
    /// Why, as RFC 5280 clause 5.3.1 counts reasons.
    pub reason: u8,
}

/// The authority's list of revoked certificates.
pub fn list(
    authority: &Certificate<'_>,
    signer: &dyn Signer,
    number: u32,
    span: Span,
    withdrawn: &[Withdrawn],
) -> Vec<u8> {
    let entries: Vec<u8> = withdrawn
        .iter()
        .flat_map(|one| {
            let reason = extension(REASON, false, &value(0x0A, &[one.reason]));
            sequence(&[&integer(&one.serial), &time(one.at), &sequence(&[&reason])])
        })
        .collect();
    // An empty list must be absent (clause 5.1.2.6).
    let entries = if entries.is_empty() {
        entries
    } else {
        value(SEQUENCE, &entries)
    };
    let extensions = sequence(&[
        &extension(AUTHORITY_KEY, false, &authority_key(signer.public_key())),
        &extension(LIST_NUMBER, false, &integer(&number.to_be_bytes())),
    ]);
    let told = sequence(&[
        &integer(&[1]),
        &ecdsa(),
        authority.subject,
        &time(span.from),
        &time(span.until),
        &entries,
        &group(context(0), &[&extensions]),
    ]);
    signed(signer, &told)
}

fn certificate(
    signer: &dyn Signer,
    public_key: &[u8],
    issuer: &[u8],
    subject: &[u8],
    span: Span,
    extensions: &[Vec<u8>],
) -> Vec<u8> {
    let key = sequence(&[&sequence(&[&oid(EC_KEY), &oid(P256)]), &bits(public_key)]);
    let span = sequence(&[&time(span.from), &time(span.until)]);
    // Unguessable, as the key is, and never the same for two keys or two spans of one.
    let mut serial = Sha256::new();
    for part in [issuer, subject, &span, &key] {
        serial.update(part);
    }
    let mut serial: [u8; 32] = serial.finalize().into();
    serial[0] = serial[0] & 0x7F | 0x40;
    let told = sequence(&[
        &group(context(0), &[&integer(&[2])]),
        &integer(&serial[..16]),
        &ecdsa(),
        issuer,
        &span,
        subject,
        &key,
        &group(context(3), &[&value(SEQUENCE, &extensions.concat())]),
    ]);
    signed(signer, &told)
}

fn signed(signer: &dyn Signer, told: &[u8]) -> Vec<u8> {
    let signature = signature(&signer.sign(told));
    sequence(&[told, &ecdsa(), &bits(&signature)])
}

fn name_of(subject: &Subject<'_>) -> Vec<u8> {
    let part = |kind: &[u8], tag: u8, says: &str| {
        group(
            der::SET,
            &[&sequence(&[&oid(kind), &value(tag, says.as_bytes())])],
        )
    };
    let code = subject.code.map(|code| {
        // NTR: the national trade register's number, after the country.
        part(ORGANISATION_ID, UTF8, &format!("NTRCN-{code}"))
    });
    sequence(&[
        &part(COUNTRY, 0x13, "CN"),
        &part(ORGANISATION, UTF8, &short(subject.organisation)),
        code.as_deref().unwrap_or_default(),
        &part(COMMON_NAME, UTF8, &short(subject.name)),
    ])
}

/// Names in certificates have at most sixty-four characters (RFC 5280 appendix A).
fn short(name: &str) -> String {
    name.chars().take(64).collect()
}

fn extension(kind: &[u8], critical: bool, says: &[u8]) -> Vec<u8> {
    let critical = if critical {
        value(1, &[0xFF])
    } else {
        Vec::new()
    };
    sequence(&[&oid(kind), &critical, &value(OCTETS, says)])
}

fn authority_key(public_key: &[u8]) -> Vec<u8> {
    sequence(&[&value(0x80, &key_hash(public_key))])
}

/// The name of a key: the leftmost 160 bits of its SHA-256 (RFC 7093 clause 2, method 1).
pub fn key_hash(public_key: &[u8]) -> [u8; 20] {
    let mut name = [0; 20];
    name.copy_from_slice(&Sha256::digest(public_key)[..20]);
    name
}

fn time(at: NaiveDateTime) -> Vec<u8> {
    if at.year() < 2050 {
        value(UTC_TIME, at.format("%y%m%d%H%M%SZ").to_string().as_bytes())
    } else {
        value(
            GENERAL_TIME,
            at.format("%Y%m%d%H%M%SZ").to_string().as_bytes(),
        )
    }
}

/// A certificate as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Certificate<'a> {
    /// All of it.
    pub whole: &'a [u8],
    /// What is signed.
    told: &'a [u8],
    signature: &'a [u8],
    algorithm: &'a [u8],
    /// Its serial number.
    pub serial: &'a [u8],
    /// Who issued it, as a whole Name.
    pub issuer: &'a [u8],
    /// Whom it is for, as a whole Name.
    pub subject: &'a [u8],
    /// From when until when.
    pub span: (NaiveDateTime, NaiveDateTime),
    /// The public key in SEC1's form when it is on P-256; else empty.
    pub public_key: &'a [u8],
    /// Whether it may issue others.
    pub is_authority: bool,
    extensions: Option<Item<'a>>,
}

impl<'a> Certificate<'a> {
    /// Reads DER; none for anything that is no certificate.
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let mut outer = Reader(der::read(der)?.of(SEQUENCE)?.content);
        let told = outer.take(SEQUENCE)?;
        let algorithm = outer.take(SEQUENCE)?;
        let signature = outer.take(BITS)?.content.strip_prefix(&[0])?;
        let mut parts = Reader(told.content);
        parts.take(context(0))?;
        let serial = parts.take(INTEGER)?.content;
        parts.take(SEQUENCE)?;
        let issuer = parts.take(SEQUENCE)?.whole;
        let span = parts.take(SEQUENCE)?.parts()?;
        let [from, until] = span.as_slice() else {
            return None;
        };
        let span = (read_time(*from)?, read_time(*until)?);
        let subject = parts.take(SEQUENCE)?.whole;
        let key = parts.take(SEQUENCE)?.parts()?;
        let kind = sequence(&[&oid(EC_KEY), &oid(P256)]);
        let public_key = match key.as_slice() {
            [how, point] if how.whole == kind => point.of(BITS)?.content.strip_prefix(&[0])?,
            _ => &[],
        };
        let extensions = std::iter::from_fn(|| parts.next()).find(|part| part.tag == context(3));
        let is_authority = match extensions {
            Some(extensions) => may_issue(extensions)?,
            None => false,
        };
        Some(Self {
            whole: der,
            told: told.whole,
            signature,
            algorithm: algorithm.whole,
            serial,
            issuer,
            subject,
            span,
            public_key,
            is_authority,
            extensions,
        })
    }

    /// Whether the holder of `other` issued this: name and signature. False for algorithms other
    /// than ES256.
    pub fn is_from(&self, other: &Certificate<'_>) -> bool {
        self.issuer == other.subject
            && self.algorithm == ecdsa()
            && verify_der(other.public_key, self.told, self.signature)
    }

    /// Whether it is valid at a time.
    pub fn is_valid_at(&self, at: NaiveDateTime) -> bool {
        (self.span.0..=self.span.1).contains(&at)
    }

    /// Where its authority's list of withdrawn certificates is to be had (RFC 5280 clause 4.2.1.13).
    pub fn lists_at(&self) -> Vec<String> {
        self.extension(LIST_POINT).map_or_else(Vec::new, |points| {
            let whole_name = |point: Item<'a>| {
                let place = Reader(point.content).take(context(0))?;
                Reader(place.content).take(context(0))
            };
            let points = points.parts().unwrap_or_default().into_iter();
            points
                .filter_map(whole_name)
                .flat_map(|names| names.parts().unwrap_or_default())
                .filter(|name| name.tag == URI)
                .filter_map(|name| String::from_utf8(name.content.to_vec()).ok())
                .collect()
        })
    }

    /// What an extension says.
    fn extension(&self, kind: &[u8]) -> Option<Item<'a>> {
        let all = der::read(self.extensions?.content)?.parts()?;
        all.into_iter().find_map(|one| {
            let mut parts = Reader(one.content);
            let found = parts.take(der::OID)?;
            parts.take(1);
            let says = parts.take(OCTETS)?;
            (found.content == kind)
                .then(|| der::read(says.content))
                .flatten()
        })
    }

    /// The name people know the holder by.
    pub fn name(&self) -> Option<String> {
        let item = der::read(self.subject)?;
        item.parts()?.into_iter().rev().find_map(|set| {
            let pair = set.parts()?.first()?.parts()?;
            let [kind, says] = pair.as_slice() else {
                return None;
            };
            (kind.content == COMMON_NAME)
                .then(|| String::from_utf8(says.content.to_vec()).ok())
                .flatten()
        })
    }
}

fn may_issue(extensions: Item<'_>) -> Option<bool> {
    let mut found = false;
    for one in der::read(extensions.content)?.parts()? {
        let mut parts = Reader(one.content);
        let kind = parts.take(der::OID)?;
        parts.take(1);
        let says = parts.take(OCTETS)?;
        if kind.content == BASIC {
            let basic = der::read(says.content)?.of(SEQUENCE)?;
            found = Reader(basic.content)
                .take(1)
                .is_some_and(|yes| yes.content == [0xFF]);
        }
    }
    Some(found)
}

/// Whether an ES256 signature in DER is this key's.
pub fn verify_der(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    Signature::from_der(signature)
        .is_ok_and(|signature| verify(Algorithm::Es256, public_key, message, &signature.to_bytes()))
}

/// A time as certificates write it.
pub fn read_time(item: Item<'_>) -> Option<NaiveDateTime> {
    let text = std::str::from_utf8(item.content).ok()?;
    let digits = text.strip_suffix('Z')?;
    let digits = digits.split('.').next()?;
    let full = match item.tag {
        UTC_TIME => {
            let century = if digits.get(..2)? < "50" { "20" } else { "19" };
            format!("{century}{digits}")
        }
        GENERAL_TIME => digits.to_owned(),
        _ => return None,
    };
    NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%S").ok()
}

/// A list of revoked certificates as it was read.
#[derive(Clone, Debug)]
pub struct Listed {
    /// When it was made.
    pub from: NaiveDateTime,
    /// When the next is due.
    pub until: Option<NaiveDateTime>,
    /// Serial number and time of each.
    pub withdrawn: Vec<(Vec<u8>, NaiveDateTime)>,
}

/// Reads a list and checks that this authority signed it.
pub fn read_list(der: &[u8], authority: &Certificate<'_>) -> Option<Listed> {
    let mut outer = Reader(der::read(der)?.of(SEQUENCE)?.content);
    let told = outer.take(SEQUENCE)?;
    let algorithm = outer.take(SEQUENCE)?;
    let signature = outer.take(BITS)?.content.strip_prefix(&[0])?;
    if algorithm.whole != ecdsa() || !verify_der(authority.public_key, told.whole, signature) {
        return None;
    }
    let (issuer, listed) = listed(told)?;
    (issuer == authority.subject).then_some(listed)
}

/// What a list says, whoever signed it: whose it is, as a whole Name, and what it withdrew. To be
/// handed on to those who can check the signature, not to be relied on.
pub fn list_told(der: &[u8]) -> Option<(&[u8], Listed)> {
    let whole = der::read(der)?.of(SEQUENCE)?;
    listed(Reader(whole.content).take(SEQUENCE)?)
}

fn listed(told: Item<'_>) -> Option<(&[u8], Listed)> {
    let mut parts = Reader(told.content);
    // Version 1 says no version.
    parts.take(INTEGER);
    parts.take(SEQUENCE)?;
    let issuer = parts.take(SEQUENCE)?.whole;
    let from = read_time(parts.next()?)?;
    let until = parts
        .take(UTC_TIME)
        .or_else(|| parts.take(GENERAL_TIME))
        .and_then(read_time);
    let mut withdrawn = Vec::new();
    if let Some(entries) = parts.take(SEQUENCE) {
        for entry in entries.parts()? {
            let parts = entry.parts()?;
            let [serial, at, ..] = parts.as_slice() else {
                return None;
            };
            withdrawn.push((serial.content.to_vec(), read_time(*at)?));
        }
    }
    let listed = Listed {
        from,
        until,
        withdrawn,
    };
    Some((issuer, listed))
}

/// DER as PEM (RFC 7468).
pub fn pem(label: &str, der: &[u8]) -> String {
    let text = data_encoding::BASE64.encode(der);
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .filter_map(|at| text.get(at..(at + 64).min(text.len())))
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

/// Every block of this label in a PEM file.
pub fn read_pem(label: &str, text: &str) -> Vec<Vec<u8>> {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    text.split(begin.as_str())
        .skip(1)
        .filter_map(|rest| rest.split_once(end.as_str()))
        .filter_map(|(block, _)| {
            let letters: String = block.split_whitespace().collect();
            data_encoding::BASE64.decode(letters.as_bytes()).ok()
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::seal::signer::Es256;
    use crate::seal::signer::tests::signer;
    use chrono::NaiveDate;

    pub(crate) fn day(year: i32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(year, 1, 2)
            .and_then(|day| day.and_hms_opt(3, 4, 5))
            .unwrap()
    }

    pub(crate) fn span() -> Span {
        Span {
            from: day(2025),
            until: day(2056),
        }
    }

    #[test]
    fn an_authority_vouches_for_a_leaf() {
        let (root, holder) = (signer(), Es256::generate());
        let ca = authority(&root, "塔林登记册", span());
        let ca = Certificate::read(&ca).unwrap();
        assert!(ca.is_authority && ca.is_from(&ca));
        assert_eq!(ca.span, (day(2025), day(2056)));
        let subject = Subject {
            name: "塔林市职业技能评价中心",
            organisation: "塔林市职业技能评价中心",
            code: Some("91150100MA0N000001"),
        };
        let der = leaf(
            &ca,
            &root,
            &subject,
            holder.public_key(),
            span(),
            "http://a/ca.crl",
        );
        let leaf = Certificate::read(&der).unwrap();
        assert!(!leaf.is_authority && leaf.is_from(&ca) && !ca.is_from(&leaf));
        assert_eq!(leaf.public_key, holder.public_key());
        assert_eq!(leaf.name().unwrap(), "塔林市职业技能评价中心");
        assert_eq!(leaf.lists_at(), ["http://a/ca.crl"]);
        assert!(ca.lists_at().is_empty());
        assert!(leaf.is_valid_at(day(2030)) && !leaf.is_valid_at(day(2057)));
        for at in 0..der.len() {
            let mut other = der.clone();
            other[at] ^= 1;
            assert!(
                !Certificate::read(&other).is_some_and(|other| other.is_from(&ca)),
                "byte {at}"
            );
        }
    }

    #[test]
    fn a_list_names_the_withdrawn() {
        let root = signer();
        let ca = authority(&root, "塔林登记册", span());
        let ca = Certificate::read(&ca).unwrap();
        let empty = read_list(&list(&ca, &root, 1, span(), &[]), &ca).unwrap();
        assert!(empty.withdrawn.is_empty() && empty.until == Some(day(2056)));
        let withdrawn = [Withdrawn {
            serial: vec![0x41, 7],
            at: day(2027),
            reason: 1,
        }];
        let der = list(&ca, &root, 2, span(), &withdrawn);
        let told = read_list(&der, &ca).unwrap();
        assert_eq!(told.withdrawn, [(vec![0x41, 7], day(2027))]);
        let (whose, handed) = list_told(&der).unwrap();
        assert_eq!((whose, handed.withdrawn), (ca.subject, told.withdrawn));
        assert!(list_told(&der[..der.len() - 1]).is_none() && list_told(b"").is_none());
        let other = authority(&Es256::generate(), "塔林登记册", span());
        assert!(read_list(&der, &Certificate::read(&other).unwrap()).is_none());
    }

    #[test]
    fn pem_goes_both_ways() {
        let der = vec![7; 100];
        let text = pem("CERTIFICATE", &der);
        assert!(text.lines().all(|line| line.len() <= 64));
        assert_eq!(read_pem("CERTIFICATE", &text.repeat(2)), [der.clone(), der]);
        assert!(read_pem("PRIVATE KEY", &text).is_empty());
    }
}
