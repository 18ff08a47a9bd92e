//! 配置: settings from `guildhall.toml` and `GUILDHALL_*`, and the doubts that stop a start.
//!
//! Every setting stands in [`Configuration`], with its default and its reason; the README's table
//! is held against this list by `tests/readme.rs`.

use crate::acts::MailServer;
use crate::acts::authority::OwnSigner;
use crate::acts::log::Witness;
use crate::seal::note::{COSIGNATURE, Vkey};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroize;

/// Every setting there is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// The folder for the database file and the master key.
    pub data: PathBuf,
    /// `postgres://…`, or empty for SQLite in the folder `data`.
    pub database: String,
    /// The address to listen on.
    pub address: IpAddr,
    /// The port to listen on.
    pub port: u16,
    /// What QR codes, links and identifiers are built from, e.g. `https://zs.example.gov.cn`.
    /// Plain http is accepted for loopback only. Empty: the address and port listened on.
    pub public_base_url: String,
    /// Further hosts to answer to, besides the one in `public_base_url`.
    pub hosts: Vec<String>,
    /// The header in which a trusted proxy gives the client's address; empty: there is no proxy.
    pub ip_header: String,
    /// Anonymous requests one address may make each minute.
    pub anonymous_per_minute: NonZeroU32,
    /// The file that holds the master key; empty: `master.key` in the folder `data`.
    pub master_key_file: PathBuf,
    /// The master key itself, 64 hexadecimal digits; from the environment only, instead of a file.
    #[serde(skip)]
    pub master_key: Secret,
    /// The library that speaks to the token which opens the master key (PKCS#11); empty: none does.
    pub pkcs11_module: PathBuf,
    /// The label of that token.
    pub pkcs11_token: String,
    /// The label of the key in it, AES with 256 bits, that wraps the master key.
    pub pkcs11_key: String,
    /// The file with the token's PIN; nobody else may read it.
    pub pkcs11_pin_file: PathBuf,
    /// The PIN itself; from the environment only, instead of a file.
    #[serde(skip)]
    pub pkcs11_pin: Secret,
    /// The file with the master key as the token wrapped it; empty: `master.key.wrapped` in `data`.
    pub pkcs11_wrapped_file: PathBuf,
    /// Most trainees in a class.
    pub class_capacity: u32,
    /// Working days results are public before certificates may be issued.
    pub publicity_days: u32,
    /// The http address of a time-stamp authority (RFC 3161) that stamps signed PDFs; empty: none.
    pub time_stamp_authority: String,
    /// Who signs PDFs with a certificate of a licensed authority: by 统一社会信用代码 either the files
    /// `pkcs12` and `password_file`, or the files `key` (PEM, PKCS#8, P-256, unencrypted) and
    /// `chain` (PEM, the signer's certificate first).
    pub signers: BTreeMap<String, SignerFiles>,
    /// Whether credentials tell the marks of each part: every verifier sees them then.
    pub credential_results: bool,
    /// Who is asked to sign the log's checkpoints: each `<vkey> <address>`.
    pub witnesses: Vec<String>,
    /// How many of them a checkpoint needs by `/log/policy`; 0: none.
    pub witness_quorum: usize,
    /// Years a person's files are kept before they may be erased at her wish.
    pub retention_years: u32,
    /// Where one-time codes of holders are sent to, e.g. a text-message gateway: an address that
    /// takes `{"phone", "code", "minutes"}` as JSON. Empty: the clerk tells the code.
    pub code_sender: String,
    /// The mail server watchers are written by: `smtps://host[:465]`, or `smtp://host[:587]` with
    /// STARTTLS; empty: no mail is sent.
    pub mail_server: String,
    /// Whom messages are from.
    pub mail_from: String,
    /// Who the mail server is told we are; empty: it asks nobody.
    pub mail_user: String,
    /// The file with the password for it; nobody else may read it.
    pub mail_password_file: PathBuf,
    /// What is logged: `error`, `warn`, `info`, `debug`, or a `tracing` filter.
    pub log: String,
    /// How: `text` or `json`.
    pub log_format: String,
}

