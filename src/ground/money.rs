//! 金额: whole fen, never a float.

/// An amount in yuan as people write it, in fen: `1695`, `1,695.5`, `0.05`. None when it is not one,
/// or less than nothing.
pub fn read(text: &str) -> Option<i64> {
    let text: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | '¥' | ' '))
        .collect();
    let (yuan, fen) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if yuan.is_empty() || yuan.len() > 12 || fen.len() > 2 || !digits(yuan) || !digits(fen) {
        return None;
    }
    let yuan: i64 = yuan.parse().ok()?;
    let fen: i64 = format!("{fen:0<2}").parse().ok()?;
    Some(yuan * 100 + fen)
}

/// Fen as yuan: `1695.00`.
pub fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

/// Fen as 万元 with two decimals, rounded half up: `182.45`.
pub fn wan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let hundredths = (fen.unsigned_abs() + 5_000) / 10_000;
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn yuan_are_read_as_people_write_them() {
        for (text, fen) in [
            ("1695", Some(169_500)),
            ("¥1,695.5", Some(169_550)),
            ("0.05", Some(5)),
            ("", None),
            ("-1", None),
            ("1.234", None),
            ("1e3", None),
            (".5", None),
            ("99999999999999", None),
        ] {
            assert_eq!(read(text), fen, "{text}");
        }
    }

    #[test]
    fn reports_tell_ten_thousands_of_yuan() {
        for (fen, told) in [
            (0, "0.00"),
            (4_999, "0.00"),
            (5_000, "0.01"),
            (182_450_000, "182.45"),
            (182_455_000, "182.46"),
            (-1_000_000, "-1.00"),
        ] {
            assert_eq!(wan(fen), told, "{fen}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(fen in 0_i64..1_000_000_000_000) {
            prop_assert_eq!(read(&yuan(fen)), Some(fen));
        }
    }
}
