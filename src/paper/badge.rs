//! 徽章: a picture with the credential baked into it (Open Badges 3.0, sections 5.3.1 and 5.3.2).
//!
//! The level is drawn as that many strokes; the vector also names the trade in words.

use flate2::Crc;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use std::sync::OnceLock;

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Badge<'a> {
    /// Two short lines: what was achieved, and the level or kind.
    pub lines: [&'a str; 2],
    /// How many strokes: one for 五级 to five for 一级; none for a course.
    pub strokes: u8,
    /// The credential, JSON.
    pub credential: &'a str,
}

/// Pixels on each side of the bitmap.
const SIDE: u32 = 400;
const INK: [u8; 3] = [0x1f, 0x3a, 0x5f];
const PAPER: [u8; 3] = [0xff, 0xff, 0xff];
const GOLD: [u8; 3] = [0xc8, 0x96, 0x2e];

/// A credential's own badge: the picture says what the credential says, since it is drawn from it.
/// None when it is no credential of ours.
pub fn baked(document: &[u8], bitmap: bool) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(document).ok()?;
    drawn_from(text, |badge| {
        if bitmap {
            png(badge)
        } else {
            Some(svg(badge).into_bytes())
        }
    })
}

fn drawn_from<T>(text: &str, draw: impl FnOnce(&Badge<'_>) -> Option<T>) -> Option<T> {
    let read: serde_json::Value = serde_json::from_str(text).ok()?;
    let achievement = &read["credentialSubject"]["achievement"];
    let level = achievement["id"]
        .as_str()
        .and_then(|id| id.rsplit_once("#level-"))
        .map_or("", |(_, level)| level);
    let strokes = match level {
        "5" => 1,
        "4" => 2,
        "3" => 3,
        "2" => 4,
        "1" => 5,
        "T" | "S" => 6,
        _ => 0,
    };
    let name = achievement["name"].as_str()?;
    let lines = match name.rsplit_once(' ') {
        Some((trade, level)) if strokes > 0 => [trade, level],
        _ => [name, read["name"].as_str()?],
    };
    draw(&Badge {
        lines,
        strokes,
        credential: text,
    })
}

/// A badge somebody brings: the credential in it, and whether the picture is the one drawn from it.
#[derive(Clone, Debug)]
pub struct Brought {
    /// The credential, JSON.
    pub credential: String,
    /// Whether the picture is as it was drawn.
    pub picture: bool,
}

/// The longest badge read.
const LONGEST: usize = 1 << 20;

/// Reads a vector; none when no credential is in it.
pub fn read_svg(bytes: &[u8]) -> Option<Brought> {
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.len() <= LONGEST)?;
    let (_, inside) = text.split_once("<openbadges:credential><![CDATA[")?;
    let (credential, _) = inside.split_once("]]></openbadges:credential>")?;
    Some(Brought {
        picture: baked(credential.as_bytes(), false).as_deref() == Some(bytes),
        credential: credential.to_owned(),
    })
}

/// Reads a bitmap; none when no credential is in it. Pixels are compared, not bytes: how a picture
/// is packed may change with the packer.
pub fn read_png(bytes: &[u8]) -> Option<Brought> {
    let mut rest = bytes
        .strip_prefix(b"\x89PNG\r\n\x1a\n")
        .filter(|rest| rest.len() <= LONGEST)?;
    let (mut credential, mut kinds, mut whole) = (None, Vec::new(), true);
    while let Some((length, more)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let chunk = more.get(..length.checked_add(4)?)?;
        let check = more.get(length + 4..length + 8)?;
        let mut crc = Crc::new();
        crc.update(chunk);
        whole &= crc.sum().to_be_bytes() == check;
        if let Some(text) = chunk.strip_prefix(MARK) {
            credential = credential.or(std::str::from_utf8(text).ok());
        }
        kinds.push(chunk.get(..4)?);
        rest = &more[length + 8..];
    }
    let credential = credential?.to_owned();
    let ordered = matches!(kinds.as_slice(), [b"IHDR", b"iTXt", middle @ .., b"IEND"]
        if !middle.is_empty() && middle.iter().all(|kind| *kind == b"IDAT"));
    let strokes = drawn_from(&credential, |badge| Some(badge.strokes));
    let picture = whole
        && ordered
        && rest.is_empty()
        && strokes.is_some_and(|strokes| is_drawn(bytes, strokes));
    Some(Brought {
        credential,
        picture,
    })
}

/// Whether a bitmap shows what is drawn for so many strokes.
fn is_drawn(bytes: &[u8], strokes: u8) -> bool {
    let mut reader =
        image::ImageReader::with_format(std::io::Cursor::new(bytes), image::ImageFormat::Png);
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    reader.limits(limits);
    let Ok(brought) = reader.decode() else {
        return false;
    };
    let ours = PICTURES
        .get(usize::from(strokes))
        .and_then(|picture| picture.get_or_init(|| drawn(strokes)).as_ref())
        .and_then(|bytes| image::load_from_memory(bytes).ok());
    ours.is_some_and(|ours| ours == brought)
}

/// What stands before a credential in a bitmap: `iTXt`, the keyword, not compressed, no language.
const MARK: &[u8] = b"iTXtopenbadgecredential\0\0\0\0\0";

