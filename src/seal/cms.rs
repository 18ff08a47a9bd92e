//! 签名信封: the signature that stands in a PDF (CMS, RFC 5652; ETSI EN 319 122-1, level B).
//!
//! Signed attributes are the content's kind, its digest and the signer's certificate; no signing
//! time, which PAdES keeps in the file (ETSI EN 319 142-1 clause 6.3). Nothing in it is by chance
//! (RFC 6979), so the same file signed again is the same file.

use crate::seal::der::{
    self, INTEGER, Item, OCTETS, OID, Reader, SEQUENCE, SET, context, group, integer, oid,
    sequence, set_of, value,
};
use crate::seal::signer::Signer;
use crate::seal::x509::{self, Certificate, ecdsa, verify_der};
use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};

/// id-sha256, 2.16.840.1.101.3.4.2.1.
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
/// id-data, 1.2.840.113549.1.7.1.
const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1];
/// id-signedData, 1.2.840.113549.1.7.2.
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2];
const CONTENT_TYPE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 3];
const MESSAGE_DIGEST: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 4];
/// id-aa-signingCertificateV2, 1.2.840.113549.1.9.16.2.47 (RFC 5035).
const SIGNING_CERTIFICATE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 16, 2, 47];
/// id-aa-timeStampToken, 1.2.840.113549.1.9.16.2.14 (RFC 3161 appendix A).
const TIME_STAMP: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 16, 2, 14];
/// id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4.
const TST_INFO: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 16, 1, 4];

fn sha256() -> Vec<u8> {
    sequence(&[&oid(SHA256)])
}

/// Some write the algorithm with a NULL after it (RFC 5754 section 2).
fn is_sha256(algorithm: &[u8]) -> bool {
    der::read(algorithm)
        .and_then(|how| how.parts())
        .and_then(|parts| parts.first().map(|kind| kind.whole == oid(SHA256)))
        == Some(true)
}

fn attribute(kind: &[u8], says: &[u8]) -> Vec<u8> {
    sequence(&[&oid(kind), &group(SET, &[says])])
}

/// A signature over a digest, not yet written down: a time stamp may still be added.
pub struct Made {
    chain: Vec<Vec<u8>>,
    attributes: Vec<u8>,
    /// The signature itself, which a time stamp is asked for.
    pub signature: Vec<u8>,
}

/// Signs the SHA-256 of some content. `chain` begins with the signer's certificate.
pub fn sign(signer: &dyn Signer, chain: &[Vec<u8>], digest: &[u8; 32]) -> Made {
    let own = chain.first().map(Vec::as_slice).unwrap_or_default();
    let named = sequence(&[&sequence(&[&value(OCTETS, &Sha256::digest(own))])]);
    let attributes = set_of(vec![
        attribute(CONTENT_TYPE, &oid(DATA)),
        attribute(MESSAGE_DIGEST, &value(OCTETS, digest)),
        attribute(SIGNING_CERTIFICATE, &sequence(&[&named])),
    ]);
    let signature = x509::signature(&signer.sign(&attributes));
    Made {
        chain: chain.to_vec(),
        attributes,
        signature,
    }
}

impl Made {
    /// The whole, with a time stamp where there is one.
    pub fn write(&self, time_stamp: Option<&[u8]>) -> Option<Vec<u8>> {
        let own = Certificate::read(self.chain.first()?)?;
        let stamp = time_stamp.map(|token| group(context(1), &[&attribute(TIME_STAMP, token)]));
        // Signed as a SET, written as [0] (clause 5.4).
        let mut attributes = self.attributes.clone();
        *attributes.first_mut()? = context(0);
        let signer = sequence(&[
            &integer(&[1]),
            &sequence(&[own.issuer, &value(INTEGER, own.serial)]),
            &sha256(),
            &attributes,
            &ecdsa(),
            &value(OCTETS, &self.signature),
            stamp.as_deref().unwrap_or_default(),
        ]);
        let mut certificates = self.chain.clone();
        certificates.sort();
        let signed = sequence(&[
            &integer(&[1]),
            &group(SET, &[&sha256()]),
            &sequence(&[&oid(DATA)]),
            &group(context(0), &[&certificates.concat()]),
            &group(SET, &[&signer]),
        ]);
        Some(sequence(&[
            &oid(SIGNED_DATA),
            &group(context(0), &[&signed]),
        ]))
    }
}

