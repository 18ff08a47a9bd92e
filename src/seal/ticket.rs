//! 二维码凭证: what the QR carries, so that a certificate can be checked without a network.
//!
//! A signed message (`COSE_Sign1`, RFC 9052) of what is printed beside the code. Its token, cut
//! from its SHA-256, is an unguessable look-up key that belongs to exactly these bytes. How both
//! stand in a QR code is [`crate::seal::scan`]'s.
//!
//! A ticket holds nothing that is not printed on the paper: never the whole identity number, a
//! birth date, a score or a category. The issuer's name is not in it either: it comes from the
//! trusted list of keys, by the key's hint.
//!
//! One ticket has one form: the encoding is rebuilt and compared, and of the two signatures
//! every ECDSA signature has (s and n − s) only the lower is taken.

use crate::seal::signer::{self, Algorithm, KeyId, Signer};
use chrono::{Days, NaiveDate};
use ciborium::Value;
use coset::{CoseSign1, CoseSign1Builder, Header, HeaderBuilder, TaggedCborSerializable, iana};
use data_encoding::BASE32_NOPAD;
use p256::ecdsa::Signature;
use sha2::{Digest, Sha256};

/// The form of ticket written by this program.
const VERSION: u64 = 1;

/// Longest message read. The longest certificate known makes some 300 bytes.
pub(crate) const LONGEST: usize = 1024;

/// Characters in every token.
pub const TOKEN_LENGTH: usize = 16;

/// What a certificate says, as far as it stands in its QR code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The holder's name.
    pub name: String,
    /// The last four characters of the holder's identity number, to compare with the card.
    pub id_last4: String,
    /// 职业编码
    pub occupation_code: String,
    /// 职业（工种）名称
    pub occupation_title: String,
    /// 等级: `1`–`5`, `T`, `S`, or empty where a certificate has none.
    pub level: String,
    /// 证书编号
    pub number: String,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// Number of the status list, and the place in it.
    pub status: (u32, u32),
    /// Last day of validity, for the few that end.
    pub expires_on: Option<NaiveDate>,
}

/// Prints nothing about the holder.
impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Ticket({} {}, {})",
            self.occupation_code, self.level, self.issued_on
        )
    }
}

/// A signed ticket.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The signed message. Kept byte for byte: it is never made again.
    pub cose: Vec<u8>,
    /// The look-up key that follows from it.
    pub token: String,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.cose.len())
    }
}

/// A ticket as read, before anybody asked whether its signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What it says.
    pub ticket: Ticket,
    /// Which key it says signed it.
    pub key_id: KeyId,
    /// How it says it was signed.
    pub algorithm: Algorithm,
}

/// Why bytes are no good ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Not a signed ticket at all, or written in another form than the one there is.
    #[error("not a ticket")]
    Malformed,
    /// A form of a later program.
    #[error("a ticket of an unknown version")]
    Version,
    /// The key's hint is another key's.
    #[error("a ticket of another key")]
    Key,
    /// The signature does not hold.
    #[error("the ticket's signature does not hold")]
    Signature,
}

/// Signs a ticket.
pub fn sign(ticket: &Ticket, signer: &dyn Signer) -> Sealed {
    let message = unsigned(ticket, signer.algorithm(), signer.key_id());
    let signature = lower(&signer.sign(&message.tbs_data(&[])));
    let cose = bytes_of(message, signature);
    let token = token_of(&cose);
    Sealed { cose, token }
}

/// Reads a ticket without asking who signed it: to learn which key to ask for.
pub fn read(cose: &[u8]) -> Result<Claim, Invalid> {
    take_apart(cose).map(|(claim, _)| claim)
}

/// Reads a ticket this key signed.
pub fn verify(cose: &[u8], public_key: &[u8]) -> Result<Ticket, Invalid> {
    let (claim, signature) = take_apart(cose)?;
    if claim.key_id != signer::key_id_of(public_key) {
        return Err(Invalid::Key);
    }
    let signed = unsigned(&claim.ticket, claim.algorithm, claim.key_id).tbs_data(&[]);
    let holds = lower(&signature) == signature
        && signer::verify(claim.algorithm, public_key, &signed, &signature);
    if holds {
        Ok(claim.ticket)
    } else {
        Err(Invalid::Signature)
    }
}

/// What names a signed ticket: the first ten bytes of its SHA-256.
pub type Name = [u8; 10];

/// The name of a signed ticket.
pub fn name_of(cose: &[u8]) -> Name {
    let mut name = [0; 10];
    name.copy_from_slice(&Sha256::digest(cose)[..10]);
    name
}

