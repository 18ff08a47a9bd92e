//! 静态资源: style, scripts and icons, carried in the binary under names that change with content.

use crate::web::packing;
use data_encoding::HEXLOWER;
use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

/// One file as it is served.
struct Asset {
    address: String,
    bytes: Vec<u8>,
    packed: Option<Vec<u8>>,
    kind: ContentType,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    Files::iter()
        .map(|name| (name.to_string(), Asset::of(&name)))
        .collect()
});

impl Asset {
    fn of(name: &str) -> Self {
        let bytes = content(name).into_owned();
        let hash = HEXLOWER.encode(&Sha256::digest(&bytes)[..6]);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let kind = ContentType::from_extension(extension).unwrap_or(ContentType::Binary);
        let packed = (!matches!(extension, "png" | "ico"))
            .then(|| packing::best(&bytes))
            .filter(|p| p.len() < bytes.len());
        Self {
            address: format!("/static/{stem}.{hash}.{extension}"),
            bytes,
            packed,
            kind,
        }
    }
}

/// A file's bytes; a style sheet with its imports in place and its comments gone.
fn content(name: &str) -> Cow<'static, [u8]> {
    let Some(file) = Files::get(name) else {
        return Cow::Borrowed(&[]);
    };
    if !name.ends_with(".css") {
        return file.data;
    }
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut out = String::new();
    for line in without_comments(&String::from_utf8_lossy(&file.data)).lines() {
        let line = line.trim();
        match line
            .strip_prefix("@import \"")
            .and_then(|rest| rest.strip_suffix("\";"))
        {
            Some(other) => out.push_str(&String::from_utf8_lossy(&content(&format!(
                "{folder}/{other}"
            )))),
            None => out.push_str(
                &line
                    .replace(" { ", "{")
                    .replace(" }", "}")
                    .replace("; ", ";")
                    .replace(": ", ":"),
            ),
        }
        if !line.is_empty() {
            out.push('\n');
        }
    }
    Cow::Owned(out.into_bytes())
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// The address of a file in `static/`: `url("css/gh.css")` is `/static/css/gh.<hash>.css`.
pub fn url(name: &str) -> &'static str {
    ASSETS
        .get(name)
        .map_or("/static/missing", |asset| asset.address.as_str())
}

/// A file as it is served, for tests and for pages that weigh themselves.
pub fn bytes(name: &str) -> &'static [u8] {
    ASSETS.get(name).map_or(&[], |asset| asset.bytes.as_slice())
}

/// What `GET /static/…` answers.
pub struct Served {
    asset: &'static Asset,
    for_ever: bool,
}

/// A file of `static/`, under its content-hashed name or its plain one.
///
/// An old name still finds the newest content, so that a page from before an upgrade keeps its
/// clothes; only the exact name may be kept for ever.
#[rocket::get("/static/<path..>")]
pub fn file(path: PathBuf) -> Option<Served> {
    let path = path.to_str()?.replace('\\', "/");
    if let Some(asset) = ASSETS.get(&path) {
        return Some(Served {
            asset,
            for_ever: false,
        });
    }
    let (rest, extension) = path.rsplit_once('.')?;
    let (stem, _) = rest.rsplit_once('.')?;
    let asset = ASSETS.get(&format!("{stem}.{extension}"))?;
    Some(Served {
        asset,
        for_ever: asset.address == format!("/static/{path}"),
    })
}

/// The icon browsers ask for unbidden.
#[rocket::get("/favicon.ico")]
pub fn favicon() -> Option<Served> {
    ASSETS.get("icons/favicon-32.png").map(|asset| Served {
        asset,
        for_ever: false,
    })
}

