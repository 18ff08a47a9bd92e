//! 签注: text signed by one or more keys, and checkpoints of a log (C2SP signed-note,
//! tlog-checkpoint, tlog-cosignature).
//!
//! A log signs the text itself (type 0x01); a witness signs it with the time it saw it (0x04).

use crate::seal::log::Hash;
use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// The type of a log's own Ed25519 signature.
pub const LOG: u8 = 0x01;
/// The type of a witness's Ed25519 signature with a time.
pub const COSIGNATURE: u8 = 0x04;

/// Most signatures read of one note.
const SIGNATURES: usize = 64;

/// Whoever can sign bytes with an Ed25519 key.
pub type Sign<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

/// A key that notes are verified with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vkey {
    /// Whose.
    pub name: String,
    /// [`LOG`] or [`COSIGNATURE`].
    pub kind: u8,
    /// The Ed25519 public key.
    pub key: [u8; 32],
}

impl Vkey {
    /// The key of this name; none when the name cannot be one.
    pub fn new(name: &str, kind: u8, key: [u8; 32]) -> Option<Self> {
        let is_name =
            !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+' || c < ' ');
        is_name.then(|| Self {
            name: name.to_owned(),
            kind,
            key,
        })
    }

    /// The hint that stands in signatures.
    pub fn id(&self) -> u32 {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', self.kind]);
        hash.update(self.key);
        let hash = hash.finalize();
        u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
    }

    /// Reads `name+id+key`; none unless all three agree.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '+');
        let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
        let key = BASE64.decode(key.as_bytes()).ok()?;
        let (kind, key) = key.split_first()?;
        if !matches!(*kind, LOG | COSIGNATURE) {
            return None;
        }
        let vkey = Self::new(name, *kind, key.try_into().ok()?)?;
        VerifyingKey::from_bytes(&vkey.key).ok()?;
        (HEXLOWER.encode(&vkey.id().to_be_bytes()) == id).then_some(vkey)
    }

    /// A signature line over a text, by the holder of this key; `at` is when a witness saw it.
    pub fn sign(&self, text: &str, at: u64, sign: Sign<'_>) -> String {
        let mut bytes = self.id().to_be_bytes().to_vec();
        if self.kind == COSIGNATURE {
            bytes.extend_from_slice(&at.to_be_bytes());
            bytes.extend(sign(timed(text, at).as_bytes()));
        } else {
            bytes.extend(sign(text.as_bytes()));
        }
        format!("\u{2014} {} {}\n", self.name, BASE64.encode(&bytes))
    }

    /// What the note's signature by this key says: nothing when there is none, otherwise whether it
    /// holds, and when a witness saw it.
    pub fn judge(&self, note: &Note) -> Option<Result<u64, Bent>> {
        let id = self.id();
        let mut answer = None;
        for line in &note.signatures {
            if line.name != self.name || line.id != id {
                continue;
            }
            match self.holds(&note.text, &line.bytes) {
                Some(at) => answer = answer.or(Some(Ok(at))),
                None => return Some(Err(Bent)),
            }
        }
        answer
    }

    fn holds(&self, text: &str, bytes: &[u8]) -> Option<u64> {
        let key = VerifyingKey::from_bytes(&self.key).ok()?;
        if self.kind == COSIGNATURE {
            let (at, signature) = bytes.split_first_chunk::<8>()?;
            let at = u64::from_be_bytes(*at);
            let signature = Signature::from_slice(signature).ok()?;
            let fits = at > 0 && i64::try_from(at).is_ok();
            return (fits
                && key
                    .verify_strict(timed(text, at).as_bytes(), &signature)
                    .is_ok())
            .then_some(at);
        }
        let signature = Signature::from_slice(bytes).ok()?;
        key.verify_strict(text.as_bytes(), &signature)
            .ok()
            .map(|()| 0)
    }
}

/// A signature by a known key that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a known key's signature does not hold")]
pub struct Bent;

fn timed(text: &str, at: u64) -> String {
    format!("cosignature/v1\ntime {at}\n{text}")
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.kind];
        key.extend_from_slice(&self.key);
        let id = HEXLOWER.encode(&self.id().to_be_bytes());
        write!(f, "{}+{id}+{}", self.name, BASE64.encode(&key))
    }
}

/// One signature of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The name of the key.
    pub name: String,
    /// Its hint.
    pub id: u32,
    /// The signature without the hint.
    pub bytes: Vec<u8>,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.bytes);
        writeln!(f, "\u{2014} {} {}", self.name, BASE64.encode(&bytes))
    }
}

/// A text with signatures, none of them verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The text, with its last newline.
    pub text: String,
    /// Its signatures.
    pub signatures: Vec<Line>,
}

impl Note {
    /// Reads a note; none unless it is well formed throughout.
    pub fn read(note: &str) -> Option<Self> {
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return None;
        }
        let at = note.rfind("\n\n")?;
        let (text, lines) = (&note[..=at], &note[at + 2..]);
        let signatures = read_lines(lines)?;
        (!signatures.is_empty()).then(|| Self {
            text: text.to_owned(),
            signatures,
        })
    }
}

/// Reads signature lines; none when one of them is not.
pub fn read_lines(lines: &str) -> Option<Vec<Line>> {
    if !lines.is_empty() && !lines.ends_with('\n') {
        return None;
    }
    let mut signatures = Vec::new();
    for line in lines.split_terminator('\n') {
        let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let bytes = BASE64.decode(bytes.as_bytes()).ok()?;
        let (id, bytes) = bytes.split_first_chunk::<4>()?;
        if name.is_empty()
            || name.contains('+')
            || name.contains(char::is_whitespace)
            || bytes.is_empty()
        {
            return None;
        }
        signatures.push(Line {
            name: name.to_owned(),
            id: u32::from_be_bytes(*id),
            bytes: bytes.to_vec(),
        });
        if signatures.len() > SIGNATURES {
            return None;
        }
    }
    Some(signatures)
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| line.fmt(f))
    }
}

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// Their root.
    pub root: Hash,
}

