//! 见证请求: what a log sends to a witness, and what the witness holds it against (C2SP tlog-witness).

use crate::seal::log::{self, Hash};
use crate::seal::note::{self, Checkpoint, Note, Vkey};
use data_encoding::BASE64;
use std::fmt;

/// Most hashes a proof of consistency may have.
const MOST: usize = 63;

/// A log's request to sign a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The size the witness is thought to have signed last.
    pub old: u64,
    /// That the new tree begins with the old.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, verbatim.
    pub note: String,
}

impl Submission {
    /// Reads a request; none unless it is well formed.
    pub fn read(body: &str) -> Option<Self> {
        let (head, note) = body.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let size = lines.next()?.strip_prefix("old ")?;
        let old: u64 = size.parse().ok()?;
        if old.to_string() != size {
            return None;
        }
        let proof: Option<Vec<Hash>> = lines
            .map(|line| BASE64.decode(line.as_bytes()).ok()?.try_into().ok())
            .collect();
        let proof = proof.filter(|proof| proof.len() <= MOST)?;
        Some(Self {
            old,
            proof,
            note: note.to_owned(),
        })
    }
}

impl fmt::Display for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{}", BASE64.encode(hash))?;
        }
        write!(f, "\n{}", self.note)
    }
}

/// Why a witness does not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    /// The request is not one, or shrinks.
    Malformed,
    /// No such log is known here.
    Unknown,
    /// The log did not sign it, or one of its signatures is bent.
    Unsigned,
    /// The witness signed another size last: this one.
    Conflict(u64),
    /// The proof does not hold, or the same size has another root.
    Unproved,
}

impl No {
    /// The HTTP status the specification gives it.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unknown => 404,
            Self::Unsigned => 403,
            Self::Conflict(_) => 409,
            Self::Unproved => 422,
        }
    }
}

/// A checkpoint of one of these logs: what it says, once the log's key signed it.
pub fn authentic(note: &str, logs: &[Vkey]) -> Result<(Note, Checkpoint), No> {
    let read = Note::read(note).ok_or(No::Malformed)?;
    let checkpoint = Checkpoint::read(&read.text).ok_or(No::Malformed)?;
    let mut known = logs
        .iter()
        .filter(|key| key.kind == note::LOG && key.name == checkpoint.origin)
        .peekable();
    if known.peek().is_none() {
        return Err(No::Unknown);
    }
    let mut signed = false;
    for key in known {
        match key.judge(&read) {
            Some(Err(_)) => return Err(No::Unsigned),
            Some(Ok(_)) => signed = true,
            None => {}
        }
    }
    if signed {
        Ok((read, checkpoint))
    } else {
        Err(No::Unsigned)
    }
}

