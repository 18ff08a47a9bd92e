//! 密码: kept as Argon2id hashes, compared slowly on purpose.
//!
//! m = 19 MiB, t = 2, p = 1 (the least that OWASP accepts). What a password must be like is
//! [`crate::domain::password`]'s question; how many may be hashed at once is the counter's.

use crate::ground::chance;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::LazyLock;

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("parameters within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The password as it is stored: a PHC string with its own salt and parameters.
pub fn hash(password: &str) -> String {
    let salt = chance::bytes::<16>();
    let hashed: PasswordHash = argon2()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("a salt of 16 bytes is allowed");
    hashed.to_string()
}

/// Whether this is the password that was stored. An unreadable hash is nobody's password.
pub fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|stored| {
        argon2()
            .verify_password(password.as_bytes(), &stored)
            .is_ok()
    })
}

/// Takes as long as [`verify`] and is always false: for a login nobody has, so that the answer's
/// time does not tell which logins exist.
pub fn verify_nobody(password: &str) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody"));
    let _ = verify(password, &NOBODY);
    false
}

/// Whether a stored hash was made with other parameters and should be made anew at the next
/// sign-in.
pub fn is_outdated(stored: &str) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else {
        return true;
    };
    let Ok(params) = Params::try_from(&stored) else {
        return true;
    };
    let present = argon2();
    stored.algorithm.as_str() != "argon2id"
        || (params.m_cost(), params.t_cost(), params.p_cost())
            != (
                present.params().m_cost(),
                present.params().t_cost(),
                present.params().p_cost(),
            )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_is_known_again() {
        let stored = hash("草原 correct horse");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(verify("草原 correct horse", &stored));
        for wrong in [
            "草原 correct hors",
            "",
            "草原 Correct horse",
            "草原 correct horse ",
        ] {
            assert!(!verify(wrong, &stored));
        }
        assert_ne!(stored, hash("草原 correct horse"));
        assert!(!is_outdated(&stored));
    }

    #[test]
    fn an_unreadable_hash_is_nobodys() {
        assert!(
            !verify("x", "") && !verify("x", "x") && !verify("", "$argon2id$v=19$m=19456,t=2,p=1$")
        );
        assert!(!verify_nobody("nobody"));
        assert!(
            is_outdated("")
                && is_outdated("$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo")
        );
    }

    /// Made with another implementation (OpenSSL's).
    #[test]
    fn another_implementation_agrees() {
        let stored = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$pqVFVhRlY3R0ioWvSLzvJfdiJUfKm4TwVvyO8X4JmlY";
        assert!(verify("草原", stored) && !verify("草地", stored) && !is_outdated(stored));
    }
}
