//! 读码: the texts of the QR codes in a photograph, for those whose browser cannot read them.
//!
//! The picture comes from a stranger: its size is known before it is unpacked, and what it may
//! cost is bounded. A text that is read is a claim like any other; nothing here says it is ours.

use crate::paper::mesh;
use image::{DynamicImage, GrayImage, ImageFormat, ImageReader, Limits, imageops};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest side of a picture that is unpacked.
const SIDE: u32 = 10_000;
/// Most pixels: a telephone's camera has fifty million.
const PIXELS: u64 = 60_000_000;
/// Most memory unpacking may take.
const MEMORY: u64 = 256 << 20;
/// Longest text taken; a code of the largest version holds some three thousand.
const LONGEST: usize = 4_000;

/// Why nothing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// Neither JPEG nor PNG, or broken.
    #[error("not a picture we can read")]
    NotAPicture,
    /// Larger than a photograph is.
    #[error("the picture is too large")]
    TooLarge,
    /// A picture in which no code is seen.
    #[error("no code in the picture")]
    Nothing,
}

/// The texts of the codes in a JPEG or PNG, as they are found; at least one.
pub fn read(bytes: &[u8]) -> Result<Vec<String>, Unread> {
    let picture = unpack(bytes)?.into_luma8();
    find(&picture).ok_or(Unread::Nothing)
}

fn unpack(bytes: &[u8]) -> Result<DynamicImage, Unread> {
    let reader = || {
        let mut reader = ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|_| Unread::NotAPicture)?;
        if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
            return Err(Unread::NotAPicture);
        }
        let mut limits = Limits::default();
        limits.max_image_width = Some(SIDE);
        limits.max_image_height = Some(SIDE);
        limits.max_alloc = Some(MEMORY);
        reader.limits(limits);
        Ok(reader)
    };
    let (width, height) = reader()?
        .into_dimensions()
        .map_err(|error| refused(&error))?;
    if width > SIDE || height > SIDE || u64::from(width) * u64::from(height) > PIXELS {
        return Err(Unread::TooLarge);
    }
    reader()?.decode().map_err(|error| refused(&error))
}

fn refused(error: &image::ImageError) -> Unread {
    match error {
        image::ImageError::Limits(_) => Unread::TooLarge,
        _ => Unread::NotAPicture,
    }
}

/// Tries the picture at several sizes: a code that fills it is read best when made smaller, one
/// in a corner when it is not.
fn find(picture: &GrayImage) -> Option<Vec<String>> {
    let longest = picture.width().max(picture.height());
    let mut sizes: Vec<u32> = [1_600, 1_000, 640, 2_400]
        .into_iter()
        .filter(|size| *size < longest)
        .collect();
    if longest <= 2_400 {
        sizes.insert(0, longest);
    }
    for size in sizes {
        let scaled = if size == longest {
            picture.clone()
        } else {
            let of = |side: u32| (side * size / longest).max(1);
            imageops::resize(
                picture,
                of(picture.width()),
                of(picture.height()),
                imageops::FilterType::Triangle,
            )
        };
        for variant in [Variant::Plain, Variant::Even, Variant::Soft] {
            let ready = variant.of(&scaled);
            let texts = codes(&ready);
            if !texts.is_empty() {
                return Some(texts);
            }
            if let Some(text) = variant.askew(&ready) {
                return Some(vec![text]);
            }
        }
    }
    None
}

/// How the picture is made ready.
#[derive(Clone, Copy)]
enum Variant {
    /// As it is.
    Plain,
    /// With each place held against its surroundings, for shadow and glare.
    Even,
    /// Slightly blurred, for noise and screens.
    Soft,
}

impl Variant {
    fn of(self, picture: &GrayImage) -> GrayImage {
        match self {
            Self::Plain => picture.clone(),
            Self::Even => even(picture),
            Self::Soft => imageops::fast_blur(picture, 1.2),
        }
    }