/// Whether an authentic checkpoint may be signed after the one that was signed last.
pub fn judge(asked: &Submission, new: &Checkpoint, last: Option<&Checkpoint>) -> Result<(), No> {
    if asked.old > new.size {
        return Err(No::Malformed);
    }
    let size = last.map_or(0, |last| last.size);
    if asked.old != size {
        return Err(No::Conflict(size));
    }
    if new.size == 0 && new.root != log::empty_root() {
        return Err(No::Unproved);
    }
    let holds = match last {
        Some(last) if size > 0 => {
            log::is_consistent(size, new.size, &last.root, &new.root, &asked.proof)
        }
        _ => asked.proof.is_empty(),
    };
    if holds { Ok(()) } else { Err(No::Unproved) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::signer::{Ed25519, Signer};
    use proptest::prelude::*;

    /// The specification's example of a request.
    const EXAMPLE: &str = "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let read = Submission::read(EXAMPLE).unwrap();
        assert_eq!((read.old, read.proof.len()), (20_852_014, 4));
        assert_eq!(read.to_string(), EXAMPLE);
        for wrong in [
            EXAMPLE.replace("old 2", "old 02"),
            EXAMPLE.replace("old ", "old  "),
            EXAMPLE.replace("old ", ""),
            EXAMPLE.replace("PlRN", "PlR"),
            "old 0\n".to_owned(),
            String::new(),
            format!(
                "old 0\n{}\nx\n",
                format!("{}\n", BASE64.encode(&[0; 32])).repeat(64)
            ),
        ] {
            assert_eq!(Submission::read(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn each_wrong_has_the_answer_of_the_specification() {
        let key = Ed25519::from_bytes(&[3; 32]).unwrap();
        let vkey = Vkey::new(
            "log.example",
            note::LOG,
            key.public_key().try_into().unwrap(),
        )
        .unwrap();
        let leaves: Vec<Hash> = (0_u8..9).map(|i| log::leaf_hash(&[i])).collect();
        let at = |size: u64| Checkpoint {
            origin: "log.example".to_owned(),
            size,
            root: log::root_of(&leaves[..usize::try_from(size).unwrap()]),
        };
        let signed = |checkpoint: &Checkpoint| {
            let text = checkpoint.text();
            format!("{text}\n{}", vkey.sign(&text, 0, &|bytes| key.sign(bytes)))
        };
        let logs = std::slice::from_ref(&vkey);
        assert_eq!(authentic(&signed(&at(5)), logs).unwrap().1, at(5));
        assert_eq!(authentic(&signed(&at(5)), &[]), Err(No::Unknown));
        assert_eq!(authentic("nothing", logs), Err(No::Malformed));
        assert_eq!(
            authentic(&signed(&at(5)).replace("\n5\n", "\n6\n"), logs),
            Err(No::Unsigned)
        );
        let stranger = Vkey::new("log.example", note::LOG, [8; 32]);
        assert_eq!(
            authentic(&signed(&at(5)), stranger.as_slice()),
            Err(No::Unsigned)
        );
        let ask = |old, proof: Vec<Hash>| Submission {
            old,
            proof,
            note: String::new(),
        };
        // From four to five: the fifth leaf is the whole proof.
        let proof = vec![leaves[4]];
        assert_eq!(judge(&ask(0, vec![]), &at(4), None), Ok(()));
        assert_eq!(judge(&ask(4, proof.clone()), &at(5), Some(&at(4))), Ok(()));
        assert_eq!(judge(&ask(5, vec![]), &at(5), Some(&at(5))), Ok(()));
        assert_eq!(
            judge(&ask(6, vec![]), &at(5), Some(&at(6))),
            Err(No::Malformed)
        );
        assert_eq!(
            judge(&ask(0, vec![]), &at(5), Some(&at(4))),
            Err(No::Conflict(4))
        );
        assert_eq!(judge(&ask(3, vec![]), &at(5), None), Err(No::Conflict(0)));
        assert_eq!(
            judge(&ask(4, vec![leaves[5]]), &at(5), Some(&at(4))),
            Err(No::Unproved)
        );
        assert_eq!(judge(&ask(0, proof), &at(5), None), Err(No::Unproved));
        let other = Checkpoint {
            root: [1; 32],
            ..at(5)
        };
        assert_eq!(
            judge(&ask(5, vec![]), &other, Some(&at(5))),
            Err(No::Unproved)
        );
        let hollow = Checkpoint { size: 0, ..other };
        assert_eq!(judge(&ask(0, vec![]), &hollow, None), Err(No::Unproved));
        assert_eq!(
            [
                No::Malformed,
                No::Unknown,
                No::Unsigned,
                No::Conflict(1),
                No::Unproved
            ]
            .map(No::status),
            [400, 404, 403, 409, 422]
        );
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_reader(body in "(old [0-9]{0,3}\n)?\\PC{0,40}(\n){0,3}\\PC{0,40}\n?") {
            if let Some(read) = Submission::read(&body) {
                prop_assert_eq!(read.to_string(), body);
            }
        }
    }
}