/// What a signature says of itself, before anybody is asked whether the signer is trusted.
#[derive(Clone, Debug)]
pub struct Told {
    /// The certificates it brings, the signer's first.
    pub chain: Vec<Vec<u8>>,
    /// Whether the content's digest is the one that was signed.
    pub digest: bool,
    /// Whether the signature over it is the signer's.
    pub signature: bool,
    /// Its time stamp, where there is one.
    pub time_stamp: Option<TimeStamp>,
    /// Whether it is written in the one form this program writes: version numbers and the like are
    /// signed by nobody.
    pub plain: bool,
}

/// A time stamp (RFC 3161).
#[derive(Clone, Debug)]
pub struct TimeStamp {
    /// The time it says.
    pub at: NaiveDateTime,
    /// Whether it is of this signature.
    pub of_this: bool,
    /// Whether its own signature holds; none when it is by an algorithm we cannot check.
    pub signature: Option<bool>,
    /// Who made it.
    pub by: Option<String>,
}

/// Reads a signature over a digest; none when it is no CMS of the one shape we read.
pub fn read(cms: &[u8], digest: &[u8; 32]) -> Option<Told> {
    let signed = signed_data(cms)?;
    let info = signed.signer;
    let own = info.own(&signed.certificates)?;
    let says = info.attribute(MESSAGE_DIGEST)?;
    let kind = info.attribute(CONTENT_TYPE)?;
    let named = info.attribute(SIGNING_CERTIFICATE)?;
    // SEQUENCE of SEQUENCE of ESSCertIDv2, whose hash is by SHA-256 unless it says otherwise.
    let named = named.parts()?.first()?.parts()?.first()?.parts()?;
    let named = named.first()?.of(OCTETS)?.content == Sha256::digest(own.whole).as_slice();
    let signature = named
        && kind.whole == oid(DATA)
        && info.algorithm == ecdsa()
        && is_sha256(info.digest)
        && verify_der(own.public_key, &info.attributes, info.signature);
    let mut chain = vec![own.whole.to_vec()];
    chain.extend(
        signed
            .certificates
            .iter()
            .filter(|one| **one != own.whole)
            .map(|one| one.to_vec()),
    );
    let token = info
        .unsigned
        .and_then(|unsigned| find(unsigned, TIME_STAMP));
    let again = Made {
        chain,
        attributes: info.attributes.clone(),
        signature: info.signature.to_vec(),
    };
    Some(Told {
        digest: says.of(OCTETS)?.content == digest,
        signature,
        time_stamp: token.and_then(|token| read_time_stamp(token.whole, info.signature)),
        plain: again.write(token.map(|token| token.whole)).as_deref() == Some(cms),
        chain: again.chain,
    })
}

/// The length of the DER value these bytes begin with: the hole in a PDF is longer than what is in
/// it.
pub fn length(padded: &[u8]) -> Option<usize> {
    Reader(padded).next().map(|item| item.whole.len())
}

struct Signed<'a> {
    kind: &'a [u8],
    content: Option<Item<'a>>,
    certificates: Vec<&'a [u8]>,
    signer: Info<'a>,
}

struct Info<'a> {
    who: Item<'a>,
    digest: &'a [u8],
    attributes: Vec<u8>,
    algorithm: &'a [u8],
    signature: &'a [u8],
    unsigned: Option<Item<'a>>,
}