/// A secret given by the environment: never printed, never written, wiped when dropped.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// What it is.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Where a signer's key and certificates are.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignerFiles {
    /// The private key, PEM.
    #[serde(default)]
    pub key: Option<PathBuf>,
    /// Her certificate and those above it, PEM; lists of revoked ones may follow.
    #[serde(default)]
    pub chain: Option<PathBuf>,
    /// Both in one, PKCS#12, as an authority hands it out.
    #[serde(default)]
    pub pkcs12: Option<PathBuf>,
    /// The file with its password; nobody else may read it.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

impl SignerFiles {
    fn open(&self) -> Result<OwnSigner, String> {
        let unread = |path: &std::path::Path, error: std::io::Error| {
            format!("{} cannot be read: {error}", path.display())
        };
        let text = |path: &PathBuf| std::fs::read_to_string(path).map_err(|why| unread(path, why));
        match (&self.key, &self.chain, &self.pkcs12, &self.password_file) {
            (Some(key), Some(chain), None, None) => OwnSigner::read(&text(key)?, &text(chain)?),
            (None, None, Some(file), Some(password)) => {
                super::master_key::refuse_if_others_may_read(password).map_err(|why| why.0)?;
                let bytes = std::fs::read(file).map_err(|why| unread(file, why))?;
                let password = text(password)?;
                OwnSigner::read_pkcs12(&bytes, password.trim_end_matches(['\r', '\n']))
            }
            _ => Err("give either pkcs12 and password_file, or key and chain".to_owned()),
        }
    }
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            data: "guildhall-data".into(),
            database: String::new(),
            address: IpAddr::from([127, 0, 0, 1]),
            port: 8000,
            public_base_url: String::new(),
            hosts: Vec::new(),
            ip_header: String::new(),
            anonymous_per_minute: NonZeroU32::new(600).expect("six hundred is not zero"),
            master_key_file: PathBuf::new(),
            master_key: Secret::default(),
            pkcs11_module: PathBuf::new(),
            pkcs11_token: String::new(),
            pkcs11_key: "guildhall".to_owned(),
            pkcs11_pin_file: PathBuf::new(),
            pkcs11_pin: Secret::default(),
            pkcs11_wrapped_file: PathBuf::new(),
            class_capacity: 50,
            publicity_days: 5,
            time_stamp_authority: String::new(),
            signers: BTreeMap::new(),
            credential_results: false,
            witnesses: Vec::new(),
            witness_quorum: 0,
            retention_years: 10,
            code_sender: String::new(),
            mail_server: String::new(),
            mail_from: String::new(),
            mail_user: String::new(),
            mail_password_file: PathBuf::new(),
            log: "info".to_owned(),
            log_format: "text".to_owned(),
        }
    }
}

/// What is no setting of the file, and where it belongs instead.
const SECRETS: [(&str, &str); 2] = [
    (
        "master_key",
        "put the key into the file master_key_file names (mode 0600), or into GUILDHALL_MASTER_KEY",
    ),
    (
        "pkcs11_pin",
        "put the PIN into the file pkcs11_pin_file names (mode 0600), or into GUILDHALL_PKCS11_PIN",
    ),
];

/// Why a start is refused, as a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Doubt(pub String);

impl Configuration {
    /// Reads the file, then the environment over it; refuses what it does not know.
    pub fn read(file: Option<&std::path::Path>) -> Result<Self, Doubt> {
        let path = file.map_or_else(
            || PathBuf::from("guildhall.toml"),
            std::path::Path::to_path_buf,
        );
        if file.is_some() && !path.is_file() {
            return Err(Doubt(format!(
                "there is no configuration file {}",
                path.display()
            )));
        }
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if path.is_file() {
            let file = Figment::from(Toml::file_exact(&path));
            for (secret, instead) in SECRETS {
                if file.contains(secret) {
                    return Err(Doubt(format!(
                        "{secret} stands in {}, where backups and copies take it along: {instead}, and take that line out",
                        path.display()
                    )));
                }
            }
            figment = figment.merge(file);
        }
        let figment = figment
            // The clock of a demo is an argument of that command, not a setting. Secrets are read as
            // they stand: as a setting, 0123 would be a number.
            .merge(Env::prefixed("GUILDHALL_").ignore(&["now", "master_key", "pkcs11_pin"]));
        let mut read: Self = figment
            .extract()
            .map_err(|error| Doubt(format!("the configuration cannot be read: {error}")))?;
        read.master_key = Secret(std::env::var("GUILDHALL_MASTER_KEY").unwrap_or_default());
        read.pkcs11_pin = Secret(std::env::var("GUILDHALL_PKCS11_PIN").unwrap_or_default());
        read.completed()
    }

