//! 受损印件: fifteen kinds of bad print and bad picture; how often the server's reader reads each,
//! and that what it reads is never anything else.

use guildhall::ground::chance;
use guildhall::paper::qr::{QUIET, Symbol};
use guildhall::paper::reader;
use image::{GrayImage, ImageFormat, Luma, imageops};
use std::io::Cursor;

/// A code of so many pixels a module on a sheet.
fn sheet(text: &str, module: usize) -> GrayImage {
    let symbol = Symbol::new(text).unwrap();
    let side = (symbol.side() + 2 * QUIET) * module;
    let margin = side / 4;
    let whole = u32::try_from(side + 2 * margin).unwrap();
    GrayImage::from_fn(whole, whole, |x, y| {
        let of = |at: u32| {
            (at as usize)
                .checked_sub(margin)?
                .checked_div(module)?
                .checked_sub(QUIET)
        };
        let dark = matches!((of(x), of(y)), (Some(x), Some(y)) if x < symbol.side() && y < symbol.side() && symbol.is_dark(x, y));
        Luma([if dark { 30 } else { 225 }])
    })
}

fn share() -> f32 {
    f32::from(u16::from_be_bytes(chance::bytes::<2>())) / 65_536.0
}

/// Each pixel from another place.
fn moved(from: &GrayImage, place: impl Fn(f32, f32) -> (f32, f32)) -> GrayImage {
    let (width, height) = from.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let (u, v) = place(x as f32, y as f32);
        if u < 0.0 || v < 0.0 || u >= (width - 1) as f32 || v >= (height - 1) as f32 {
            return Luma([210]);
        }
        let (a, b) = (u.fract(), v.fract());
        let at = |dx, dy| f32::from(from.get_pixel(u as u32 + dx, v as u32 + dy).0[0]);
        let mixed = (at(0, 0) * (1.0 - a) + at(1, 0) * a) * (1.0 - b)
            + (at(0, 1) * (1.0 - a) + at(1, 1) * a) * b;
        Luma([mixed as u8])
    })
}

/// Each pixel by its place and value.
fn lit(from: &GrayImage, light: impl Fn(f32, f32, f32) -> f32) -> GrayImage {
    let (width, height) = from.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let value = f32::from(from.get_pixel(x, y).0[0]);
        Luma([
            light(x as f32 / width as f32, y as f32 / height as f32, value).clamp(0.0, 255.0) as u8,
        ])
    })
}

/// Paper turned by so many degrees about a line across its middle, seen from one and a half times
/// its width; the line lies at so much from the horizontal.
fn tilted(from: &GrayImage, degrees: f32, line: f32) -> GrayImage {
    let (middle, far) = (from.width() as f32 / 2.0, from.width() as f32 * 1.5);
    let ((sin, cos), (b, a)) = (degrees.to_radians().sin_cos(), line.sin_cos());
    moved(from, |x, y| {
        let (x, y) = (x - middle, y - middle);
        let (along, across) = (x * a + y * b, y * a - x * b);
        let across = far * across / (far * cos - across * sin);
        let along = along * (1.0 + across * sin / far);
        (
            along * a - across * b + middle,
            along * b + across * a + middle,
        )
    })
}

fn as_jpeg(picture: &GrayImage, quality: u8) -> GrayImage {
    let mut bytes = Cursor::new(Vec::new());
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality);
    picture.write_with_encoder(encoder).unwrap();
    image::load_from_memory(bytes.get_ref())
        .unwrap()
        .into_luma8()
}

