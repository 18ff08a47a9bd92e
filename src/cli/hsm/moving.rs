//! 移入密码机: the master key of a fresh registry is made, one that lies in clear is moved, so that
//! only a token opens it.
//!
//! The master key itself stays the same: nothing in the database changes, and every copy of the
//! database opens as before. What lies in clear is left to whoever keeps the machine to destroy,
//! after a start has shown that it is no longer needed.

use super::token::{Token, Use};
use super::wrapped::Wrapped;
use crate::acts;
use crate::cli::configuration::{Configuration, Doubt};
use crate::cli::master_key::{self, Whence};
use crate::ground::chance;
use crate::seal::vault::Vault;
use crate::store::Store;
use zeroize::Zeroizing;

/// Wraps the master key by the token that is set.
pub fn wrap_master(configuration: &Configuration) -> Result<(), Doubt> {
    if !configuration.has_token()? {
        return Err(Doubt(
            "no token is set: give pkcs11_module, pkcs11_token and a PIN first".to_owned(),
        ));
    }
    let file = &configuration.pkcs11_wrapped_file;
    if file.exists() {
        return Err(Doubt(format!(
            "{} is there already, and is never overwritten: to wrap the master key anew, move it away and give the master key from its envelope",
            file.display()
        )));
    }
    let store = super::super::store(configuration)?;
    let found = master_key::in_clear(configuration)?;
    let master = match &found {
        Some((master, _)) => {
            refuse_another(&store, master)?;
            master.clone()
        }
        None if acts::holds_sealed(&store).map_err(|error| Doubt(error.to_string()))? => {
            return Err(Doubt(format!(
                "the database holds what only its master key can open, and that is not here: copy {} from another server or its backup, or put the key itself into {} (mode 0600) first",
                file.display(),
                configuration.master_key_file.display()
            )));
        }
        None => Zeroizing::new(chance::bytes()),
    };
    let token = Token::open(configuration, Use::Wrapping)?;
    let made = token.make_key()?;
    let wrapped = token.wrap(&master)?;
    drop(token);
    try_out(configuration, &wrapped, &master)?;
    master_key::write(file, &wrapped.line())?;
    // From here on another server over this database makes no key of its own.
    acts::bind(&store, &Vault::new(*master)).map_err(|error| Doubt(error.to_string()))?;
    say(configuration, made, found.map(|(_, whence)| whence));
    Ok(())
}

/// As at each start: nobody is told to destroy a key before it came back out of the token.
fn try_out(
    configuration: &Configuration,
    wrapped: &Wrapped,
    master: &[u8; 32],
) -> Result<(), Doubt> {
    let opened = Token::open(configuration, Use::Opening)?.unwrap(wrapped);
    if *Zeroizing::new(opened?) == *master {
        return Ok(());
    }
    Err(Doubt(
        "what the token opens is not what it wrapped: it cannot be used".to_owned(),
    ))
}

/// A master key wrapped by the key the token has.
pub(super) fn tried(configuration: &Configuration, master: &[u8; 32]) -> Result<Wrapped, Doubt> {
    let wrapped = Token::open(configuration, Use::Opening)?.wrap(master)?;
    try_out(configuration, &wrapped, master)?;
    Ok(wrapped)
}

fn refuse_another(store: &Store, master: &[u8; 32]) -> Result<(), Doubt> {
    match acts::opens(store, &Vault::new(*master)) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Doubt(
            "the master key is not the one this database was sealed with".to_owned(),
        )),
        Err(error) => Err(Doubt(error.to_string())),
    }
}

fn say(configuration: &Configuration, made: bool, whence: Option<Whence>) {
    let (token, key) = (&configuration.pkcs11_token, &configuration.pkcs11_key);
    let file = configuration.pkcs11_wrapped_file.display();
    if made {
        println!("a new key {key} was made in the token {token}; it never leaves it");
    }
    println!("{file} holds the master key, wrapped by the key {key} of the token {token}");
    println!("from now on the token opens it at each start: keep a copy of that file,");
    println!("and a copy of the token's key, made with its maker's own program");
    match whence {
        None => println!(
            "the master key was made just now and nobody has seen it: whoever loses the token's key loses this registry"
        ),
        Some(Whence::File(clear)) => println!(
            "{} still holds it in clear: start once, then destroy that file and every copy but those in sealed envelopes",
            clear.display()
        ),
        Some(given) => println!(
            "{given} still gives it in clear: take it out there, or the next start is refused"
        ),
    }
}
