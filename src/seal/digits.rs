//! 数字编码: bytes as decimal digits, for a QR code's numeric mode.
//!
//! Seven bytes make seventeen digits; a tail of one to six bytes makes 3, 5, 8, 10, 13 or 15.
//! That is within two per cent of what numeric mode can hold, survives every address bar, and
//! each text of digits has at most one meaning.

use std::fmt::Write as _;

const CHUNK: usize = 7;

/// Digits for 0 to 7 bytes.
const WIDTHS: [usize; 8] = [0, 3, 5, 8, 10, 13, 15, 17];

/// The bytes as digits.
pub fn encode(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 17 / CHUNK + 17);
    for chunk in bytes.chunks(CHUNK) {
        let value = chunk
            .iter()
            .fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
        write!(digits, "{value:0width$}", width = WIDTHS[chunk.len()])
            .expect("a text takes all digits");
    }
    digits
}

/// The bytes these digits were made of; none when no bytes make them.
pub fn decode(digits: &str) -> Option<Vec<u8>> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * CHUNK / 17 + CHUNK);
    for chunk in digits.as_bytes().chunks(WIDTHS[CHUNK]) {
        let length = WIDTHS.iter().position(|&width| width == chunk.len())?;
        let value = chunk
            .iter()
            .fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
        if value >> (8 * length) != 0 {
            return None;
        }
        bytes.extend_from_slice(&value.to_be_bytes()[8 - length..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_are_the_shortest_that_hold() {
        for length in 1..=7_u32 {
            let largest = encode(&vec![255; length as usize]);
            assert_eq!(largest, (256_u128.pow(length) - 1).to_string());
            assert_eq!(largest.len(), WIDTHS[length as usize]);
        }
        assert_eq!(encode(&[]), "");
        assert_eq!(encode(&[0]), "000");
        assert_eq!(encode(&[0xd2, 0x84]), "53892");
        assert_eq!(encode(&[0; 8]), "00000000000000000000");
    }

    #[test]
    fn what_no_bytes_make_is_refused() {
        for digits in [
            "1",
            "12",
            "256",
            "999",
            "65536",
            "1234",
            "72057594037927936",
            "+12",
            "1a3",
            "１２３",
            " 12",
        ] {
            assert_eq!(decode(digits), None, "{digits}");
        }
        assert_eq!(decode(""), Some(vec![]));
        assert_eq!(decode("255"), Some(vec![255]));
        assert_eq!(decode("72057594037927935"), Some(vec![255; 7]));
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..260)) {
            let digits = encode(&bytes);
            prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(decode(&digits), Some(bytes));
        }

        #[test]
        fn digits_have_one_meaning_or_none(digits in "[0-9]{0,80}") {
            if let Some(bytes) = decode(&digits) {
                prop_assert_eq!(encode(&bytes), digits);
            }
        }

        #[test]
        fn nothing_breaks_the_reader(text in ".{0,40}") {
            let _ = decode(&text);
        }
    }
}
