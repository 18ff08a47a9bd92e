//! 柜台: lends a handler the registry on a thread that may wait.

use crate::acts::looks::Looks;
use crate::acts::verification::{self, Verified};
use crate::acts::{Done, Error, Registry};
use crate::domain::certificate::CertificateId;
use crate::domain::holder::LookKind;
use crate::ground::clock::{Clock, Now};
use crate::web::together::Together;
use rocket::tokio::sync::Semaphore;
use rocket::tokio::task::spawn_blocking;
use std::sync::Arc;

/// The registry as handlers have it.
pub struct Desk {
    registry: Arc<Registry>,
    /// As many may wait for the database at once as it lends connections; the rest queue here,
    /// first come first served, instead of filling threads.
    gate: Arc<Semaphore>,
    clock: Clock,
    looks: Looks,
    together: Together,
}

/// Acts under way at once in one process.
const AT_ONCE: usize = 16;

impl Desk {
    /// A desk for this registry, by this clock.
    pub fn new(registry: Arc<Registry>, clock: Clock) -> Self {
        Self {
            registry,
            gate: Arc::new(Semaphore::new(AT_ONCE)),
            clock,
            looks: Looks::default(),
            together: Together::default(),
        }
    }

    /// Notes that somebody looked at a certificate; written down later, with others.
    pub fn looked(&self, certificate: &CertificateId, kind: LookKind, now: Now) {
        self.looks.note(certificate, kind, now);
    }

    /// Whoever writes down who looked, in the background.
    pub fn looks_keeper(&self) -> LooksKeeper {
        LooksKeeper {
            registry: Arc::clone(&self.registry),
            looks: self.looks.clone(),
        }
    }

    /// Does an act on a thread that may wait.
    pub async fn ask<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Registry) -> Done<T> + Send + 'static,
    ) -> Done<T> {
        let registry = Arc::clone(&self.registry);
        let place = Arc::clone(&self.gate)
            .acquire_owned()
            .await
            .map_err(|_| Error::fault("the desk is closed"))?;
        let done = spawn_blocking(move || {
            let _place = place;
            act(&registry)
        });
        done.await
            .map_err(|panic| Error::fault(format!("an act panicked: {panic}")))?
    }

    /// Begins an act nobody waits for; it takes its place in the same queue.
    pub fn start(&self, act: impl FnOnce(&Registry) + Send + 'static) {
        let (registry, gate) = (Arc::clone(&self.registry), Arc::clone(&self.gate));
        rocket::tokio::spawn(async move {
            let Ok(place) = gate.acquire_owned().await else {
                return;
            };
            let done = spawn_blocking(move || {
                let _place = place;
                act(&registry);
            });
            if let Err(panic) = done.await {
                tracing::error!(%panic, "an act in the background panicked");
            }
        });
    }

    /// Asks a question of a few point reads: at once where the database allows it.
    pub async fn glance<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Registry) -> Done<T> + Send + 'static,
    ) -> Done<T> {
        if self.registry.store.answers_at_once() {
            ask(&self.registry)
        } else {
            self.ask(ask).await
        }
    }

    /// The certificate with this token. A database that is asked over a wire is asked once for all who
    /// wait at the same moment.
    pub async fn certificate(&self, token: &str, now: Now) -> Done<Option<Verified>> {
        if self.registry.store.answers_at_once() {
            return verification::look_up(&self.registry, token, now);
        }
        let (answer, errand) = self.together.join(token, now);
        if let Some(errand) = errand {
            self.start(move |registry| errand.ask(registry));
        }
        answer
            .await
            .map_err(|_| Error::fault("nobody went to ask for a certificate"))?
    }

    /// The time, read once by each handler and passed down.
    pub fn now(&self) -> Now {
        self.clock.read()
    }

    /// The registry itself, for its settings.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }
}

/// Writes down who looked, and sees to it that the database has room to write.
pub struct LooksKeeper {
    registry: Arc<Registry>,
    looks: Looks,
}

impl LooksKeeper {
    /// Writes some of them down; answers how many.
    pub async fn keep(&self) -> usize {
        let (registry, looks) = (Arc::clone(&self.registry), self.looks.clone());
        let keep = move || {
            if let Err(error) = registry.store.tidy() {
                tracing::warn!(%error, "what was committed could not be taken over");
            }
            looks.keep(&registry)
        };
        match spawn_blocking(keep).await {
            Ok(Ok(kept)) => kept,
            Ok(Err(error)) => {
                tracing::warn!(%error, "looks could not be written down");
                0
            }
            Err(_) => 0,
        }
    }
}