    /// What is read when the paper is tilted or bent; each blacks and whites it once.
    fn askew(self, ready: &GrayImage) -> Option<String> {
        match self {
            Self::Plain => None,
            Self::Even => slanted(ready),
            Self::Soft => slanted(&even(ready)),
        }
    }
}

/// The picture against its own mean over a window, by a table of sums.
fn even(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let (w, h) = (width as usize, height as usize);
    let mut sums = vec![0_u64; (w + 1) * (h + 1)];
    for (y, row) in picture.rows().enumerate() {
        let mut line = 0;
        for (x, pixel) in row.enumerate() {
            line += u64::from(pixel.0[0]);
            sums[(y + 1) * (w + 1) + x + 1] = sums[y * (w + 1) + x + 1] + line;
        }
    }
    let reach = (w.max(h) / 24).max(8);
    GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as usize, y as usize);
        let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(w));
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(h));
        let at = |x: usize, y: usize| sums[y * (w + 1) + x];
        let sum = at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top);
        let mean = sum / ((right - left) * (bottom - top)) as u64;
        let own = u64::from(picture.as_raw()[y * w + x]);
        image::Luma([if own * 100 < mean * 92 { 0 } else { 255 }])
    })
}

fn codes(picture: &GrayImage) -> Vec<String> {
    // The reader indexes what it believes to be a code; a picture made to mislead it may not end
    // the request of anybody else.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let (width, height) = picture.dimensions();
        let pixels = picture.as_raw();
        let (w, h) = (width as usize, height as usize);
        let mut prepared =
            rqrr::PreparedImage::prepare_from_greyscale(w, h, |x, y| pixels[y * w + x]);
        let grids = prepared.detect_grids();
        grids
            .iter()
            .filter_map(|grid| grid.decode().ok())
            .map(|(_, text)| text)
            .filter(|text| text.len() <= LONGEST)
            .collect::<Vec<_>>()
    }));
    read.unwrap_or_default()
}

/// The code in a picture of black and white, however it lies; guarded like the other reader.
fn slanted(picture: &GrayImage) -> Option<String> {
    let read = catch_unwind(AssertUnwindSafe(|| mesh::read(picture)));
    read.ok().flatten().filter(|text| text.len() <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::qr::{QUIET, Symbol};

    fn drawn(text: &str, module: u32) -> GrayImage {
        let symbol = Symbol::new(text).unwrap();
        let quiet = u32::try_from(QUIET).unwrap();
        let side = u32::try_from(symbol.side()).unwrap() + 2 * quiet;
        GrayImage::from_fn(side * module, side * module, |x, y| {
            let of = |at: u32| (at / module).checked_sub(quiet).map(|at| at as usize);
            let dark = match (of(x), of(y)) {
                (Some(x), Some(y)) if x < symbol.side() && y < symbol.side() => {
                    symbol.is_dark(x, y)
                }
                _ => false,
            };
            image::Luma([if dark { 20 } else { 240 }])
        })
    }

    fn file(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_code_is_read_from_either_kind_of_file() {
        let text = format!(
            "https://zs.example.cn/v/2fzsimi6uv6acgf2#{}",
            "59255".repeat(60)
        );
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let read = read(&file(&drawn(&text, 5), format)).unwrap();
            assert_eq!(read, [text.clone()], "{format:?}");
        }
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused() {
        let blank = GrayImage::from_pixel(300, 200, image::Luma([200]));
        assert_eq!(read(&file(&blank, ImageFormat::Png)), Err(Unread::Nothing));
        assert_eq!(read(b"%PDF-1.7"), Err(Unread::NotAPicture));
        assert_eq!(read(b""), Err(Unread::NotAPicture));
        let cut = file(&drawn("x", 4), ImageFormat::Png);
        assert_eq!(read(&cut[..cut.len() / 2]), Err(Unread::NotAPicture));
        // Thirty thousand by thirty thousand, in a few bytes.
        let mut bomb = file(&blank, ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let checksum = {
            let mut crc = flate2::Crc::new();
            crc.update(&bomb[12..29]);
            crc.sum()
        };
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(read(&bomb), Err(Unread::TooLarge));
    }
}