fn signed_data(cms: &[u8]) -> Option<Signed<'_>> {
    let mut outer = Reader(der::read(cms)?.of(SEQUENCE)?.content);
    if outer.take(OID)?.content != SIGNED_DATA {
        return None;
    }
    let signed = der::read(outer.take(context(0))?.content)?.of(SEQUENCE)?;
    let mut parts = Reader(signed.content);
    parts.take(INTEGER)?;
    parts.take(SET)?;
    let mut content = Reader(parts.take(SEQUENCE)?.content);
    let kind = content.take(OID)?.content;
    let content = content.take(context(0));
    let certificates = parts.take(context(0))?.parts()?;
    parts.take(context(1));
    let signers = parts.take(SET)?.parts()?;
    let [signer] = signers.as_slice() else {
        return None;
    };
    let mut parts = Reader(signer.content);
    parts.take(INTEGER)?;
    let who = parts.next()?;
    let digest = parts.take(SEQUENCE)?.whole;
    let mut attributes = parts.take(context(0))?.whole.to_vec();
    *attributes.first_mut()? = SET;
    let algorithm = parts.take(SEQUENCE)?.whole;
    let signature = parts.take(OCTETS)?.content;
    Some(Signed {
        kind,
        content,
        certificates: certificates.iter().map(|one| one.whole).collect(),
        signer: Info {
            who,
            digest,
            attributes,
            algorithm,
            signature,
            unsigned: parts.take(context(1)),
        },
    })
}

impl Info<'_> {
    /// The one value of a signed attribute.
    fn attribute(&self, kind: &[u8]) -> Option<Item<'_>> {
        find(der::read(&self.attributes)?, kind)
    }

    /// The signer's certificate, named by issuer and number.
    fn own<'c>(&self, certificates: &[&'c [u8]]) -> Option<Certificate<'c>> {
        let named = self.who.of(SEQUENCE)?.parts()?;
        let [issuer, serial] = named.as_slice() else {
            return None;
        };
        certificates
            .iter()
            .filter_map(|der| Certificate::read(der))
            .find(|one| one.issuer == issuer.whole && one.serial == serial.content)
    }
}

fn find<'a>(attributes: Item<'a>, kind: &[u8]) -> Option<Item<'a>> {
    let mut found = attributes.parts()?.into_iter().filter_map(|one| {
        let parts = one.parts()?;
        let [name, values] = parts.as_slice() else {
            return None;
        };
        (name.content == kind).then_some(*values)
    });
    let values = found.next()?.parts()?;
    // An attribute told twice, or of two values, is none of ours.
    match (values.as_slice(), found.next()) {
        ([one], None) => Some(*one),
        _ => None,
    }
}

/// What a time-stamp authority is asked: to stamp the SHA-256 of a signature.
pub fn time_stamp_request(signature: &[u8], nonce: &[u8]) -> Vec<u8> {
    let imprint = sequence(&[&sha256(), &value(OCTETS, &Sha256::digest(signature))]);
    // certReq: the authority's certificate is to come with the answer.
    sequence(&[
        &integer(&[1]),
        &imprint,
        &integer(nonce),
        &value(1, &[0xFF]),
    ])
}

/// The token in an authority's answer; none unless it was granted.
pub fn time_stamp_answer(answer: &[u8]) -> Option<&[u8]> {
    let mut parts = Reader(der::read(answer)?.of(SEQUENCE)?.content);
    let status = parts.take(SEQUENCE)?.parts()?;
    // granted, or granted with modifications.
    matches!(status.first()?.of(INTEGER)?.content, [0 | 1]).then_some(())?;
    Some(parts.take(SEQUENCE)?.whole)
}

