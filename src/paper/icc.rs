//! 色彩: the sRGB profile that says what the page's colours mean (PDF/A's output intent).
//!
//! Built from the numbers of IEC 61966-2-1 adapted to D50, as an ICC version 2 display profile.

/// The profile.
pub fn srgb() -> Vec<u8> {
    let curve = transfer();
    let blocks: [([u8; 4], Vec<u8>); 9] = [
        (*b"desc", description("sRGB IEC61966-2.1")),
        (*b"cprt", text("No copyright; use freely")),
        (*b"wtpt", point(0.964_2, 1.0, 0.824_9)),
        (*b"rXYZ", point(0.436_07, 0.222_49, 0.013_92)),
        (*b"gXYZ", point(0.385_15, 0.716_87, 0.097_08)),
        (*b"bXYZ", point(0.143_07, 0.060_61, 0.714_10)),
        (*b"rTRC", curve.clone()),
        (*b"gTRC", curve.clone()),
        (*b"bTRC", curve),
    ];
    let head = 128 + 4 + 12 * blocks.len();
    let mut table = be32(blocks.len()).to_vec();
    let mut body: Vec<u8> = Vec::new();
    let mut shared: Option<usize> = None;
    for (signature, block) in &blocks {
        let curve = signature.ends_with(b"TRC");
        // The three curves are one.
        let at = match shared {
            Some(at) if curve => at,
            _ => {
                let at = head + body.len();
                body.extend(block);
                body.resize(body.len().next_multiple_of(4), 0);
                at
            }
        };
        if curve {
            shared = Some(at);
        }
        table.extend(signature);
        table.extend(be32(at));
        table.extend(be32(block.len()));
    }
    let mut profile = header(head + body.len());
    profile.extend(table);
    profile.extend(body);
    profile
}

fn header(size: usize) -> Vec<u8> {
    let mut header = vec![0; 128];
    let mut set = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    set(0, &be32(size));
    set(8, &[2, 0x10, 0, 0]);
    set(12, b"mntrRGB XYZ ");
    // A date is demanded: when the standard was published.
    set(24, &[0x07, 0xCF, 0, 10, 0, 1, 0, 0, 0, 0, 0, 0]);
    set(36, b"acsp");
    set(68, &[fixed(0.964_2), fixed(1.0), fixed(0.824_9)].concat());
    header
}

/// The transfer curve at 256 points.
fn transfer() -> Vec<u8> {
    let mut curve = b"curv\0\0\0\0".to_vec();
    curve.extend(be32(256));
    for at in 0..=255_u8 {
        let value = f64::from(at) / 255.0;
        let linear = if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 65535"
        )]
        let word = (linear * 65_535.0).round() as u16;
        curve.extend(word.to_be_bytes());
    }
    curve
}

fn description(says: &str) -> Vec<u8> {
    let mut block = b"desc\0\0\0\0".to_vec();
    block.extend(be32(says.len() + 1));
    block.extend(says.as_bytes());
    // The end of the text, no Unicode and no Macintosh version of it.
    block.resize(block.len() + 1 + 8 + 70, 0);
    block
}

fn text(says: &str) -> Vec<u8> {
    [b"text\0\0\0\0", says.as_bytes(), b"\0"].concat()
}

fn point(x: f64, y: f64, z: f64) -> Vec<u8> {
    [b"XYZ \0\0\0\0".as_slice(), &fixed(x), &fixed(y), &fixed(z)].concat()
}

fn fixed(value: f64) -> [u8; 4] {
    #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
    let fixed = (value * 65_536.0).round() as i32;
    fixed.to_be_bytes()
}

fn be32(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(0).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_whole() {
        let profile = srgb();
        assert_eq!(profile[..4], be32(profile.len()));
        assert_eq!(&profile[36..40], b"acsp");
        for at in 0..9 {
            let entry = &profile[132 + 12 * at..144 + 12 * at];
            let word = |from: usize| {
                u32::from_be_bytes(entry[from..from + 4].try_into().unwrap()) as usize
            };
            assert!(word(4) + word(8) <= profile.len());
            let kind = &profile[word(4)..word(4) + 4];
            assert!(
                [b"desc", b"text", b"XYZ ", b"curv"]
                    .iter()
                    .any(|known| kind == *known)
            );
        }
    }
}