impl Checkpoint {
    /// The text a log signs.
    pub fn text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            BASE64.encode(&self.root)
        )
    }

    /// Reads a note's text; extension lines are allowed and ignored.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let number: u64 = size.parse().ok()?;
        if origin.is_empty() || number.to_string() != size || lines.any(str::is_empty) {
            return None;
        }
        Some(Self {
            origin: origin.to_owned(),
            size: number,
            root: BASE64.decode(root.as_bytes()).ok()?.try_into().ok()?,
        })
    }
}

/// A checkpoint signed by this log's key; none when it is not, or a known signature is bent.
pub fn verified(note: &str, log: &Vkey) -> Option<(Note, Checkpoint)> {
    let note = Note::read(note)?;
    log.judge(&note)?.ok()?;
    let checkpoint = Checkpoint::read(&note.text)?;
    (checkpoint.origin == log.name).then_some((note, checkpoint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};
    use proptest::prelude::*;

    const EXAMPLE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    fn key(kind: u8) -> (Vkey, SigningKey) {
        let key = SigningKey::from_bytes(&[9; 32]);
        (
            Vkey::new("w.example/1", kind, key.verifying_key().to_bytes()).unwrap(),
            key,
        )
    }

    /// The specification's example.
    #[test]
    fn the_example_of_the_specification_holds() {
        let vkey = Vkey::read(VKEY).unwrap();
        assert_eq!(vkey.to_string(), VKEY);
        let note = Note::read(EXAMPLE).unwrap();
        assert_eq!(note.to_string(), EXAMPLE);
        assert_eq!(vkey.judge(&note), Some(Ok(0)));
        let bent = Note::read(&EXAMPLE.replace("This", "That")).unwrap();
        assert_eq!(vkey.judge(&bent), Some(Err(Bent)));
        let (other, _) = key(LOG);
        assert_eq!(other.judge(&note), None);
    }

    /// Names the hints of the specification's checkpoint example, whose keys are unpublished.
    #[test]
    fn checkpoints_are_read_and_written() {
        let checkpoint = Checkpoint {
            origin: "example.com/behind-the-sofa".to_owned(),
            size: 20_852_163,
            root: BASE64
                .decode(b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
                .unwrap()
                .try_into()
                .unwrap(),
        };
        let text =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        assert_eq!(checkpoint.text(), text);
        assert_eq!(Checkpoint::read(text), Some(checkpoint.clone()));
        assert_eq!(
            Checkpoint::read(&format!("{text}extension\n")),
            Some(checkpoint)
        );
        for wrong in [
            text.replace("2085", "02085"),
            text.replace("2085", "+2085"),
            text.replace("Cs", "C"),
            format!("{text}\n"),
            format!("\n{text}"),
            String::new(),
        ] {
            assert_eq!(Checkpoint::read(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_witness_signs_the_time() {
        let (vkey, key) = key(COSIGNATURE);
        let text = "log.example\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n";
        let line = vkey.sign(text, 1_679_315_147, &|bytes| {
            key.sign(bytes).to_bytes().to_vec()
        });
        let note = Note::read(&format!("{text}\n{line}")).unwrap();
        assert_eq!(vkey.judge(&note), Some(Ok(1_679_315_147)));
        let mut other = note.clone();
        other.signatures[0].bytes[7] ^= 1;
        assert_eq!(vkey.judge(&other), Some(Err(Bent)));
        let plain = format!("cosignature/v1\ntime 1679315147\n{text}");
        assert_eq!(
            &note.signatures[0].bytes[8..],
            key.sign(plain.as_bytes()).to_bytes()
        );
    }

    #[test]
    fn names_and_keys_are_read_strictly() {
        let key = [3; 32];
        for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb"] {
            assert!(Vkey::new(name, LOG, key).is_none(), "{name:?}");
        }
        for wrong in [
            VKEY.replace("530d", "530e"),
            VKEY.replace("530d", "530D"),
            VKEY.replace("+A", "+B"),
            VKEY[..60].to_owned(),
        ] {
            assert!(Vkey::read(&wrong).is_none(), "{wrong}");
        }
        for wrong in [
            "",
            "a",
            "a\n\n",
            "a\n\nb\n",
            "a\n\n- x AAAAAAAA\n",
            "a\n\n\u{2014} x AAAA\n",
            "a\t\n\n\u{2014} x AAAAAAAA\n",
            "a\n\n\u{2014} x AAAAAAAA",
        ] {
            assert!(Note::read(wrong).is_none(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_readers(note in "\\PC{0,40}(\n){0,3}(\u{2014} )?\\PC{0,40}\n?") {
            let _ = (Note::read(&note), Checkpoint::read(&note), Vkey::read(&note));
        }

        #[test]
        fn a_bent_byte_is_noticed(at in 0_usize..60, bit in 0_u8..7) {
            let (vkey, key) = key(LOG);
            let text = "log.example\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n";
            let line = vkey.sign(text, 0, &|bytes| key.sign(bytes).to_bytes().to_vec());
            let mut bytes = text.as_bytes().to_vec();
            prop_assume!(at < bytes.len() - 1);
            bytes[at] ^= 1 << bit;
            if let Some(note) = String::from_utf8(bytes).ok().and_then(|bent| Note::read(&format!("{bent}\n{line}"))) {
                prop_assert_eq!(vkey.judge(&note), Some(Err(Bent)));
            }
        }
    }
}