    /// What a demo runs with: its own folder, key, database and address, whatever is set elsewhere;
    /// the rest from the environment. `public` is what its codes were built from before.
    pub fn for_demo(
        folder: &std::path::Path,
        address: IpAddr,
        port: u16,
        public: Option<&str>,
    ) -> Result<Self, Doubt> {
        let own = [
            "now",
            "data",
            "database",
            "address",
            "port",
            "master_key_file",
            "master_key",
            "pkcs11_module",
            "pkcs11_token",
            "pkcs11_key",
            "pkcs11_pin_file",
            "pkcs11_pin",
            "pkcs11_wrapped_file",
        ];
        let mut read: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(Env::prefixed("GUILDHALL_").ignore(&own))
            .extract()
            .map_err(|error| Doubt(format!("the configuration cannot be read: {error}")))?;
        read.data = folder.to_path_buf();
        (read.address, read.port) = (address, port);
        if read.public_base_url.is_empty() {
            read.public_base_url = public.unwrap_or_default().to_owned();
        }
        read.completed()
    }

    /// Fills in what follows from other settings, and refuses what is doubtful.
    pub fn completed(mut self) -> Result<Self, Doubt> {
        if self.public_base_url.is_empty() {
            if !self.address.is_loopback() {
                return Err(Doubt(format!(
                    "the server would listen on {}, but public_base_url is not set: QR codes and links need the address people use",
                    self.address
                )));
            }
            self.public_base_url = format!(
                "http://{}",
                std::net::SocketAddr::new(self.address, self.port)
            );
        }
        self.public_base_url = self.public_base_url.trim_end_matches('/').to_owned();
        let Some((scheme, host)) = self.public_base_url.split_once("://") else {
            return Err(Doubt(format!(
                "public_base_url must begin with https://, it is {}",
                self.public_base_url
            )));
        };
        let host = host.to_owned();
        let bare = host
            .rsplit_once(':')
            .map_or(host.as_str(), |(name, _)| name)
            .trim_matches(['[', ']']);
        let loopback = bare == "localhost"
            || bare
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        if host.is_empty() || host.contains(['/', '?', '#', '@']) {
            return Err(Doubt(format!(
                "public_base_url must be a scheme and a host only, it is {}",
                self.public_base_url
            )));
        }
        if scheme != "https" && !(scheme == "http" && loopback) {
            return Err(Doubt(format!(
                "public_base_url must use https unless it is a loopback address, it is {}",
                self.public_base_url
            )));
        }
        if self.class_capacity == 0 || self.class_capacity > 500 {
            return Err(Doubt(format!(
                "class_capacity must be 1 to 500, it is {}",
                self.class_capacity
            )));
        }
        if !(1..=60).contains(&self.publicity_days) {
            return Err(Doubt(format!(
                "publicity_days must be 1 to 60, it is {}",
                self.publicity_days
            )));
        }
        let stamps = self.time_stamp_authority.as_str();
        if !(stamps.is_empty() || stamps.starts_with("http://") || stamps.starts_with("https://")) {
            return Err(Doubt(format!(
                "time_stamp_authority must be an http or https address, it is {stamps}"
            )));
        }
        if !(1..=100).contains(&self.retention_years) {
            return Err(Doubt(format!(
                "retention_years must be 1 to 100, it is {}",
                self.retention_years
            )));
        }
        if !self.code_sender.is_empty()
            && !(self.code_sender.starts_with("https://")
                || self.code_sender.starts_with("http://127.0.0.1"))
        {
            return Err(Doubt(format!(
                "code_sender must be an https address, or one on this machine: it is {}",
                self.code_sender
            )));
        }
        self.mail()?;
        if !matches!(self.log_format.as_str(), "text" | "json") {
            return Err(Doubt(format!(
                "log_format must be text or json, it is {}",
                self.log_format
            )));
        }
        if self.master_key_file.as_os_str().is_empty() {
            self.master_key_file = self.data.join("master.key");
        }
        self.has_token()?;
        if self.pkcs11_wrapped_file.as_os_str().is_empty() {
            self.pkcs11_wrapped_file = self.data.join("master.key.wrapped");
        }
        Ok(self)
    }