type Harm = (&'static str, fn(GrayImage) -> GrayImage);

const HARMS: [Harm; 15] = [
    ("blur", |p| imageops::blur(&p, 1.5 + share())),
    ("motion", |p| moved(&p, |x, y| (x + (y * 0.7).sin(), y))),
    ("tilt", |p| {
        tilted(&p, 10.0 + 35.0 * share(), share() * std::f32::consts::TAU)
    }),
    ("turn", |p| {
        let (t, c) = (share() * 0.9, p.width() as f32 / 2.0);
        moved(&p, |x, y| {
            let (x, y) = (x - c, y - c);
            (x * t.cos() - y * t.sin() + c, x * t.sin() + y * t.cos() + c)
        })
    }),
    ("glare", |p| {
        let (gx, gy) = (0.3 + 0.4 * share(), 0.3 + 0.4 * share());
        lit(&p, |x, y, v| {
            v + 150.0 * (-((x - gx).powi(2) + (y - gy).powi(2)) * 90.0).exp()
        })
    }),
    ("torn corner", |p| {
        lit(&p, |x, y, v| if x + y > 1.52 { 200.0 } else { v })
    }),
    ("fold", |p| {
        lit(&p, |x, y, v| {
            v - 130.0 * (-((x + 0.2 * y - 0.55) * 60.0).powi(2)).exp()
        })
    }),
    ("low light", |p| {
        lit(&p, |x, _, v| v * 0.18 + 12.0 * x + 9.0 * (share() - 0.5))
    }),
    ("shadow", |p| {
        lit(&p, |x, y, v| if x > 0.35 + 0.3 * y { v * 0.45 } else { v })
    }),
    ("low resolution", |p| {
        let small = imageops::resize(
            &p,
            p.width() / 2,
            p.height() / 2,
            imageops::FilterType::Triangle,
        );
        imageops::resize(
            &small,
            p.width(),
            p.height(),
            imageops::FilterType::Triangle,
        )
    }),
    ("JPEG", |p| as_jpeg(&p, 12)),
    ("noise", |p| lit(&p, |_, _, v| v + 110.0 * (share() - 0.5))),
    ("stain", |p| {
        let (sx, sy) = (0.4 + 0.3 * share(), 0.4 + 0.3 * share());
        lit(&p, |x, y, v| {
            if (x - sx).hypot(y - sy) < 0.045 {
                60.0
            } else {
                v
            }
        })
    }),
    ("curve", |p| {
        let w = p.width() as f32;
        moved(&p, |x, y| {
            (x, y + w * 0.02 * (x / w * std::f32::consts::PI).sin())
        })
    }),
    ("faded print", |p| lit(&p, |_, _, v| 150.0 + v * 0.35)),
];

#[test]
fn no_bad_print_is_ever_read_as_another() {
    const TRIES: usize = 6;
    let text = super::qr();
    let mut all = 0;
    for (name, harm) in HARMS {
        let mut read = 0;
        for at in 0..TRIES {
            let picture = harm(sheet(&text, 4 + at % 3));
            let mut png = Cursor::new(Vec::new());
            picture.write_to(&mut png, ImageFormat::Png).unwrap();
            match reader::read(png.get_ref()) {
                Ok(texts) => {
                    assert_eq!(texts, [text.clone()], "{name} was read as something else");
                    read += 1;
                }
                Err(reader::Unread::Nothing) => {}
                Err(other) => panic!("{name}: {other}"),
            }
        }
        println!("{name:<16} {read} of {TRIES} read");
        all += read;
    }
    for degrees in [15, 30, 45, 60] {
        let read = (0..TRIES).filter(|at| {
            let picture = tilted(&sheet(&text, 4 + at % 3), degrees as f32, *at as f32);
            let mut png = Cursor::new(Vec::new());
            picture.write_to(&mut png, ImageFormat::Png).unwrap();
            reader::read(png.get_ref()).is_ok_and(|texts| {
                assert_eq!(
                    texts,
                    [text.clone()],
                    "{degrees} degrees were read as something else"
                );
                true
            })
        });
        let read = read.count();
        println!("tilted by {degrees:<6} {read} of {TRIES} read");
        assert!(
            degrees > 45 || read > TRIES / 2,
            "a tilt of {degrees} degrees is not read"
        );
    }
    println!(
        "all kinds: {all} of {} read, none wrong",
        TRIES * HARMS.len()
    );
    assert!(
        all >= TRIES * HARMS.len() * 3 / 4,
        "the reader reads too little: {all}"
    );
}
