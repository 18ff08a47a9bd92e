//! 签号: a draw's commitment and its tickets, as bytes.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

fn digest(domain: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    hash.update(domain);
    for part in parts {
        hash.update([b'\n']);
        hash.update(part);
    }
    HEXLOWER.encode(&hash.finalize())
}

/// What is published before: the digest of the seed, bound to its draw.
pub fn commitment(draw: &str, seed: &str) -> String {
    digest("guildhall/draw/v1", &[draw, seed])
}

/// The digest of the list drawn from, in the order of its keys.
pub fn list(keys: &[String]) -> String {
    let parts: Vec<&str> = keys.iter().map(String::as_str).collect();
    digest("guildhall/draw/list/v1", &parts)
}

/// The keys with the lowest tickets, in the order of their tickets.
pub fn lowest(seed: &str, keys: &[String], n: usize) -> Vec<String> {
    let mut tickets: Vec<(String, &String)> = keys
        .iter()
        .map(|key| (digest("guildhall/draw/ticket/v1", &[seed, key]), key))
        .collect();
    tickets.sort();
    tickets
        .into_iter()
        .take(n)
        .map(|(_, key)| key.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_repeats_itself_whatever_order_the_list_comes_in() {
        let keys: Vec<String> = (0..100).map(|n| format!("k{n:03}")).collect();
        let mut turned = keys.clone();
        turned.reverse();
        assert_eq!(lowest("s", &keys, 10), lowest("s", &turned, 10));
        assert_ne!(lowest("s", &keys, 10), lowest("t", &keys, 10));
        assert_ne!(commitment("a", "s"), commitment("b", "s"));
        assert_ne!(list(&keys), list(&turned));
    }

    #[test]
    fn the_digest_is_plain_sha_256() {
        // printf 'guildhall/draw/v1\nd\ns' | sha256sum
        let known = HEXLOWER.encode(&Sha256::digest("guildhall/draw/v1\nd\ns"));
        assert_eq!(commitment("d", "s"), known);
    }
}
