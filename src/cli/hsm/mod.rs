//! 密码机: a hardware security module that opens the master key at each start (PKCS#11).
//!
//! ## Why
//!
//! * **The token wraps the master key, not each person's.** An AES-256 key that never leaves the
//!   token ([`token`]) encrypts 32 bytes once and decrypts them once a start. Sealing and opening
//!   fields stays as quick as without it, a token that is slow or shared is no matter, and all that
//!   was ever sealed stays as it is when a registry moves. The price: the running program holds the
//!   master key in its memory.
//! * **Encrypted with AES-GCM, not wrapped with `C_WrapKey`.** What is unwrapped becomes a key
//!   inside the token, and many tokens (all in a FIPS 140 mode) never show its value again; a key
//!   that only encrypts and decrypts needs no right to wrap, which is also what attacks on tokens
//!   use. One changed byte does not open.
//! * **No key for signing lives in the token.** There is a pair for every organisation and year, one
//!   half on Ed25519, which tokens seldom know.

pub(super) mod moving;
mod token;
pub mod wrapped;

use crate::cli::configuration::{Configuration, Doubt};
use std::path::Path;

/// What is set about a token, as it stands in [`Configuration`].
impl Configuration {
    /// Whether a token opens the master key; refuses half a setting.
    pub fn has_token(&self) -> Result<bool, Doubt> {
        if self.pkcs11_module.as_os_str().is_empty() {
            let rest = !self.pkcs11_token.is_empty()
                || !self.pkcs11_pin.is_empty()
                || !self.pkcs11_pin_file.as_os_str().is_empty();
            return if rest {
                Err(Doubt(
                    "pkcs11_token, pkcs11_pin_file and GUILDHALL_PKCS11_PIN say nothing without pkcs11_module".to_owned(),
                ))
            } else {
                Ok(false)
            };
        }
        if self.pkcs11_token.is_empty() || self.pkcs11_key.is_empty() {
            return Err(Doubt(
                "pkcs11_module is set, but pkcs11_token or pkcs11_key is empty: give the labels of the token and of the key in it".to_owned(),
            ));
        }
        Ok(true)
    }
}

/// The master key, opened by the token.
pub(super) fn read(configuration: &Configuration, fresh: bool) -> Result<[u8; 32], Doubt> {
    use crate::cli::master_key::{Whence, in_clear};
    let file = &configuration.pkcs11_wrapped_file;
    let clear = in_clear(configuration)?.map(|(_, whence)| whence);
    let Some(wrapped) = wrapped::read(file)? else {
        return Err(Doubt(if let Some(clear) = clear {
            format!(
                "there is no wrapped master key {} yet, and {clear} still gives it in clear: move it with `guildhall keys wrap-master`",
                file.display()
            )
        } else if fresh {
            format!(
                "there is no wrapped master key {} yet: make it with `guildhall keys wrap-master`",
                file.display()
            )
        } else {
            format!(
                "the wrapped master key {} is gone, and the database holds what only it can open: put the file back from its backup, or give the master key from its envelope to `guildhall keys wrap-master`",
                file.display()
            )
        }));
    };
    match clear {
        Some(Whence::File(clear)) => tracing::warn!(
            file = %clear.display(),
            "the master key lies in clear beside the token that guards it: destroy this file"
        ),
        Some(whence) => {
            return Err(Doubt(format!(
                "the master key is given in clear by {whence} besides pkcs11_module: take it out there, the token opens it"
            )));
        }
        None => {}
    }
    token::Token::open(configuration, token::Use::Opening)?.unwrap(&wrapped)
}

/// The master key wrapped in this file, opened by the token; none when there is no such file.
pub(super) fn opened(
    configuration: &Configuration,
    file: &Path,
) -> Result<Option<[u8; 32]>, Doubt> {
    let Some(wrapped) = wrapped::read(file)? else {
        return Ok(None);
    };
    let token = token::Token::open(configuration, token::Use::Opening)?;
    token.unwrap(&wrapped).map(Some)
}

/// Wraps a master key into a new file, by the token; tries first whether it comes out again.
pub(super) fn wrap(
    configuration: &Configuration,
    master: &[u8; 32],
    file: &Path,
) -> Result<(), Doubt> {
    let wrapped = moving::tried(configuration, master)?;
    crate::cli::master_key::write(file, &wrapped.line())
}
