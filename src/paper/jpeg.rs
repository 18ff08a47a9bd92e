//! 照片: what must be known of a JPEG to pass it through untouched.

/// Size and colours of a JPEG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// 1 for grey, 3 for colour.
    pub components: u8,
}

/// Reads the frame header of a baseline or progressive JPEG; `None` for anything else.
///
/// Four components (CMYK) are refused: a photograph for a certificate has none, and viewers
/// disagree about its polarity.
pub fn shape(bytes: &[u8]) -> Option<Shape> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    if !bytes.ends_with(&[0xFF, 0xD9]) {
        return None;
    }
    loop {
        let &[0xFF, marker, high, low, ..] = rest else {
            return None;
        };
        if marker == 0xFF {
            rest = &rest[1..];
            continue;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = rest.get(4..2 + length)?;
        match marker {
            // Baseline, extended and progressive frames with Huffman coding: what PDF's filter reads.
            0xC0..=0xC2 => {
                let &[8, h1, h0, w1, w0, components, ..] = body else {
                    return None;
                };
                let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
                let sound = width > 0 && height > 0 && matches!(components, 1 | 3);
                return sound.then_some(Shape {
                    width,
                    height,
                    components,
                });
            }
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xD8..=0xDA => return None,
            _ => rest = rest.get(2 + length..)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(frame: u8, components: u8) -> Vec<u8> {
        let mut bytes = vec![
            0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, frame, 0, 11, 8, 1, 184, 1, 39,
        ];
        bytes.extend([components, 1, 0x11, 0, 0xFF, 0xD9]);
        bytes
    }

    #[test]
    fn frames_are_read() {
        let shape_of = |frame, components| shape(&picture(frame, components));
        assert_eq!(
            shape_of(0xC0, 3),
            Some(Shape {
                width: 295,
                height: 440,
                components: 3
            })
        );
        assert_eq!(
            shape_of(0xC2, 1),
            Some(Shape {
                width: 295,
                height: 440,
                components: 1
            })
        );
        assert_eq!(shape_of(0xC0, 4), None);
        assert_eq!(shape_of(0xC3, 3), None);
    }

    #[test]
    fn cut_and_foreign_files_are_refused() {
        let whole = picture(0xC0, 3);
        for end in 0..whole.len() {
            assert_eq!(shape(&whole[..end]), None, "{end}");
        }
        assert_eq!(shape(b"\x89PNG\r\n\x1a\n"), None);
        assert_eq!(shape(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0xFF, 0xD9]), None);
    }
}