    /// Where the database is.
    pub fn database_url(&self) -> String {
        if self.database.is_empty() {
            return self
                .data
                .join("guildhall.db")
                .to_string_lossy()
                .into_owned();
        }
        self.database.clone()
    }

    /// The signers set up, their files read; refuses what cannot be signed with.
    pub fn own_signers(&self) -> Result<BTreeMap<String, Arc<OwnSigner>>, Doubt> {
        let now = crate::ground::clock::Now::read().utc();
        self.signers
            .iter()
            .map(|(code, files)| {
                files
                    .open()
                    .and_then(|signer| {
                        signer
                            .may_sign(now)
                            .map(|()| (code.clone(), Arc::new(signer)))
                    })
                    .map_err(|why| Doubt(format!("signers.{code}: {why}")))
            })
            .collect()
    }

    /// The mail server, its password read; refuses one that would be told it in clear.
    pub fn mail(&self) -> Result<Option<MailServer>, Doubt> {
        if self.mail_server.is_empty() {
            let rest = [&self.mail_from, &self.mail_user]
                .iter()
                .any(|text| !text.is_empty());
            return if rest || !self.mail_password_file.as_os_str().is_empty() {
                Err(Doubt(
                    "mail_from, mail_user and mail_password_file say nothing without mail_server"
                        .to_owned(),
                ))
            } else {
                Ok(None)
            };
        }
        let (at_once, rest) = match self.mail_server.split_once("://") {
            Some(("smtps", rest)) => (true, rest),
            Some(("smtp", rest)) => (false, rest),
            _ => {
                return Err(Doubt(format!(
                    "mail_server must begin with smtps:// or smtp://, it is {}",
                    self.mail_server
                )));
            }
        };
        let (host, port) = match rest.split_once(':') {
            Some((host, port)) => (host, port.parse().ok()),
            None => (rest, Some(if at_once { 465 } else { 587 })),
        };
        let named = !host.is_empty()
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
        let Some(port) = port.filter(|_| named) else {
            return Err(Doubt("mail_server must be a scheme, a host and perhaps a port; name and password have settings of their own".to_owned()));
        };
        if crate::domain::watch::mail(&self.mail_from).is_err() {
            return Err(Doubt(format!(
                "mail_from must be a mail address, it is {}",
                self.mail_from
            )));
        }
        let file = &self.mail_password_file;
        let user = match (self.mail_user.is_empty(), file.as_os_str().is_empty()) {
            (true, true) => None,
            (false, false) => {
                super::master_key::refuse_if_others_may_read(file)?;
                let password = std::fs::read_to_string(file).map_err(|error| {
                    Doubt(format!("{} cannot be read: {error}", file.display()))
                })?;
                Some((
                    self.mail_user.clone(),
                    password.trim_end_matches(['\r', '\n']).to_owned(),
                ))
            }
            _ => {
                return Err(Doubt(
                    "give both mail_user and mail_password_file, or neither".to_owned(),
                ));
            }
        };
        Ok(Some(MailServer {
            host: host.to_owned(),
            port,
            at_once,
            plain: !at_once && matches!(host, "localhost" | "127.0.0.1"),
            user,
            from: self.mail_from.clone(),
        }))
    }

    /// The witnesses, read.
    pub fn witnesses(&self) -> Result<Vec<Witness>, Doubt> {
        if self.witness_quorum > self.witnesses.len() {
            return Err(Doubt(format!(
                "witness_quorum asks for {} witnesses, and {} are named",
                self.witness_quorum,
                self.witnesses.len()
            )));
        }
        let read = |text: &String| {
            let (vkey, url) = text.trim().split_once(' ')?;
            let vkey = Vkey::read(vkey).filter(|vkey| vkey.kind == COSIGNATURE)?;
            let url = url.trim().trim_end_matches('/').to_owned();
            (url.starts_with("https://") || url.starts_with("http://"))
                .then_some(Witness { vkey, url })
        };
        self.witnesses
            .iter()
            .map(|text| {
                read(text).ok_or_else(|| {
                    Doubt(format!(
                        "a witness must be given as `<vkey> <address>`, it is {text}"
                    ))
                })
            })
            .collect()
    }