impl<'r> Responder<'r, 'static> for Served {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let accepts_gzip = packing::is_accepted(request);
        let mut answer = Response::build();
        answer
            .status(Status::Ok)
            .header(self.asset.kind.clone())
            .raw_header("Vary", "Accept-Encoding");
        answer.header(Header::new(
            "Cache-Control",
            if self.for_ever {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            },
        ));
        let body: &'static [u8] = match &self.asset.packed {
            Some(packed) if accepts_gzip => {
                answer.raw_header("Content-Encoding", "gzip");
                packed
            }
            _ => &self.asset.bytes,
        };
        answer.sized_body(body.len(), Cursor::new(body)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn a_name_changes_with_content_and_finds_the_file() {
        let address = url("css/gh.css");
        assert!(
            address.starts_with("/static/css/gh.") && address.len() > "/static/css/gh..css".len()
        );
        assert!(!bytes("css/gh.css").is_empty());
        let path = PathBuf::from(address.trim_start_matches("/static/"));
        assert!(file(path).is_some_and(|served| served.for_ever));
        assert!(
            file(PathBuf::from("css/gh.000000000000.css")).is_some_and(|served| !served.for_ever)
        );
        assert!(file(PathBuf::from("css/nothing.css")).is_none());
    }

    #[test]
    fn the_exact_name_may_be_kept_for_ever_and_comes_packed() {
        use rocket::local::blocking::Client;
        let server = rocket::build().mount("/", rocket::routes![file]);
        let client = Client::untracked(server).unwrap();
        let plain = client.get(url("css/gh.css")).dispatch();
        let kept = plain.headers().get_one("Cache-Control").unwrap();
        assert_eq!(kept, "public, max-age=31536000, immutable");
        assert_eq!(plain.content_type(), Some(ContentType::CSS));
        assert_eq!(plain.into_bytes().unwrap(), bytes("css/gh.css"));
        let accepts = Header::new("Accept-Encoding", "gzip, br");
        let packed = client.get(url("css/gh.css")).header(accepts).dispatch();
        assert_eq!(packed.headers().get_one("Content-Encoding"), Some("gzip"));
        assert!(packed.into_bytes().unwrap().len() < bytes("css/gh.css").len());
        let old = client.get("/static/css/gh.0.css").dispatch();
        assert_eq!(old.headers().get_one("Cache-Control"), Some("no-cache"));
        let up = client.get("/static/css/../../Cargo.toml").dispatch();
        assert_eq!(up.status(), Status::NotFound);
    }

    #[test]
    fn style_sheets_are_whole_and_without_comments() {
        for name in ["css/gh.css", "css/verify.css"] {
            let text = std::str::from_utf8(bytes(name)).unwrap();
            assert!(
                text.contains("--ink") && !text.contains("@import") && !text.contains("/*"),
                "{name}"
            );
            assert_eq!(
                text.matches('{').count(),
                text.matches('}').count(),
                "{name}"
            );
        }
    }

    /// The tokens of the light page, and of the dark one (which inherits what it does not change).
    fn tokens() -> [HashMap<String, u32>; 2] {
        let text = String::from_utf8(bytes("css/base.css").to_vec()).unwrap();
        let (light, rest) = text
            .split_once("@media (prefers-color-scheme:dark)")
            .unwrap();
        let dark = rest.split_once("\n*").unwrap().0;
        let read = |text: &str| -> HashMap<String, u32> {
            text.split(';')
                .filter_map(|item| item.rsplit_once("--")?.1.split_once(":#"))
                .filter_map(|(name, hex)| {
                    Some((
                        name.to_owned(),
                        u32::from_str_radix(hex.get(..6)?, 16).ok()?,
                    ))
                })
                .collect()
        };
        let light = read(light);
        let mut both = light.clone();
        both.extend(read(dark));
        [light, both]
    }

    /// WCAG 2.2, relative luminance and contrast ratio.
    fn contrast(a: u32, b: u32) -> f64 {
        let luminance = |rgb: u32| {
            let part = |shift: u32| {
                let value = f64::from((rgb >> shift) & 0xff) / 255.0;
                if value <= 0.04045 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_pair_of_colours_can_be_read() {
        // WCAG 2.2, 1.4.3 (text 4.5) and 1.4.11 (borders and states 3)
        let text = [
            "ink/page",
            "ink/card",
            "mute/page",
            "mute/card",
            "mute/none-soft",
            "ink/none-soft",
            "ink/info-soft",
            "ink/ok-soft",
            "ink/bad-soft",
            "ink/late-soft",
            "mute/info-soft",
            "brand/page",
            "brand/card",
            "brand/info-soft",
            "brand-ink/brand",
            "bar-ink/bar",
            "seal-ink/seal",
            "ok-ink/ok",
            "bad-ink/bad",
            "late-ink/late",
            "none-ink/none",
            "ok-text/card",
            "ok-text/ok-soft",
            "bad-text/card",
            "bad-text/page",
            "bad-text/bad-soft",
            "late-text/late-soft",
            "late-text/card",
            "none-text/none-soft",
            "dark-ink/dark",
            "ok-text/none-soft",
            "bad-text/none-soft",
            "late-text/none-soft",
            "card/ok-text",
        ];
        let shapes = [
            "field/card",
            "field/page",
            "focus/ink",
            "brand/none-soft",
            "ok-text/page",
            "bad-text/page",
        ];
        for (mode, tokens) in ["light", "dark"].into_iter().zip(tokens()) {
            let ratio = |pair: &str| {
                let (a, b) = pair.split_once('/').unwrap();
                let of = |name: &str| {
                    *tokens
                        .get(name)
                        .unwrap_or_else(|| panic!("no token --{name}"))
                };
                contrast(of(a), of(b))
            };
            for pair in text {
                assert!(ratio(pair) >= 4.5, "{mode} {pair}: {:.2}", ratio(pair));
            }
            // the yellow halo and the ink outline change places by night: one of them always shows
            for pair in shapes
                .into_iter()
                .filter(|pair| mode == "light" || *pair != "focus/ink")
            {
                assert!(ratio(pair) >= 3.0, "{mode} {pair}: {:.2}", ratio(pair));
            }
        }
    }
}
