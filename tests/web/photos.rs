//! 照片: taken in by a clerk, seen by those who need it, printed on what is issued from then on.

use crate::acts::certificates::published;
use crate::acts::sittings::Story;
use crate::visitor::{Counterside, Visitor, plain};
use data_encoding::HEXLOWER;
use guildhall::store::{Found, dump};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use rocket::http::Method;
use std::io::Cursor;

fn portrait(shade: u8) -> Vec<u8> {
    let picture = RgbImage::from_fn(480, 640, |x, y| Rgb([(x / 2) as u8, (y / 3) as u8, shade]));
    let mut bytes = Vec::new();
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .unwrap();
    bytes
}

fn holds(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_face_is_sealed_seen_by_few_and_bound_to_the_certificate() {
    let mut story = Story::new();
    let id = published(&mut story, "2026-03-14", &[(1, "乌兰图雅")], &[]);
    let counter = Counterside::of(&story.hall);
    let clerk = Visitor::signed_in(&story.hall, story.clerk.actor());
    let registry = story.hall.registry.clone();
    let rows = |table: &'static str| {
        let read = |db: &mut _| -> Found<_> { dump::rows(db, table) };
        registry.store.read(read).unwrap().1
    };
    let person = rows("candidates")[0]["person"].as_str().unwrap().to_owned();
    let (page, photo) = (
        format!("/people/{person}"),
        format!("/people/{person}/photo"),
    );
    assert_eq!(counter.ask(&clerk, Method::Get, &photo, None).status, 404);

    let broken = counter.upload(&clerk, &photo, "photo", "x.png", b"no picture", &[]);
    assert!(
        broken.status == 422 && broken.text().contains("不是可读取的"),
        "{}",
        plain(&broken.text())
    );
    let taken = counter.upload(&clerk, &photo, "photo", "x.png", &portrait(90), &[]);
    assert_eq!(taken.status, 303);
    assert!(
        counter
            .read(&clerk, &format!("{page}?done=photo"))
            .contains(&photo)
    );
    let seen = counter.ask(&clerk, Method::Get, &photo, None);
    assert!(seen.status == 200 && seen.kind == "image/jpeg");
    let officer = Visitor::signed_in(&story.hall, story.bureau.actor());
    assert_eq!(counter.ask(&officer, Method::Get, &photo, None).status, 403);
    assert!(!counter.read(&officer, &page).contains(&photo));
    let kept = serde_json::to_string(&rows("photos")).unwrap();
    // The marker alone (three bytes) stands in sealed bytes by chance, once in hundreds of runs.
    let head = HEXLOWER.encode(&seen.bytes[..16]);
    assert!(head.starts_with("ffd8ff"));
    assert!(!kept.contains(&head), "a photograph lies in clear");

    let named = format!("{page}/latin-name");
    assert_eq!(
        counter
            .send(&clerk, &named, &[("latin_name", "乌兰")])
            .status,
        422
    );
    counter.done(&clerk, &named, &[("latin_name", "ULAN Tuya")]);
    assert!(counter.read(&clerk, &page).contains("ULAN Tuya"));

    story.hall.on("2026-03-23");
    // Sessions of the week before have ended.
    let clerk = Visitor::signed_in(&story.hall, story.clerk.actor());
    let signatory = Visitor::signed_in(&story.hall, story.signatory.actor());
    let path = format!("/sittings/{id}/certificates");
    counter.done(&signatory, &path, &[("count", "1")]);
    let pdf = format!("{path}.pdf");
    let first = counter.ask(&clerk, Method::Get, &pdf, None).bytes;
    let faces = rows("certificate_faces");
    assert_eq!(faces.len(), 1, "{faces:?}");
    assert_eq!(faces[0]["latin_name"], "ULAN Tuya");
    assert!(faces[0]["photo"].is_string(), "{faces:?}");
    assert!(
        holds(&first, b"/DCTDecode"),
        "no picture at all, {} bytes",
        first.len()
    );
    assert!(
        holds(&first, &seen.bytes),
        "the photograph is on the paper, as it is kept"
    );
    // A newer photograph and another spelling are for newer certificates.
    assert_eq!(
        counter
            .upload(&clerk, &photo, "photo", "x.png", &portrait(200), &[])
            .status,
        303
    );
    counter.done(&clerk, &named, &[("latin_name", "Ulantuya")]);
    assert_eq!(counter.ask(&clerk, Method::Get, &pdf, None).bytes, first);
}
