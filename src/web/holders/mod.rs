//! 持证人页: a holder's own page: her certificates, who looked, what she shares and asks for.

pub mod certificate;
pub mod code;
pub mod guard;
pub mod own;
pub mod petitions;
pub mod sender;
pub mod sessions;
pub mod shared;

use crate::acts::Settings;
use crate::acts::holders::Sender;
use crate::web::desk::Desk;
use rocket::fairing::AdHoc;
use std::sync::Arc;
use std::time::Duration;

/// What sends one-time codes, where there is something that does; a managed state.
pub struct CodeSender(pub Option<Arc<dyn Sender>>);

impl CodeSender {
    /// What the settings name; nothing when they name nothing.
    pub fn of(settings: &Settings) -> Self {
        let address = settings.code_sender.as_str();
        Self(
            (!address.is_empty())
                .then(|| Arc::new(sender::Gateway::at(address)) as Arc<dyn Sender>),
        )
    }
}

/// The routes of this folder.
pub fn routes() -> Vec<rocket::Route> {
    [
        certificate::routes(),
        code::routes(),
        own::routes(),
        petitions::routes(),
        sessions::routes(),
        shared::routes(),
    ]
    .concat()
}

/// Some looks are written down so often, and all that are left at the end: few at once, so that whoever
/// asks just then is not held up.
const EVERY: Duration = Duration::from_secs(6);

/// Writes down who looked, in the background.
pub fn keep_looks() -> AdHoc {
    AdHoc::on_liftoff("looks", |rocket| {
        Box::pin(async move {
            let shutdown = rocket.shutdown();
            let registry = rocket.state::<Desk>().map(Desk::looks_keeper);
            if let Some(keep) = registry {
                rocket::tokio::spawn(async move {
                    let mut shutdown = shutdown;
                    loop {
                        let over = rocket::tokio::time::timeout(EVERY, &mut shutdown)
                            .await
                            .is_ok();
                        let kept = keep.keep().await;
                        if over && kept == 0 {
                            return;
                        }
                    }
                });
            }
        })
    })
}
