//! 压缩: gzip (RFC 1952), for whoever unpacks it.

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};
use rocket::request::Request;
use std::cell::RefCell;
use std::io::Write;

/// From here on the bytes a page is spared are worth the time of a better level.
const LARGE: usize = 32 * 1024;

/// Deflated, at the fastest level; no time, no name, no system told.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255];

thread_local! {
    /// To make a packer takes as long as to pack a page with it. Behind the head it writes the next
    /// page.
    static PACKER: RefCell<DeflateEncoder<Vec<u8>>> =
        RefCell::new(DeflateEncoder::new(HEAD.to_vec(), Compression::fast()));
}

/// At the best level, for what is packed once.
pub fn best(bytes: &[u8]) -> Vec<u8> {
    at(Compression::best(), bytes)
}

/// For what is packed at every answer: at the fastest level, at the usual one for large pages.
pub fn answer(bytes: &[u8]) -> Vec<u8> {
    if bytes.len() >= LARGE {
        return at(Compression::default(), bytes);
    }
    let packed = PACKER.with_borrow_mut(|packer| {
        packer.write_all(bytes)?;
        packer.reset(HEAD.to_vec())
    });
    let mut sum = Crc::new();
    sum.update(bytes);
    // Writing to memory does not fail.
    let mut packed = packed.unwrap_or_default();
    packed.extend(sum.sum().to_le_bytes());
    packed.extend(sum.amount().to_le_bytes());
    packed
}

fn at(level: Compression, bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), level);
    packer
        .write_all(bytes)
        .and_then(|()| packer.finish())
        .unwrap_or_default()
}

/// Whether whoever asks unpacks it.
pub fn is_accepted(request: &Request<'_>) -> bool {
    request.headers().get("Accept-Encoding").any(is_named)
}

/// Whether an `Accept-Encoding` names it.
pub fn is_named(accepted: &str) -> bool {
    accepted.contains("gzip")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    #[test]
    fn what_was_packed_is_unpacked_whatever_was_packed_before() {
        let page = "<p>证书有效</p>".repeat(400);
        let noise: Vec<u8> = (0..30_000_u32).map(|n| (n * n / 7) as u8).collect();
        let large = vec![b'a'; LARGE + 1];
        for bytes in [page.as_bytes(), &noise, b"", page.as_bytes(), &large, b"x"] {
            for packed in [answer(bytes), best(bytes)] {
                let mut unpacked = Vec::new();
                GzDecoder::new(&*packed).read_to_end(&mut unpacked).unwrap();
                assert!(unpacked == bytes, "{} bytes", bytes.len());
            }
        }
        assert_eq!(answer(page.as_bytes()), answer(page.as_bytes()));
        assert!(answer(page.as_bytes()).len() < page.len() / 20);
    }
}
