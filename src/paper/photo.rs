//! 照片: a photograph as it was uploaded becomes a small JPEG of a face and nothing else.
//!
//! It is decoded and drawn anew, so nothing of the file itself is kept: not where the telephone
//! was, not what else a polyglot file would be to another reader. Its size is read from the header
//! and refused before a pixel is decoded: a PNG of thirty thousand pixels each way is some kilobytes
//! as a file and gigabytes in memory.

use crate::domain::refusal::{Reason, Refusal};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// The largest file, in bytes.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// The most pixels: what a telephone takes, and 48 MB in memory.
pub const MOST_PIXELS: u64 = 16_000_000;
/// The fewest pixels across: what one inch still shows a face with.
pub const LEAST_WIDTH: u32 = 200;
/// 一寸, 25 by 35 millimetres, at some 360 pixels an inch.
const WIDTH: u32 = 360;
const HEIGHT: u32 = 504;
const QUALITY: u8 = 88;

/// Why a file is no photograph for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// More bytes than [`MOST_BYTES`].
    Heavy,
    /// Neither JPEG nor PNG, or broken.
    Unreadable,
    /// More pixels than [`MOST_PIXELS`].
    Large,
    /// Narrower than [`LEAST_WIDTH`], or not upright.
    Small,
}

impl Reason for Unusable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Heavy => Refusal::new("photo.too-heavy").with(MOST_BYTES / 1024 / 1024),
            Self::Unreadable => Refusal::new("photo.unreadable"),
            Self::Large => Refusal::new("photo.too-large").with(MOST_PIXELS / 10_000),
            Self::Small => Refusal::new("photo.too-small").with(LEAST_WIDTH),
        }
        .at("photo")
    }
}

/// A photograph as the paper takes it: upright, 360 by 504, a baseline JPEG without any mark.
pub fn drawn_anew(bytes: &[u8]) -> Result<Vec<u8>, Unusable> {
    if bytes.len() > MOST_BYTES {
        return Err(Unusable::Heavy);
    }
    let reader = || {
        ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|_| Unusable::Unreadable)
    };
    let format = reader()?.format();
    if !matches!(format, Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err(Unusable::Unreadable);
    }
    let (width, height) = reader()?
        .into_dimensions()
        .map_err(|_| Unusable::Unreadable)?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Unusable::Large);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_PIXELS * 8);
    let mut decoder = reader()?.into_decoder().map_err(|_| Unusable::Unreadable)?;
    decoder.set_limits(limits).map_err(|_| Unusable::Large)?;
    let turned = decoder.orientation().map_err(|_| Unusable::Unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Unusable::Unreadable)?;
    picture.apply_orientation(turned);
    if picture.width() < LEAST_WIDTH || picture.height() < picture.width() {
        return Err(Unusable::Small);
    }
    let whole = framed(&picture).to_rgb8();
    let small = imageops::resize(&whole, WIDTH, HEIGHT, FilterType::CatmullRom);
    let mut jpeg = Vec::with_capacity(64 * 1024);
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(&small, WIDTH, HEIGHT, ExtendedColorType::Rgb8)
        .map_err(|_| Unusable::Unreadable)?;
    Ok(jpeg)
}

/// The middle of a picture in the frame's shape; more is cut from the foot than above the head.
fn framed(picture: &DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let wide = u64::from(height) * u64::from(WIDTH) / u64::from(HEIGHT);
    match u32::try_from(wide) {
        Ok(wide) if wide <= width => picture.crop_imm((width - wide) / 2, 0, wide.max(1), height),
        _ => {
            let tall = u64::from(width) * u64::from(HEIGHT) / u64::from(WIDTH);
            let tall = u32::try_from(tall).unwrap_or(height).min(height);
            picture.crop_imm(0, (height - tall) / 4, width, tall)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::jpeg;
    use std::time::Instant;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([(x % 256) as u8, (y % 256) as u8, 90])
        });
        let mut bytes = Vec::new();
        DynamicImage::ImageRgb8(picture)
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        bytes
    }

    #[test]
    fn a_photograph_becomes_a_small_jpeg_the_paper_takes() {
        for (width, height) in [(480, 640), (300, 900), (700, 710), (200, 280)] {
            let drawn = drawn_anew(&png(width, height)).unwrap();
            let shape = jpeg::shape(&drawn).unwrap();
            assert_eq!((shape.width, shape.height, shape.components), (360, 504, 3));
            assert!(drawn.len() < 100_000);
            assert_eq!(
                drawn_anew(&png(width, height)).unwrap(),
                drawn,
                "the same every time"
            );
        }
    }

    #[test]
    fn what_is_no_photograph_is_refused() {
        assert_eq!(drawn_anew(b"GIF89a"), Err(Unusable::Unreadable));
        assert_eq!(drawn_anew(b""), Err(Unusable::Unreadable));
        assert_eq!(drawn_anew(&png(150, 210)), Err(Unusable::Small));
        assert_eq!(drawn_anew(&png(640, 480)), Err(Unusable::Small));
        assert_eq!(drawn_anew(&vec![0; MOST_BYTES + 1]), Err(Unusable::Heavy));
        let mut cut = png(480, 640);
        cut.truncate(cut.len() / 2);
        assert_eq!(drawn_anew(&cut), Err(Unusable::Unreadable));
    }

    #[test]
    fn a_picture_of_thirty_thousand_pixels_is_refused_unread() {
        // A header that promises 30,000 by 30,000 and hardly anything behind it.
        let mut bomb = png(200, 280);
        let side = 30_000_u32.to_be_bytes();
        bomb[16..20].copy_from_slice(&side);
        bomb[20..24].copy_from_slice(&side);
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        let start = Instant::now();
        assert_eq!(drawn_anew(&bomb), Err(Unusable::Large));
        assert!(start.elapsed().as_millis() < 100);
    }

    fn crc(bytes: &[u8]) -> u32 {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum()
    }
}
