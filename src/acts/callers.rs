//! 外呼: how an address a stranger named is called. Only the public internet is, on the addresses its name
//! has at this moment, without following it elsewhere; so nobody makes the registry knock at its own doors.

use crate::acts::Registry;
use crate::ground::clock::Now;
use crate::ground::reach;
use crate::seal::hook;
use std::time::Duration;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// Whoever is called answers in this time.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of an answer no more is read.
const MOST: u64 = 16 * 1024;

/// Resolves names, and forgets what is not public of what they lead to.
#[derive(Debug, Default)]
struct Outward(DefaultResolver);

impl Resolver for Outward {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.0.resolve(uri, config, timeout)?;
        let mut public = self.empty();
        for address in all.iter().filter(|address| reach::is_public(address.ip())) {
            public.push(*address);
        }
        if public.is_empty() {
            return Err(ureq::Error::HostNotFound);
        }
        Ok(public)
    }
}

fn agent(trial: bool) -> ureq::Agent {
    let config = Config::builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        // A proxy would be asked to connect in our place, where no rule of ours holds.
        .proxy(None)
        .https_only(!trial)
        .build();
    if trial {
        // On one machine, whoever is called is there too.
        return config.new_agent();
    }
    ureq::Agent::with_parts(config, DefaultConnector::default(), Outward::default())
}

/// Posts a signed body; what is answered, or a word for what stood in the way.
pub(super) fn call(
    registry: &Registry,
    to: &str,
    secret: &str,
    body: &str,
    now: Now,
) -> Result<String, &'static str> {
    let at = now.utc().and_utc().timestamp();
    let answer = agent(registry.settings.is_trial())
        .post(to)
        .header("Content-Type", "application/json")
        .header("User-Agent", "guildhall")
        .header(hook::HEADER, hook::signature(secret, at, body))
        .send(body.as_bytes());
    let mut answer = match answer {
        Ok(answer) if answer.status().is_success() => answer,
        Ok(_) | Err(ureq::Error::StatusCode(_)) => return Err("status"),
        Err(ureq::Error::Timeout(_)) => return Err("timeout"),
        Err(ureq::Error::HostNotFound) => return Err("host"),
        Err(_) => return Err("unreachable"),
    };
    let read = answer.body_mut().with_config().limit(MOST).read_to_string();
    Ok(read.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fifteen ways to have a server call itself, its neighbours or its cloud.
    #[test]
    fn nobody_makes_the_registry_knock_at_its_own_doors() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let agent = agent(false);
        for host in [
            "127.0.0.1",
            "localhost",
            "127.1",
            "0177.0.0.1",
            "2130706433",
            "0x7f000001",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "10.0.0.1",
            "169.254.169.254",
            "192.168.1.1",
            "[fd00::1]",
        ] {
            let asked = agent
                .post(format!("https://{host}:{port}/"))
                .send(&b"{}"[..]);
            assert!(asked.is_err(), "{host}");
        }
        assert!(
            agent
                .post(format!("http://127.0.0.1:{port}/"))
                .send(&b"{}"[..])
                .is_err()
        );
        assert!(listener.accept().is_err(), "somebody knocked");
    }
}
