//! 令牌: a token of a hardware security module, and the key in it that wraps the master key.

use super::wrapped::{HEAD, NONCE, Wrapped};
use crate::cli::configuration::{Configuration, Doubt};
use crate::cli::master_key;
use crate::ground::chance;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

/// How many bits the tag of AES-GCM has.
const TAG_BITS: u32 = 128;
/// How many bytes the token's key has.
const KEY_BYTES: u32 = 32;

/// What a token is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// To open the master key.
    Opening,
    /// To wrap it, and to make a key to wrap it with.
    Wrapping,
}

/// A token somebody has logged in to. Logged out, and its module at rest, when dropped.
pub(super) struct Token<'a> {
    settings: &'a Configuration,
    module: Pkcs11,
    session: Option<Session>,
}

impl Drop for Token<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            drop(session.logout());
        }
        drop(self.module.clone().finalize());
    }
}

impl<'a> Token<'a> {
    /// Loads the module, finds the token by its label, logs in.
    pub(super) fn open(settings: &'a Configuration, to: Use) -> Result<Self, Doubt> {
        let pin = pin(settings)?;
        let file = settings.pkcs11_module.display();
        let module = Pkcs11::new(&settings.pkcs11_module).map_err(|error| {
            Doubt(format!(
                "the PKCS#11 module {file} cannot be loaded ({}): set pkcs11_module to the library that came with the token",
                told(&error)
            ))
        })?;
        module
            .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
            .map_err(|error| {
                Doubt(format!(
                    "the PKCS#11 module {file} does not start ({}): see to the settings of its own, as its maker tells",
                    told(&error)
                ))
            })?;
        let mut token = Self {
            settings,
            module,
            session: None,
        };
        let slot = token.slot()?;
        token.log_in(slot, &pin, to)?;
        Ok(token)
    }

    /// The one slot with a token of this label.
    fn slot(&self) -> Result<Slot, Doubt> {
        let label = &self.settings.pkcs11_token;
        let slots = self
            .module
            .get_slots_with_token()
            .map_err(|error| self.unable("be looked for", &error))?;
        let here: Vec<_> = slots
            .into_iter()
            .filter_map(|slot| Some((slot, self.module.get_token_info(slot).ok()?)))
            .filter(|(_, about)| about.token_initialized())
            .collect();
        let mut found = here.iter().filter(|(_, about)| about.label() == label);
        match (found.next(), found.next()) {
            // A lock that one more wrong PIN would close is not tried by a program that may be
            // started again and again.
            (Some((_, about)), None) if about.user_pin_locked() || about.user_pin_final_try() => {
                Err(Doubt(format!(
                    "the token {label} is locked, or would be after one more wrong PIN: log in to it once with its maker's own program first"
                )))
            }
            (Some((slot, _)), None) => Ok(*slot),
            (Some(_), Some(_)) => Err(Doubt(format!(
                "two tokens are labelled {label}: take one out, or give it another label"
            ))),
            (None, _) => {
                let labels: Vec<_> = here.iter().map(|(_, about)| about.label()).collect();
                Err(Doubt(format!(
                    "no token labelled {label} is there (there are: {}): put it in, or set pkcs11_token",
                    if labels.is_empty() {
                        "none".to_owned()
                    } else {
                        labels.join(", ")
                    }
                )))
            }
        }
    }

    fn log_in(&mut self, slot: Slot, pin: &AuthPin, to: Use) -> Result<(), Doubt> {
        let label = &self.settings.pkcs11_token;
        let session = match to {
            Use::Opening => self.module.open_ro_session(slot),
            Use::Wrapping => self.module.open_rw_session(slot),
        }
        .map_err(|error| self.unable("be opened", &error))?;
        session
            .login(UserType::User, Some(pin))
            .map_err(|error| match error {
                Error::Pkcs11(
                    RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid,
                    _,
                ) => Doubt(format!(
                    "the token {label} refuses the PIN: set the right one before the next start, tokens lock themselves after a few wrong ones"
                )),
                Error::Pkcs11(RvError::PinLocked, _) => Doubt(format!(
                    "the token {label} is locked after wrong PINs: unlock it with its maker's own program"
                )),
                other => self.unable("be logged in to", &other),
            })?;
        self.session = Some(session);
        Ok(())
    }

    fn session(&self) -> &Session {
        self.session.as_ref().expect("an open token has a session")
    }

    /// The key of the label set, if the token has it; refuses one that may leave the token.
    fn key(&self) -> Result<Option<ObjectHandle>, Doubt> {
        let label = &self.settings.pkcs11_key;
        let found = self
            .session()
            .find_objects(&[
                Attribute::Class(ObjectClass::SECRET_KEY),
                Attribute::Token(true),
                Attribute::Label(label.clone().into_bytes()),
            ])
            .map_err(|error| self.unable("be searched", &error))?;
        match found.as_slice() {
            [] => Ok(None),
            [key] => self.refuse_if_it_may_leave(*key).map(|()| Some(*key)),
            _ => Err(Doubt(format!(
                "the token {} holds several keys labelled {label}: give one of them another label",
                self.settings.pkcs11_token
            ))),
        }
    }

