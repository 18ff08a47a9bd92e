//! 密钥: what keys promise: nothing is signed by one that was put aside, what becomes of one stands in
//! the public log, and every credential is what its key signed.

use crate::acts::audit::Broken;
use crate::seal::bundle::Link;
use crate::seal::credential;
use crate::seal::note::{LOG, Vkey};
use crate::seal::signer::Algorithm;
use crate::seal::succession;
use crate::store::log::{self, PUBLIC};
use crate::store::registry_keys::{self, RegistryKey};
use crate::store::{
    Conn, Found, credentials, key_events, log_links, lost_registry_keys, root_links,
};
use std::fmt::Display;

/// Certificates whose credentials are looked at in one go.
const PAGE: i64 = 200;

fn broken(promise: &'static str, subject: impl Display) -> Broken {
    Broken {
        promise,
        subject: subject.to_string(),
    }
}

/// No key signed a certificate or a credential after it was put aside.
pub fn each_key_signed_before_it_was_put_aside(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut found: Vec<Broken> = key_events::too_late(db)?
        .into_iter()
        .map(|id| broken("keys.signed-before", format!("certificates {id}")))
        .collect();
    found.extend(
        credentials::too_late(db)?
            .into_iter()
            .map(|id| broken("keys.signed-before", format!("credentials {id}"))),
    );
    Ok(found)
}

/// What became of a key was entered in the public log with it, and its cut-off does not lie ahead of
/// the moment it was noted.
pub fn each_key_event_is_logged(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut found: Vec<Broken> = key_events::unlogged(db)?
        .into_iter()
        .map(|id| broken("key-events.logged", format!("key_events {id}")))
        .collect();
    for (event, _) in key_events::all(db)? {
        let lost = event.kind == "compromised";
        let sound = event.cut_off.is_some() == lost
            && event.log_size.is_none_or(|size| size >= 0 && lost)
            && event.cut_off.is_none_or(|cut_off| cut_off <= event.at);
        if !sound {
            found.push(broken(
                "key-events.cut-off",
                format!("key_events {}", event.id),
            ));
        }
    }
    Ok(found)
}

/// Every root key but the first was signed by the one before it, and there is no other.
pub fn each_root_follows_from_the_one_before(db: &mut Conn) -> Found<Vec<Broken>> {
    let roots = registry_keys::all(db, "root")?;
    let links = root_links::all(db)?;
    let public = |id: &str| {
        roots
            .iter()
            .find(|root| root.id == id)
            .map(|root| root.public.clone())
    };
    let mut found: Vec<Broken> = links
        .iter()
        .filter(|link| {
            let sound = public(&link.id)
                .zip(public(&link.before))
                .is_some_and(|(root, before)| {
                    Link {
                        root,
                        signature: link.signature.clone(),
                    }
                    .holds(&before)
                });
            !sound
        })
        .map(|link| broken("root-links.signed", format!("root_links {}", link.id)))
        .collect();
    let unled = roots
        .iter()
        .skip(1)
        .filter(|root| links.iter().all(|link| link.id != root.id));
    found
        .extend(unled.map(|root| broken("root-links.whole", format!("registry_keys {}", root.id))));
    Ok(found)
}

/// Every key of the public log but the first was named in a note that the one before it signed, or
/// stands in the place of one that was lost: that one names nothing.
pub fn each_log_key_follows_from_the_one_before(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut keys = registry_keys::all(db, "log")?;
    keys.retain(|key| key.algorithm == Algorithm::EdDsa.as_str());
    let Some(origin) = log::head(db, PUBLIC)?.map(|head| head.origin) else {
        return Ok(Vec::new());
    };
    let links = log_links::all(db)?;
    let lost = lost_registry_keys::all(db)?;
    let vkey = |key: &RegistryKey| Vkey::new(&origin, LOG, key.public.clone().try_into().ok()?);
    let unled = keys.windows(2).filter(|pair| {
        let [before, key] = pair else { return false };
        let link = links
            .iter()
            .find(|link| link.id == key.id && link.before == before.id);
        let sound = link
            .zip(vkey(before).zip(vkey(key)))
            .is_some_and(|(link, (before, key))| {
                let mut known = vec![before];
                succession::follow(&mut known, &link.note);
                known.contains(&key)
            });
        let in_place = lost
            .iter()
            .any(|lost| lost.key_id == before.id && lost.at <= key.created_at);
        !sound && !in_place
    });
    Ok(unled
        .map(|pair| broken("log-links.signed", format!("registry_keys {}", pair[1].id)))
        .collect())
}

/// Every credential is, byte for byte, what a key of the certificate's issuer signed.
pub fn each_credential_is_what_its_issuer_signed(db: &mut Conn) -> Found<Vec<Broken>> {
    let (mut found, mut last) = (Vec::new(), String::new());
    loop {
        let page = credentials::after_key(db, &last, PAGE)?;
        let Some((credential, ..)) = page.last() else {
            return Ok(found);
        };
        last = credential.certificate.to_string();
        for (kept, (algorithm, public, signer), issuer) in &page {
            let wanted = match kept.format.as_str() {
                "ld" => Algorithm::EdDsa,
                _ => Algorithm::Es256,
            };
            let sound = signer == issuer
                && Algorithm::read(algorithm) == Some(wanted)
                && credential::holds(&kept.body, wanted, public);
            if !sound {
                let subject = format!("credentials {} {}", kept.certificate, kept.format);
                found.push(broken("credentials.signed", subject));
            }
        }
    }
}
