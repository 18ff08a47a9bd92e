//! 核验命令: checks a file, a code or an address by a trust bundle, without register or database.
//!
//! Nothing is asked of anybody: what the registry signed is judged by the bundle's keys and lists,
//! whatever host it names. Only the address of a document is fetched, when one is given, and what
//! comes is judged like a file; a code's address is never opened.

mod telling;
mod trust;

use crate::cli::configuration::Doubt;
use crate::ground::clock::Now;
use crate::paper::pocket::anything;
use crate::seal::pocket::{Told, Verdict};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Exits with 0 genuine and in force, 1 altered or forged, 2 revoked, replaced, suspended or
/// expired, 3 cannot be confirmed. The receipt of a list is genuine whatever its lines came to.
#[derive(clap::Args)]
pub struct Options {
    /// A file (PDF, credential, badge, proof, receipt, picture of a code), `-` for standard input,
    /// the text of a QR code, or the address of a document.
    what: String,
    /// The registry's trust bundle, as it gives it out at /trust/bundle.
    #[arg(long)]
    trust: PathBuf,
    /// Where the root key is pinned at first use and the bundle's number is noted; older bundles and
    /// other root keys are then refused.
    #[arg(long)]
    state: Option<PathBuf>,
    /// The root key: a file in PEM, or its SHA-256 in hexadecimal.
    #[arg(long)]
    root: Option<String>,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
    /// Fetch nothing, even if the address of a document is given.
    #[arg(long)]
    offline: bool,
}

/// The longest document read.
const LONGEST: u64 = 32 << 20;
/// A host that does not answer in this time is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was brought.
struct Brought {
    bytes: Vec<u8>,
    /// Whether it came over the network.
    fetched: bool,
    /// Whether it is the argument itself.
    typed: bool,
}

/// Verifies, prints what was checked, and says so in the exit code.
pub fn run(options: &Options) -> Result<ExitCode, Doubt> {
    let now = super::fixed_now()?.unwrap_or_else(Now::read);
    let (pocket, pinned) = match trust::take(options, now) {
        Ok(taken) => taken,
        Err(refused) => {
            telling::refused(refused, options.json);
            return Ok(ExitCode::from(3));
        }
    };
    let told = match bring(options) {
        Ok(brought) => {
            let told = judged(&pocket, &brought, &options.what);
            telling::told(&told, &pocket, pinned, brought.fetched, options.json);
            told
        }
        Err(why) => {
            let told = Told::new("unknown", Verdict::NotOurs);
            telling::unread(&told, &why, options.json);
            told
        }
    };
    Ok(ExitCode::from(told.verdict.exit()))
}

fn judged(pocket: &crate::seal::pocket::Pocket, brought: &Brought, what: &str) -> Told {
    let told = anything(pocket, &brought.bytes);
    if brought.typed && told.kind == "unknown" {
        telling::not_a_file(what);
    }
    told
}

/// Why nothing was read, as the key of its words, and what is said in them.
struct Unread(&'static str, String);

fn bring(options: &Options) -> Result<Brought, Unread> {
    let what = options.what.as_str();
    let held = |bytes| Brought {
        bytes,
        fetched: false,
        typed: false,
    };
    let failed = |error: std::io::Error| Unread("prove.unreachable", error.to_string());
    if what == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .take(LONGEST)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        return Ok(held(bytes));
    }
    if Path::new(what).is_file() {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(what).map_err(failed)?;
        file.take(LONGEST).read_to_end(&mut bytes).map_err(failed)?;
        return Ok(held(bytes));
    }
    let address = what.starts_with("http://") || what.starts_with("https://");
    if address && is_document(what) && !options.offline {
        let bytes = fetch(what).map_err(|why| Unread("prove.unreachable", why))?;
        return Ok(Brought {
            bytes,
            fetched: true,
            typed: false,
        });
    }
    if address && !what.contains("/v/") && !what.contains('#') {
        return Err(Unread("prove.not_fetched", String::new()));
    }
    Ok(Brought {
        bytes: what.as_bytes().to_vec(),
        fetched: false,
        typed: true,
    })
}

/// Whether an address is that of a document a registry gives out, and not of a page or a code.
fn is_document(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let places = [
        "/credentials/",
        "/status/revocation/",
        "/log/checkpoint",
        "/trust/",
    ];
    let endings = [".pdf", ".json", ".jwt", ".svg", ".png", ".tlog-proof"];
    !path.contains("/v/")
        && (places.iter().any(|place| path.contains(place))
            || endings.iter().any(|ending| path.ends_with(ending)))
}

fn fetch(address: &str) -> Result<Vec<u8>, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .build()
        .into();
    let mut response = agent
        .get(address)
        .call()
        .map_err(|error| error.to_string())?;
    if response.status().as_u16() != 200 {
        return Err(response.status().to_string());
    }
    let body = response.body_mut().with_config().limit(LONGEST);
    body.read_to_vec().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documents_are_fetched() {
        for address in [
            "https://zs.example.cn/credentials/2fzsimi6uv6acgf2",
            "https://zs.example.cn/credentials/2fzsimi6uv6acgf2.svg?x=1",
            "http://127.0.0.1:8000/certificates/2fzsimi6uv6acgf2.tlog-proof",
            "https://zs.example.cn/log/checkpoint",
        ] {
            assert!(is_document(address), "{address}");
        }
        for address in [
            "https://zs.example.cn/v/2fzsimi6uv6acgf2",
            "https://zs.example.cn/v/2fzsimi6uv6acgf2.pdf",
            "https://cert-examp1e.cn/v/2fzsimi6uv6acgf2#592551968947",
            "https://cert-examp1e.cn/query?id=1.pdf",
            "https://cert-examp1e.cn/",
        ] {
            assert!(!is_document(address), "{address}");
        }
    }
}
