//! 邮件: writes to mailboxes over the operator's mail server, in both languages.

use crate::acts::watch_ways::Post;
use crate::acts::{MailServer, Settings};
use crate::web::words::{Lang, Words};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, Message, SmtpTransport, Transport};
use std::sync::Arc;
use std::time::Duration;

/// What writes to mailboxes, where there is something that does; a managed state.
pub struct Letters(pub Option<Arc<dyn Post>>);

impl Letters {
    /// What the settings name; nothing when they name nothing.
    pub fn of(settings: &Settings) -> Self {
        let server = settings.mail.as_ref();
        Self(server.and_then(
            |server| match Office::of(server, &settings.public_base_url) {
                Ok(office) => Some(Arc::new(office) as Arc<dyn Post>),
                Err(why) => {
                    tracing::error!(%why, "no mail can be sent");
                    None
                }
            },
        ))
    }
}

/// A mail server that answers in this time, or is asked again later.
const PATIENCE: Duration = Duration::from_secs(15);

struct Office {
    transport: SmtpTransport,
    from: Address,
    base: String,
}

impl Office {
    fn of(server: &MailServer, base: &str) -> Result<Self, String> {
        let told = |why: lettre::transport::smtp::Error| why.to_string();
        let host = server.host.as_str();
        let mut builder = if server.plain {
            SmtpTransport::builder_dangerous(host)
        } else if server.at_once {
            SmtpTransport::relay(host).map_err(told)?
        } else {
            SmtpTransport::starttls_relay(host).map_err(told)?
        };
        builder = builder.port(server.port).timeout(Some(PATIENCE));
        if let Some((user, password)) = &server.user {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from: server
                .from
                .parse()
                .map_err(|_| "mail_from is not a mail address".to_owned())?,
            base: base.to_owned(),
        })
    }

    /// Both languages, Chinese first, one above the other.
    fn send(
        &self,
        to: &str,
        subject: impl Fn(Words) -> String,
        text: impl Fn(Words) -> String,
    ) -> Result<(), String> {
        let both = [Words { lang: Lang::Zh }, Words { lang: Lang::En }];
        let name = both[0].t("frame.name").to_owned();
        let to: Address = to.parse().map_err(|_| "not a mail address".to_owned())?;
        let message = Message::builder()
            .from(Mailbox::new(Some(name), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(both.map(subject).join(" / "))
            .header(ContentType::TEXT_PLAIN)
            .body(both.map(text).join("\n\n"))
            .map_err(|why| why.to_string())?;
        self.transport.send(&message).map(drop).map_err(|why| {
            // What the server says may repeat the address.
            if why.is_timeout() {
                "timeout"
            } else if why.is_permanent() {
                "refused"
            } else {
                "unreachable"
            }
            .to_owned()
        })
    }
}

impl Post for Office {
    fn ask(&self, to: &str, link: &str) -> Result<(), String> {
        self.send(
            to,
            |w| w.t("watch.letter_confirm").to_owned(),
            |w| w.f("watch.letter_confirm_text", &[&link]),
        )
    }

    fn tell(&self, to: &str, number: &str, verdict: &str) -> Result<(), String> {
        let entry = |w: Words| w.f("watch.entry", &[&number, &w.c("list_verdict", verdict)]);
        self.send(to, entry, |w| {
            w.f("watch.letter_text", &[&entry(w), &self.base])
        })
    }
}