/// The look-up key of a signed ticket: its name in base32.
pub fn token_of(cose: &[u8]) -> String {
    BASE32_NOPAD.encode(&name_of(cose)).to_ascii_lowercase()
}

/// The name a token stands for.
pub fn name_in(token: &str) -> Option<Name> {
    let bytes = BASE32_NOPAD
        .decode(token.to_ascii_uppercase().as_bytes())
        .ok()?;
    bytes.try_into().ok()
}

/// Whether a text could be a token.
pub fn is_token(text: &str) -> bool {
    text.len() == TOKEN_LENGTH && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
}

/// The message with everything but its signature. Deterministic (RFC 8949 section 4.2.1):
/// definite lengths, shortest numbers, keys in order.
fn unsigned(ticket: &Ticket, algorithm: Algorithm, key_id: KeyId) -> CoseSign1 {
    let algorithm = match algorithm {
        Algorithm::Es256 => iana::Algorithm::ES256,
        Algorithm::EdDsa => iana::Algorithm::EdDSA,
    };
    let protected = HeaderBuilder::new()
        .algorithm(algorithm)
        .key_id(key_id.to_vec())
        .build();
    CoseSign1Builder::new()
        .protected(protected)
        .payload(payload_of(ticket))
        .build()
}

fn bytes_of(mut message: CoseSign1, signature: Vec<u8>) -> Vec<u8> {
    message.signature = signature;
    message
        .to_tagged_vec()
        .expect("numbers and texts are always written")
}

fn payload_of(ticket: &Ticket) -> Vec<u8> {
    let text = |text: &str| Value::from(text);
    let mut entries = vec![
        Value::from(VERSION),
        text(&ticket.name),
        text(&ticket.id_last4),
        text(&ticket.occupation_code),
        text(&ticket.occupation_title),
        text(&ticket.level),
        text(&ticket.number),
        Value::from(day_number(ticket.issued_on)),
        Value::Array(vec![
            Value::from(ticket.status.0),
            Value::from(ticket.status.1),
        ]),
    ];
    entries.extend(ticket.expires_on.map(|day| Value::from(day_number(day))));
    let map = entries
        .into_iter()
        .enumerate()
        .map(|(key, value)| (Value::from(key as u64), value))
        .collect();
    let mut payload = Vec::new();
    ciborium::into_writer(&Value::Map(map), &mut payload).expect("a vector takes all bytes");
    payload
}

/// Reads, and accepts only what would be written exactly so.
fn take_apart(cose: &[u8]) -> Result<(Claim, Vec<u8>), Invalid> {
    if cose.len() > LONGEST {
        return Err(Invalid::Malformed);
    }
    let message = CoseSign1::from_tagged_slice(cose).map_err(|_| Invalid::Malformed)?;
    let (algorithm, key_id) = header_of(&message.protected.header).ok_or(Invalid::Malformed)?;
    let payload = message.payload.as_deref().ok_or(Invalid::Malformed)?;
    let ticket = ticket_of(payload)?;
    let again = bytes_of(
        unsigned(&ticket, algorithm, key_id),
        message.signature.clone(),
    );
    if again != cose {
        return Err(Invalid::Malformed);
    }
    Ok((
        Claim {
            ticket,
            key_id,
            algorithm,
        },
        message.signature,
    ))
}

fn header_of(header: &Header) -> Option<(Algorithm, KeyId)> {
    let es256 = coset::Algorithm::Assigned(iana::Algorithm::ES256);
    let algorithm = (header.alg.as_ref()? == &es256).then_some(Algorithm::Es256)?;
    Some((algorithm, header.key_id.as_slice().try_into().ok()?))
}

fn ticket_of(payload: &[u8]) -> Result<Ticket, Invalid> {
    let value: Value = ciborium::from_reader(payload).map_err(|_| Invalid::Malformed)?;
    let entries = value.into_map().map_err(|_| Invalid::Malformed)?;
    let version = entries
        .first()
        .and_then(|(_, version)| number(version))
        .ok_or(Invalid::Malformed)?;
    if version != i128::from(VERSION) {
        return Err(Invalid::Version);
    }
    ticket_from(&entries).ok_or(Invalid::Malformed)
}

fn ticket_from(entries: &[(Value, Value)]) -> Option<Ticket> {
    let in_order = entries
        .iter()
        .enumerate()
        .all(|(at, (key, _))| number(key) == i128::try_from(at).ok());
    if !in_order || !(9..=10).contains(&entries.len()) {
        return None;
    }
    let text = |at: usize| entries[at].1.as_text().map(str::to_owned);
    let day = |at: usize| day_of(number(&entries[at].1)?);
    let [list, index] = entries[8].1.as_array()?.as_slice() else {
        return None;
    };
    let place = |value: &Value| u32::try_from(number(value)?).ok();
    Some(Ticket {
        name: text(1)?,
        id_last4: text(2)?,
        occupation_code: text(3)?,
        occupation_title: text(4)?,
        level: text(5)?,
        number: text(6)?,
        issued_on: day(7)?,
        status: (place(list)?, place(index)?),
        expires_on: if entries.len() == 10 {
            Some(day(9)?)
        } else {
            None
        },
    })
}