    fn refuse_if_it_may_leave(&self, key: ObjectHandle) -> Result<(), Doubt> {
        let label = &self.settings.pkcs11_key;
        let said = self
            .session()
            .get_attributes(
                key,
                &[
                    AttributeType::KeyType,
                    AttributeType::ValueLen,
                    AttributeType::Sensitive,
                    AttributeType::Extractable,
                ],
            )
            .map_err(|error| self.unable("tell about its key", &error))?;
        let aes = said.contains(&Attribute::KeyType(KeyType::AES))
            && said.contains(&Attribute::ValueLen(u64::from(KEY_BYTES).into()));
        if !aes {
            return Err(Doubt(format!(
                "the key {label} is no AES key of 256 bits: name another in pkcs11_key, or let `guildhall keys wrap-master` make one"
            )));
        }
        let stays = said.contains(&Attribute::Sensitive(true))
            && said.contains(&Attribute::Extractable(false));
        if !stays {
            return Err(Doubt(format!(
                "the key {label} may leave its token: use one made with CKA_SENSITIVE and without CKA_EXTRACTABLE, or let `guildhall keys wrap-master` make one"
            )));
        }
        Ok(())
    }

    /// Makes the key in the token, unless it is there; says whether it did.
    pub(super) fn make_key(&self) -> Result<bool, Doubt> {
        if self.key()?.is_some() {
            return Ok(false);
        }
        self.session()
            .generate_key(
                &Mechanism::AesKeyGen,
                &[
                    Attribute::Class(ObjectClass::SECRET_KEY),
                    Attribute::KeyType(KeyType::AES),
                    Attribute::ValueLen(u64::from(KEY_BYTES).into()),
                    Attribute::Token(true),
                    Attribute::Private(true),
                    Attribute::Sensitive(true),
                    Attribute::Extractable(false),
                    Attribute::Encrypt(true),
                    Attribute::Decrypt(true),
                    Attribute::Wrap(false),
                    Attribute::Unwrap(false),
                    Attribute::Label(self.settings.pkcs11_key.clone().into_bytes()),
                    Attribute::Id(chance::bytes::<16>().to_vec()),
                ],
            )
            .map_err(|error| self.unable("make a key", &error))?;
        Ok(true)
    }

    fn present_key(&self) -> Result<ObjectHandle, Doubt> {
        self.key()?.ok_or_else(|| {
            Doubt(format!(
                "the token {} holds no key labelled {}: name the right one in pkcs11_key, or bring it back from the copy made with the maker's own program",
                self.settings.pkcs11_token, self.settings.pkcs11_key
            ))
        })
    }

    /// Wraps the master key.
    pub(super) fn wrap(&self, master: &[u8; 32]) -> Result<Wrapped, Doubt> {
        let key = self.present_key()?;
        // Tokens in a FIPS 140 mode choose a nonce of their own and put it in place of this one.
        let mut nonce = chance::bytes::<NONCE>();
        let text = gcm(&mut nonce)
            .and_then(|how| self.session().encrypt(&how, key, master))
            .map_err(|error| self.unable("wrap the master key", &error))?;
        let text = text.try_into().map_err(|text: Vec<u8>| {
            Doubt(format!(
                "the token {} wrapped the master key into {} bytes, which is not AES-GCM",
                self.settings.pkcs11_token,
                text.len()
            ))
        })?;
        Ok(Wrapped { nonce, text })
    }

    /// Opens the master key.
    pub(super) fn unwrap(&self, wrapped: &Wrapped) -> Result<[u8; 32], Doubt> {
        let key = self.present_key()?;
        let mut nonce = wrapped.nonce;
        let opened = gcm(&mut nonce)
            .and_then(|how| self.session().decrypt(&how, key, &wrapped.text))
            .map(Zeroizing::new);
        let unopened = |why: String| {
            Doubt(format!(
                "the key {} in the token {} does not open {} ({why}): the file was changed, then put it back from its backup; or it was wrapped by another token or key, then set that one",
                self.settings.pkcs11_key,
                self.settings.pkcs11_token,
                self.settings.pkcs11_wrapped_file.display()
            ))
        };
        let opened = opened.map_err(|error| unopened(told(&error)))?;
        opened
            .as_slice()
            .try_into()
            .map_err(|_| unopened(format!("{} bytes came out", opened.len())))
    }

    fn unable(&self, what: &str, error: &Error) -> Doubt {
        Doubt(format!(
            "the token {} cannot {what}: {}",
            self.settings.pkcs11_token,
            told(error)
        ))
    }
}

fn gcm(nonce: &mut [u8; NONCE]) -> Result<Mechanism<'_>, Error> {
    let bits = u64::from(TAG_BITS).into();
    GcmParams::new(nonce, HEAD.as_bytes(), bits).map(Mechanism::AesGcm)
}

/// What a module said, by its short name; what it means stands in the standard.
fn told(error: &Error) -> String {
    match error {
        Error::Pkcs11(code, function) => format!("{function:?} says {code:?}"),
        other => other.to_string(),
    }
}

/// The PIN, from the environment, the systemd credential or its file.
fn pin(settings: &Configuration) -> Result<AuthPin, Doubt> {
    let pin = |text: &str| AuthPin::from(text.trim_end_matches(['\r', '\n']).to_owned());
    if !settings.pkcs11_pin.is_empty() {
        return Ok(pin(settings.pkcs11_pin.as_str()));
    }
    if let Some((_, text)) = master_key::credential("guildhall-pkcs11-pin") {
        return Ok(pin(&text));
    }
    let file = &settings.pkcs11_pin_file;
    if file.as_os_str().is_empty() {
        return Err(Doubt(format!(
            "no PIN is given for the token {}: name the file that holds it (mode 0600) in pkcs11_pin_file, or give the systemd credential guildhall-pkcs11-pin, or GUILDHALL_PKCS11_PIN",
            settings.pkcs11_token
        )));
    }
    master_key::refuse_if_others_may_read(file)?;
    let text = std::fs::read_to_string(file)
        .map(Zeroizing::new)
        .map_err(|error| {
            Doubt(format!(
                "the PIN {} cannot be read: {error}",
                file.display()
            ))
        })?;
    Ok(pin(&text))
}