    /// Every host the server answers to.
    pub fn all_hosts(&self) -> Vec<String> {
        let public = self
            .public_base_url
            .split("://")
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        let own = std::net::SocketAddr::new(self.address, self.port).to_string();
        let mut hosts = vec![public, own, format!("localhost:{}", self.port)];
        hosts.extend(self.hosts.iter().cloned());
        hosts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubtful_settings_stop_a_start() {
        let fine = Configuration::default;
        for (doubtful, about) in [
            (
                Configuration {
                    address: IpAddr::from([0, 0, 0, 0]),
                    ..fine()
                },
                "public_base_url is not set",
            ),
            (
                Configuration {
                    public_base_url: "http://zs.example.gov.cn".into(),
                    ..fine()
                },
                "https",
            ),
            (
                Configuration {
                    public_base_url: "zs.example.gov.cn".into(),
                    ..fine()
                },
                "https://",
            ),
            (
                Configuration {
                    public_base_url: "https://a@b".into(),
                    ..fine()
                },
                "host only",
            ),
            (
                Configuration {
                    class_capacity: 0,
                    ..fine()
                },
                "class_capacity",
            ),
            (
                Configuration {
                    publicity_days: 0,
                    ..fine()
                },
                "publicity_days",
            ),
            (
                Configuration {
                    log_format: "xml".into(),
                    ..fine()
                },
                "log_format",
            ),
            (
                Configuration {
                    mail_from: "hr@example.com".into(),
                    ..fine()
                },
                "mail_server",
            ),
            (
                Configuration {
                    mail_server: "http://mail.example.com".into(),
                    mail_from: "hr@example.com".into(),
                    ..fine()
                },
                "smtps://",
            ),
            (
                Configuration {
                    mail_server: "smtps://a:b@mail.example.com".into(),
                    mail_from: "hr@example.com".into(),
                    ..fine()
                },
                "settings of their own",
            ),
            (
                Configuration {
                    mail_server: "smtps://mail.example.com".into(),
                    mail_from: "hr".into(),
                    ..fine()
                },
                "mail_from",
            ),
            (
                Configuration {
                    mail_server: "smtps://mail.example.com".into(),
                    mail_from: "hr@example.com".into(),
                    mail_user: "hr".into(),
                    ..fine()
                },
                "or neither",
            ),
            (
                Configuration {
                    pkcs11_token: "guildhall".into(),
                    ..fine()
                },
                "without pkcs11_module",
            ),
            (
                Configuration {
                    pkcs11_pin: Secret("73914620".into()),
                    ..fine()
                },
                "without pkcs11_module",
            ),
            (
                Configuration {
                    pkcs11_module: "/usr/lib/module.so".into(),
                    ..fine()
                },
                "pkcs11_token",
            ),
        ] {
            let doubt = doubtful.completed().unwrap_err().to_string();
            assert!(doubt.contains(about), "{doubt}");
        }
        let kept = Configuration {
            public_base_url: "https://zs.example.gov.cn/".into(),
            ..fine()
        }
        .completed()
        .unwrap();
        assert_eq!(kept.public_base_url, "https://zs.example.gov.cn");
        assert_eq!(
            fine().completed().unwrap().public_base_url,
            "http://127.0.0.1:8000"
        );
    }

    #[test]
    fn no_secret_stands_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guildhall.toml");
        for (secret, about) in [
            ("master_key", "GUILDHALL_MASTER_KEY"),
            ("pkcs11_pin", "GUILDHALL_PKCS11_PIN"),
        ] {
            std::fs::write(&file, format!("{secret} = \"{}\"\n", "07".repeat(32))).unwrap();
            let doubt = Configuration::read(Some(&file)).unwrap_err().to_string();
            assert!(doubt.contains(about), "{doubt}");
            assert!(!doubt.contains("0707"), "{doubt}");
        }
    }

    #[test]
    fn no_secret_is_printed() {
        let told = Configuration {
            master_key: Secret("07".repeat(32)),
            pkcs11_pin: Secret("73914620".into()),
            ..Configuration::default()
        };
        let printed = format!("{told:?}{}", serde_json::to_string(&told).unwrap());
        assert!(!printed.contains("0707") && !printed.contains("73914620"));
    }
}