/// Reads a token for this signature.
pub fn read_time_stamp(token: &[u8], signature: &[u8]) -> Option<TimeStamp> {
    let signed = signed_data(token)?;
    if signed.kind != TST_INFO {
        return None;
    }
    let content = der::read(signed.content?.content)?.of(OCTETS)?.content;
    let mut parts = Reader(der::read(content)?.of(SEQUENCE)?.content);
    parts.take(INTEGER)?;
    parts.take(OID)?;
    let imprint = parts.take(SEQUENCE)?.parts()?;
    let [how, hash] = imprint.as_slice() else {
        return None;
    };
    parts.take(INTEGER)?;
    let at = x509::read_time(parts.take(der::GENERAL_TIME)?)?;
    let info = &signed.signer;
    let own = info.own(&signed.certificates);
    let checked = own.filter(|own| !own.public_key.is_empty() && info.algorithm == ecdsa());
    let digest = info.attribute(MESSAGE_DIGEST)?;
    let whole = is_sha256(info.digest) && digest.content == Sha256::digest(content).as_slice();
    Some(TimeStamp {
        at,
        of_this: is_sha256(how.whole) && hash.content == Sha256::digest(signature).as_slice(),
        signature: checked
            .map(|own| whole && verify_der(own.public_key, &info.attributes, info.signature)),
        by: own.and_then(|own| own.name()),
    })
}

/// The certificates a time stamp brings: they go into the file's security store (B-LT).
pub fn time_stamp_certificates(token: &[u8]) -> Vec<Vec<u8>> {
    signed_data(token)
        .map(|signed| signed.certificates.iter().map(|one| one.to_vec()).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::signer::Es256;
    use crate::seal::signer::tests::signer;
    use crate::seal::x509::tests::{day, span};
    use crate::seal::x509::{Subject, authority, leaf};

    fn chain(root: &Es256, holder: &Es256) -> Vec<Vec<u8>> {
        let ca = authority(root, "塔林登记册", span());
        let subject = Subject {
            name: "塔林技校",
            organisation: "塔林技校",
            code: None,
        };
        let read = Certificate::read(&ca).unwrap();
        vec![
            leaf(
                &read,
                root,
                &subject,
                holder.public_key(),
                span(),
                "http://a",
            ),
            ca,
        ]
    }

    #[test]
    fn a_signature_is_read_again() {
        let (root, holder) = (signer(), Es256::generate());
        let chain = chain(&root, &holder);
        let digest = Sha256::digest(b"a file").into();
        let cms = sign(&holder, &chain, &digest).write(None).unwrap();
        assert_eq!(cms, sign(&holder, &chain, &digest).write(None).unwrap());
        let told = read(&cms, &digest).unwrap();
        assert!(told.digest && told.signature && told.time_stamp.is_none());
        assert_eq!(told.chain, chain);
        let other = read(&cms, &[7; 32]).unwrap();
        assert!(!other.digest && other.signature);
        assert!(cms.len() < 2_000, "{}", cms.len());
        let mut padded = cms.clone();
        padded.extend([0; 40]);
        assert_eq!(length(&padded), Some(cms.len()));
    }

    #[test]
    fn every_changed_byte_is_seen() {
        let (root, holder) = (signer(), Es256::generate());
        let chain = chain(&root, &holder);
        let ca = Certificate::read(&chain[1]).unwrap();
        let digest = Sha256::digest(b"a file").into();
        let cms = sign(&holder, &chain, &digest).write(None).unwrap();
        let mut unseen = Vec::new();
        for at in 0..cms.len() {
            let mut other = cms.clone();
            other[at] ^= 0x10;
            let holds = read(&other, &digest).is_some_and(|told| {
                let own = Certificate::read(&told.chain[0]).unwrap();
                told.digest && told.signature && own.is_from(&ca)
            });
            if holds {
                unseen.push(at);
            }
        }
        // Version numbers, the outer list of digests and the copy of the authority's own
        // certificate are not signed, and nothing is taken from them.
        assert!(unseen.len() < chain[1].len() + 40, "{}", unseen.len());
    }

    #[test]
    fn a_time_stamp_is_asked_for() {
        let request = time_stamp_request(b"signature", &[1, 2, 3]);
        let parts = der::read(&request).unwrap().parts().unwrap();
        assert_eq!(parts.len(), 4);
        assert_eq!(
            time_stamp_answer(&sequence(&[&sequence(&[&integer(&[2])])])),
            None
        );
        assert!(read_time_stamp(&request, b"signature").is_none());
        let _ = day(2025);
    }
}