fn number(value: &Value) -> Option<i128> {
    value.as_integer().map(i128::from)
}

/// Days since 2000-01-01: two bytes shorter than a date in text until 2179.
fn day_number(day: NaiveDate) -> i64 {
    day.signed_duration_since(epoch()).num_days()
}

fn day_of(days: i128) -> Option<NaiveDate> {
    let far = Days::new(u64::try_from(days.unsigned_abs()).ok()?);
    if days < 0 {
        epoch().checked_sub_days(far)
    } else {
        epoch().checked_add_days(far)
    }
}

fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).expect("the first day of 2000")
}

/// The lower of the two forms of an ECDSA signature; anything else as it is.
fn lower(signature: &[u8]) -> Vec<u8> {
    Signature::from_slice(signature).map_or_else(
        |_| signature.to_vec(),
        |signature| signature.normalize_s().to_vec(),
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::seal::signer::Es256;
    use crate::seal::signer::tests::signer;
    use coset::CborSerializable;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    pub(crate) fn ticket() -> Ticket {
        Ticket {
            name: "娜仁图雅".to_owned(),
            id_last4: "0016".to_owned(),
            occupation_code: "6-31-01-03".to_owned(),
            occupation_title: "电工".to_owned(),
            level: "3".to_owned(),
            number: "S000015090002253000128".to_owned(),
            issued_on: day("2026-03-09"),
            status: (1, 70_000),
            expires_on: None,
        }
    }

    #[test]
    fn a_signed_ticket_is_read_again() {
        let (signer, other) = (Es256::generate(), Es256::generate());
        for ticket in [
            ticket(),
            Ticket {
                expires_on: Some(day("2029-03-08")),
                ..ticket()
            },
            Ticket {
                issued_on: day("1999-12-31"),
                level: String::new(),
                status: (0, u32::MAX),
                ..ticket()
            },
            Ticket {
                name: String::new(),
                ..ticket()
            },
        ] {
            let sealed = sign(&ticket, &signer);
            assert_eq!(verify(&sealed.cose, signer.public_key()).unwrap(), ticket);
            let claim = read(&sealed.cose).unwrap();
            assert_eq!((claim.ticket, claim.key_id), (ticket, signer.key_id()));
            assert_eq!(verify(&sealed.cose, other.public_key()), Err(Invalid::Key));
            assert!(is_token(&sealed.token));
        }
    }

    #[test]
    fn the_same_ticket_gives_the_same_bytes() {
        assert_eq!(sign(&ticket(), &signer()), sign(&ticket(), &signer()));
        assert!(sign(&ticket(), &signer()).cose.len() <= 165);
    }

    #[test]
    fn every_changed_byte_is_refused() {
        let signer = signer();
        let sealed = sign(&ticket(), &signer);
        for at in 0..sealed.cose.len() {
            for bit in 0..8 {
                let mut changed = sealed.cose.clone();
                changed[at] ^= 1 << bit;
                assert!(
                    verify(&changed, signer.public_key()).is_err(),
                    "byte {at} bit {bit}"
                );
                assert_ne!(token_of(&changed), sealed.token);
            }
        }
        for length in 0..sealed.cose.len() {
            assert!(verify(&sealed.cose[..length], signer.public_key()).is_err());
        }
        let longer = [&sealed.cose[..], &[0]].concat();
        assert_eq!(
            verify(&longer, signer.public_key()),
            Err(Invalid::Malformed)
        );
    }

    #[test]
    fn the_higher_signature_is_refused() {
        let signer = signer();
        let sealed = sign(&ticket(), &signer);
        let at = sealed.cose.len() - 64;
        let low = Signature::from_slice(&sealed.cose[at..]).unwrap();
        let high = Signature::from_scalars(low.r(), -low.s()).unwrap();
        assert_eq!(high.normalize_s(), low);
        let twin = [&sealed.cose[..at], &high.to_vec()].concat();
        assert!(read(&twin).is_ok());
        assert_eq!(verify(&twin, signer.public_key()), Err(Invalid::Signature));
    }

    /// A message with this payload and these headers, honestly signed.
    fn signed(signer: &Es256, payload: &[u8], unprotected: Header) -> Vec<u8> {
        let protected = HeaderBuilder::new()
            .algorithm(iana::Algorithm::ES256)
            .key_id(signer.key_id().to_vec())
            .build();
        CoseSign1Builder::new()
            .protected(protected)
            .unprotected(unprotected)
            .payload(payload.to_vec())
            .create_signature(&[], |message| lower(&signer.sign(message)))
            .build()
            .to_tagged_vec()
            .unwrap()
    }

    #[test]
    fn only_one_form_is_read_even_when_signed() {
        let signer = signer();
        let good = payload_of(&ticket());
        let check = |cose: &[u8]| verify(cose, signer.public_key());
        assert_eq!(
            check(&signed(&signer, &good, Header::default())),
            Ok(ticket())
        );

        let with_header = HeaderBuilder::new().key_id(vec![1]).build();
        assert_eq!(
            check(&signed(&signer, &good, with_header)),
            Err(Invalid::Malformed)
        );
        // An indefinite map, a longer number, a later version, keys out of order, a piece missing.
        let indefinite = [&[0xbf], &good[1..], &[0xff]].concat();
        let longer_number = [&[good[0], 0x18, 0x00], &good[2..]].concat();
        let later = [&good[..2], &[2], &good[3..]].concat();
        let no_array = [&[0xa1, 0x00, 0x01][..]].concat();
        assert_eq!(
            check(&signed(&signer, &indefinite, Header::default())),
            Err(Invalid::Malformed)
        );
        assert_eq!(
            check(&signed(&signer, &longer_number, Header::default())),
            Err(Invalid::Malformed)
        );
        assert_eq!(
            check(&signed(&signer, &later, Header::default())),
            Err(Invalid::Version)
        );
        assert_eq!(
            check(&signed(&signer, &no_array, Header::default())),
            Err(Invalid::Malformed)
        );
        assert_eq!(
            check(&signed(&signer, &[], Header::default())),
            Err(Invalid::Malformed)
        );
        assert_eq!(
            check(&signed(&signer, &[0x80], Header::default())),
            Err(Invalid::Malformed)
        );

        let untagged = CoseSign1::from_tagged_slice(&sign(&ticket(), &signer).cose)
            .unwrap()
            .to_vec()
            .unwrap();
        assert_eq!(check(&untagged), Err(Invalid::Malformed));
        assert_eq!(check(&vec![0x9f; LONGEST]), Err(Invalid::Malformed));
        assert_eq!(check(&vec![0x81; LONGEST + 1]), Err(Invalid::Malformed));
    }

    #[test]
    fn the_holder_is_never_printed() {
        let sealed = sign(&ticket(), &signer());
        let shown = format!("{:?} {:?} {:?}", ticket(), sealed, read(&sealed.cose));
        assert!(
            !shown.contains("娜仁") && !shown.contains("0016") && !shown.contains("S0000"),
            "{shown}"
        );
    }

    fn any_ticket() -> impl Strategy<Value = Ticket> {
        let words = (
            "\\PC{0,12}",
            "[0-9]{3}[0-9X]",
            "[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}",
            "\\PC{0,20}",
        );
        let rest = (
            "[1-5TS]?",
            "[YSJ][0-9]{21}",
            -9000_i64..80_000,
            any::<(u32, u32)>(),
            any::<Option<u16>>(),
        );
        (words, rest).prop_map(
            |((name, id_last4, code, title), (level, number, issued, status, expires))| Ticket {
                name,
                id_last4,
                occupation_code: code,
                occupation_title: title,
                level,
                number,
                issued_on: day_of(i128::from(issued)).unwrap(),
                status,
                expires_on: expires.map(|days| day_of(i128::from(days)).unwrap()),
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn any_ticket_is_signed_and_read(ticket in any_ticket()) {
            let signer = signer();
            let sealed = sign(&ticket, &signer);
            prop_assert_eq!(verify(&sealed.cose, signer.public_key()).unwrap(), ticket);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn ten_thousand_changed_tickets_are_refused(changes in proptest::collection::vec((any::<u8>(), 1_u8..), 1..6)) {
            let signer = signer();
            let sealed = SEALED.clone();
            let mut changed = sealed.cose.clone();
            for (at, mask) in changes {
                let at = usize::from(at) % changed.len();
                changed[at] ^= mask;
            }
            prop_assume!(changed != sealed.cose);
            prop_assert!(verify(&changed, signer.public_key()).is_err());
        }

        #[test]
        fn nothing_breaks_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read(&bytes).is_err());
        }
    }

    static SEALED: std::sync::LazyLock<Sealed> =
        std::sync::LazyLock::new(|| sign(&ticket(), &signer()));
}