/// The badge as a vector, the credential in an element of its own.
pub fn svg(badge: &Badge<'_>) -> String {
    let strokes: String = strokes(badge.strokes)
        .map(|(x, y, w, h)| {
            format!(r##"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="4" fill="#c8962e"/>"##)
        })
        .collect();
    let [first, second] = badge.lines.map(escaped);
    // A long name is drawn together so that it stays inside; a short one is left as it is.
    let fit = if badge.lines[0].chars().count() > 7 {
        r#" textLength="250" lengthAdjust="spacingAndGlyphs""#
    } else {
        ""
    };
    // Inside a string of JSON the escape means the same.
    let credential = badge.credential.replace("]]>", "]]\\u003e");
    format!(
        r##"<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" viewBox="0 0 400 400" role="img">
<openbadges:credential><![CDATA[{credential}]]></openbadges:credential>
<title>{first} {second}</title>
<circle cx="200" cy="200" r="190" fill="#1f3a5f"/><circle cx="200" cy="200" r="172" fill="#fff"/><circle cx="200" cy="200" r="164" fill="#1f3a5f"/>
{strokes}
<g fill="#fff" font-family="'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif" text-anchor="middle"><text x="200" y="245" font-size="34" font-weight="bold"{fit}>{first}</text><text x="200" y="290" font-size="22">{second}</text></g>
</svg>
"##
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Left, top, width, height of each stroke.
fn strokes(n: u8) -> impl Iterator<Item = (u32, u32, u32, u32)> {
    let n = u32::from(n);
    let left = 200 - (n * 34).saturating_sub(10) / 2;
    (0..n).map(move |at| (left + at * 34, 110, 24, 70))
}

/// The badge as a bitmap, the credential in an `iTXt` chunk; none when it cannot be drawn.
pub fn png(badge: &Badge<'_>) -> Option<Vec<u8>> {
    let picture = PICTURES.get(usize::from(badge.strokes))?;
    let picture = picture.get_or_init(|| drawn(badge.strokes)).as_ref()?;
    Some(with_text(picture, badge.credential))
}

/// The bitmaps, one for each number of strokes: drawn once, since anyone may ask for them.
static PICTURES: [OnceLock<Option<Vec<u8>>>; 7] = [const { OnceLock::new() }; 7];

fn drawn(strokes: u8) -> Option<Vec<u8>> {
    let mut pixels = Vec::with_capacity((SIDE * SIDE * 4) as usize);
    for y in 0..SIDE {
        for x in 0..SIDE {
            pixels.extend_from_slice(&pixel(strokes, x, y));
        }
    }
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&pixels, SIDE, SIDE, ExtendedColorType::Rgba8)
        .ok()?;
    Some(bytes)
}

/// Four samples by four for each pixel, so that edges are smooth.
fn pixel(strokes: u8, x: u32, y: u32) -> [u8; 4] {
    let (mut sum, mut solid) = ([0_u32; 3], 0_u32);
    for sample in 0..16 {
        let (sx, sy) = (x * 4 + sample % 4, y * 4 + sample / 4);
        if let Some(colour) = colour(strokes, sx, sy) {
            solid += 1;
            for (sum, part) in sum.iter_mut().zip(colour) {
                *sum += u32::from(part);
            }
        }
    }
    let part = |sum: u32| u8::try_from(sum / solid.max(1)).unwrap_or(u8::MAX);
    [
        part(sum[0]),
        part(sum[1]),
        part(sum[2]),
        u8::try_from(solid * 255 / 16).unwrap_or(u8::MAX),
    ]
}

fn colour(n: u8, x: u32, y: u32) -> Option<[u8; 3]> {
    let far = x.abs_diff(800).pow(2) + y.abs_diff(800).pow(2);
    if far > 760 * 760 {
        return None;
    }
    if (656 * 656..688 * 688).contains(&far) {
        return Some(PAPER);
    }
    let bar = (y / 4).abs_diff(255) < 6 && (x / 4).abs_diff(200) < 110;
    let stroke = strokes(n).any(|(left, top, width, height)| {
        (left..left + width).contains(&(x / 4)) && (top..top + height).contains(&(y / 4))
    });
    Some(if stroke || bar { GOLD } else { INK })
}

/// Puts the credential behind the header: `iTXt`, not compressed.
fn with_text(png: &[u8], credential: &str) -> Vec<u8> {
    // A signature of eight bytes, then the header's chunk: 4 + 4 + 13 + 4.
    let (head, rest) = png.split_at(33);
    let mut chunk = MARK.to_vec();
    chunk.extend_from_slice(credential.as_bytes());
    let length = u32::try_from(chunk.len() - 4).unwrap_or_default();
    let mut crc = Crc::new();
    crc.update(&chunk);
    let mut bytes = head.to_vec();
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&chunk);
    bytes.extend_from_slice(&crc.sum().to_be_bytes());
    bytes.extend_from_slice(rest);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credential_is_inside_and_the_picture_is_whole() {
        let badge = Badge {
            lines: ["焊工 & <1>", "三级/高级工"],
            strokes: 3,
            credential: r#"{"name":"电工 ]]> "}"#,
        };
        let bytes = png(&badge).unwrap();
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (SIDE, SIDE));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(text.contains(badge.credential));
        let svg = svg(&badge);
        let inside = svg.split("<![CDATA[").nth(1).unwrap();
        let inside = inside.split("]]></").next().unwrap();
        let read: serde_json::Value = serde_json::from_str(inside).unwrap();
        assert_eq!(read["name"], "电工 ]]> ");
        assert!(svg.contains("焊工 &amp; &lt;1&gt;"));
    }
}
