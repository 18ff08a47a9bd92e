//! 代码发送: hands a one-time code to the address the operator set, e.g. a text-message gateway.

use crate::acts::holders::Sender;
use std::time::Duration;

/// Posts `{"phone", "code", "minutes"}` as JSON to one address.
pub struct Gateway {
    address: String,
    agent: ureq::Agent,
}

impl Gateway {
    /// A gateway at this address. It answers within five seconds or has not taken the code; it is
    /// not followed elsewhere.
    pub fn at(address: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(5)))
            .max_redirects(0)
            .build();
        Self {
            address: address.to_owned(),
            agent: config.into(),
        }
    }
}

impl Sender for Gateway {
    fn send(&self, phone: &str, code: &str, minutes: i64) -> Result<(), String> {
        let body =
            serde_json::json!({ "phone": phone, "code": code, "minutes": minutes }).to_string();
        let answer = self
            .agent
            .post(&self.address)
            .header("Content-Type", "application/json")
            .send(body.as_bytes());
        match answer {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("the gateway answered {}", answer.status())),
            Err(error) => Err(format!("the gateway cannot be reached: {error}")),
        }
    }
}
