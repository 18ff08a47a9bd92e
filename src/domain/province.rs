//! 省级行政区划代码: the first two digits of GB/T 2260, as identity and certificate numbers use them.

/// The 31 provinces, regions and municipalities of the mainland.
pub const MAINLAND: [u8; 31] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65,
];

/// Taiwan, Hong Kong and Macao.
pub const BEYOND: [u8; 3] = [71, 81, 82];

/// Whether GB/T 2260 knows a province with these two digits.
pub fn is_known(code: u8) -> bool {
    MAINLAND.contains(&code) || BEYOND.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_four_are_known() {
        assert_eq!((0..=u8::MAX).filter(|&code| is_known(code)).count(), 34);
        assert!(is_known(15) && !is_known(16) && !is_known(99) && !is_known(83));
    }
}
