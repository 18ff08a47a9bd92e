//! 编码: ASN.1 in DER (ITU-T X.690), as certificates and signatures are written.
//!
//! ## Why by hand
//! What we write has one closed shape, and what we read must survive anything an upload brings:
//! a writer and a reader of two screens, with every length checked, against three crates of types.
//! Other people's programs (OpenSSL, NSS, pyHanko) read what we write in `tests/paper`.

/// INTEGER.
pub const INTEGER: u8 = 0x02;
/// BIT STRING.
pub const BITS: u8 = 0x03;
/// OCTET STRING.
pub const OCTETS: u8 = 0x04;
/// OBJECT IDENTIFIER.
pub const OID: u8 = 0x06;
/// UTF8String.
pub const UTF8: u8 = 0x0C;
/// UTCTime.
pub const UTC_TIME: u8 = 0x17;
/// GeneralizedTime.
pub const GENERAL_TIME: u8 = 0x18;
/// SEQUENCE.
pub const SEQUENCE: u8 = 0x30;
/// SET.
pub const SET: u8 = 0x31;

/// A constructed context tag: `[n]`.
pub const fn context(n: u8) -> u8 {
    0xA0 | n
}

/// One value: tag, length, content.
pub fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    out.push(tag);
    let length = content.len().to_be_bytes();
    let first = length.iter().position(|byte| *byte != 0).unwrap_or(7);
    if content.len() >= 0x80 {
        let bytes = &length[first..];
        out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(8));
        out.extend_from_slice(bytes);
    } else {
        out.push(length[7]);
    }
    out.extend_from_slice(content);
    out
}

/// A constructed value of several parts.
pub fn group(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    value(tag, &parts.concat())
}

/// A SEQUENCE of parts.
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    group(SEQUENCE, parts)
}

/// A SET OF, in the order DER asks for (X.690 clause 11.6).
pub fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    value(SET, &parts.concat())
}

/// An object identifier from its encoded arcs.
pub fn oid(arcs: &[u8]) -> Vec<u8> {
    value(OID, arcs)
}

/// A positive INTEGER from its big-endian bytes.
pub fn integer(bytes: &[u8]) -> Vec<u8> {
    let bytes = match bytes.iter().position(|byte| *byte != 0) {
        Some(first) => &bytes[first..],
        None => &[0],
    };
    if bytes[0] & 0x80 == 0 {
        value(INTEGER, bytes)
    } else {
        group(INTEGER, &[&[0], bytes])
    }
}

/// A BIT STRING of whole bytes.
pub fn bits(bytes: &[u8]) -> Vec<u8> {
    group(BITS, &[&[0], bytes])
}

/// One value as it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its tag.
    pub tag: u8,
    /// Its content.
    pub content: &'a [u8],
    /// All of it, tag and length included.
    pub whole: &'a [u8],
}

impl<'a> Item<'a> {
    /// What it consists of.
    pub fn parts(self) -> Option<Vec<Item<'a>>> {
        let mut reader = Reader(self.content);
        let mut parts = Vec::new();
        while !reader.0.is_empty() {
            parts.push(reader.next()?);
        }
        Some(parts)
    }

    /// Itself, if it is of this kind.
    pub fn of(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }
}

/// What is left to be read.
#[derive(Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next value; none at the end, and none for anything malformed.
    pub fn next(&mut self) -> Option<Item<'a>> {
        let all = self.0;
        let (&tag, &first) = (all.first()?, all.get(1)?);
        // No tag of ours has a number above thirty.
        if tag & 0x1F == 0x1F {
            return None;
        }
        let (head, length) = if first < 0x80 {
            (2, usize::from(first))
        } else {
            let count = usize::from(first & 0x7F);
            if count == 0 || count > 4 {
                return None;
            }
            let bytes = all.get(2..2 + count)?;
            let length = bytes
                .iter()
                .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
            if length < 0x80 || bytes[0] == 0 {
                return None;
            }
            (2 + count, length)
        };
        let whole = all.get(..head.checked_add(length)?)?;
        self.0 = &all[whole.len()..];
        Some(Item {
            tag,
            content: &whole[head..],
            whole,
        })
    }

    /// The next value, if it is of this kind; else nothing is read.
    pub fn take(&mut self, tag: u8) -> Option<Item<'a>> {
        let mut ahead = *self;
        let item = ahead.next()?.of(tag)?;
        *self = ahead;
        Some(item)
    }
}

/// The one value these bytes are; none when anything follows it.
pub fn read(bytes: &[u8]) -> Option<Item<'_>> {
    let mut reader = Reader(bytes);
    let item = reader.next()?;
    reader.0.is_empty().then_some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_written_as_x_690_says() {
        for (written, expected) in [
            (integer(&[0]), vec![2, 1, 0]),
            (integer(&[0, 0, 0x7F]), vec![2, 1, 0x7F]),
            (integer(&[0x80]), vec![2, 2, 0, 0x80]),
            (bits(&[5]), vec![3, 2, 0, 5]),
            (sequence(&[]), vec![0x30, 0]),
            (
                set_of(vec![vec![4, 1, 9], vec![4, 1, 3]]),
                vec![0x31, 6, 4, 1, 3, 4, 1, 9],
            ),
        ] {
            assert_eq!(written, expected);
        }
        assert_eq!(value(OCTETS, &[7; 127])[..2], [4, 127]);
        assert_eq!(value(OCTETS, &[7; 128])[..3], [4, 0x81, 128]);
        assert_eq!(value(OCTETS, &[7; 300])[..4], [4, 0x82, 1, 44]);
    }

    #[test]
    fn lengths_are_read_strictly() {
        for bytes in [
            &[4, 0x81, 5, 0, 0, 0, 0, 0][..],
            &[4, 0x80, 0, 0],
            &[4, 3, 0, 0],
            &[4],
            &[0x1F, 1, 0],
            &[4, 1, 0, 0],
            &[4, 0x85, 1, 1, 1, 1, 1],
        ] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read(tag in 0_u8..31, content in proptest::collection::vec(any::<u8>(), 0..400)) {
            let written = value(tag, &content);
            let item = read(&written).unwrap();
            prop_assert_eq!((item.tag, item.content), (tag, &content[..]));
        }

        #[test]
        fn nothing_makes_it_fall(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Some(item) = read(&bytes) {
                let _ = item.parts();
            }
        }
    }
}
