//! 日志密钥接替: a signed note (C2SP signed-note) by which a key of a log names the one that takes its
//! place.
//!
//! Its text has three lines: the log's name, what this is, the new key as verifiers write it. A
//! checkpoint's second line is a number, so neither can be taken for the other. Notes stand one after
//! another, the oldest first; whoever knows any of the keys follows from there to the newest.

use crate::seal::note::{LOG, Note, Sign, Vkey};

/// The second line.
const WHAT: &str = "guildhall log key 1";

/// Lines of one note: three of text, a blank one, a signature.
const LINES: usize = 5;

/// Most notes that are followed.
const MOST: usize = 100;

/// The note by which the holder of one key names the next.
pub fn sign(before: &Vkey, next: &Vkey, sign: Sign<'_>) -> String {
    let text = format!("{}\n{WHAT}\n{next}\n", before.name);
    format!("{text}\n{}", before.sign(&text, 0, sign))
}

/// Adds the keys that follow from those known; answers how many are new.
pub fn follow(known: &mut Vec<Vkey>, notes: &str) -> usize {
    let lines: Vec<&str> = notes.lines().collect();
    let mut new = 0;
    for lines in lines.chunks_exact(LINES).take(MOST) {
        let note: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        let Some(next) = named(&note, known) else {
            continue;
        };
        if !known.contains(&next) {
            known.push(next);
            new += 1;
        }
    }
    new
}

/// The key a note names, when one of these signed it.
fn named(note: &str, known: &[Vkey]) -> Option<Vkey> {
    let note = Note::read(note)?;
    let mut lines = note.text.lines();
    let (name, what, next) = (lines.next()?, lines.next()?, Vkey::read(lines.next()?)?);
    let fits = what == WHAT && lines.next().is_none() && next.name == name && next.kind == LOG;
    let signed = known
        .iter()
        .any(|key| key.kind == LOG && key.name == name && matches!(key.judge(&note), Some(Ok(_))));
    (fits && signed).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::signer::{Ed25519, Signer};

    fn key(seed: u8) -> (Vkey, Ed25519) {
        let key = Ed25519::from_bytes(&[seed; 32]).unwrap();
        (
            Vkey::new("log.example", LOG, key.public_key().try_into().unwrap()).unwrap(),
            key,
        )
    }

    #[test]
    fn whoever_knows_one_key_follows_to_the_newest() {
        let ((a, first), (b, second), (c, third)) = (key(1), key(2), key(3));
        let one = sign(&a, &b, &|bytes| first.sign(bytes));
        let two = sign(&b, &c, &|bytes| second.sign(bytes));
        let notes = format!("{one}{two}");
        let mut known = vec![a.clone()];
        assert_eq!(
            (follow(&mut known, &notes), known.clone()),
            (2, vec![a.clone(), b.clone(), c.clone()])
        );
        assert_eq!(follow(&mut known, &notes), 0);
        let mut known = vec![b.clone()];
        assert_eq!(
            (follow(&mut known, &notes), known),
            (1, vec![b.clone(), c.clone()])
        );
        // A stranger's note, a bent one, one of another log, one in the wrong order.
        let stranger = sign(&a, &c, &|bytes| third.sign(bytes));
        for wrong in [
            stranger,
            one.replace("key 1", "key 2"),
            one.replace("log.example\n", "other.example\n"),
            one[3..].to_owned(),
            String::new(),
        ] {
            let mut known = vec![a.clone()];
            assert_eq!(follow(&mut known, &wrong), 0, "{wrong}");
        }
        let mut known = vec![a.clone()];
        assert_eq!(follow(&mut known, &format!("{two}{one}")), 1);
        assert_eq!(known, [a, b]);
    }
}
