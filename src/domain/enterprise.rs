//! 合作企业: the enterprise a class trains for (校企合作).
//!
//! 订单、定向、定岗 training has an employer before it has trainees; who that is, and how many it
//! took on afterwards, is what such training is judged by.

use crate::domain::course::TrainingKind;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::uscc::Uscc;
use crate::ground::text;

/// The most characters of an enterprise's name.
pub const NAME: usize = 60;

/// An enterprise as a class names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enterprise {
    name: String,
    uscc: Uscc,
}

impl Enterprise {
    /// Reads what was typed; none when both are left empty.
    pub fn read(name: &str, uscc: &str) -> Result<Option<Self>, Vec<Refusal>> {
        let name = text::tidy(name);
        if name.is_empty() && uscc.trim().is_empty() {
            return Ok(None);
        }
        let mut refusals = Vec::new();
        if !(2..=NAME).contains(&name.chars().count()) || name.contains(char::is_control) {
            refusals.push(Refusal::new("enterprise.name-refused").at("enterprise"));
        }
        match Uscc::read(uscc) {
            Ok(uscc) if refusals.is_empty() => Ok(Some(Self { name, uscc })),
            Ok(_) => Err(refusals),
            Err(why) => {
                refusals.push(why.refusal().at("enterprise_uscc"));
                Err(refusals)
            }
        }
    }

    /// One that is on record.
    pub fn kept(name: String, uscc: Uscc) -> Self {
        Self { name, uscc }
    }

    /// 单位名称
    pub fn name(&self) -> &str {
        &self.name
    }

    /// 统一社会信用代码
    pub fn uscc(&self) -> &Uscc {
        &self.uscc
    }
}

/// Whether a class of this kind of training names its enterprise before it is filed.
pub fn is_asked_of(kind: TrainingKind) -> bool {
    kind == TrainingKind::Order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enterprise_has_a_name_and_a_code_or_is_nobody() {
        let code = Uscc::compose("91150900MAX000005").unwrap();
        let code = code.as_str();
        let codes = |name: &str, uscc: &str| match Enterprise::read(name, uscc) {
            Ok(Some(one)) => vec![one.name().to_owned()],
            Ok(None) => Vec::new(),
            Err(reasons) => reasons
                .iter()
                .map(|reason| format!("{} {}", reason.code, reason.field.unwrap()))
                .collect(),
        };
        assert_eq!(codes(" ", ""), Vec::<String>::new());
        assert_eq!(codes(" 安达物流 ", &code.to_lowercase()), ["安达物流"]);
        assert_eq!(
            codes("安达物流", ""),
            ["uscc.missing enterprise_uscc"],
            "a name alone is not somebody"
        );
        assert_eq!(codes("", code), ["enterprise.name-refused enterprise"]);
        let wrong = format!("{}0", &code[..17]);
        let wrong = if wrong == code {
            format!("{}1", &code[..17])
        } else {
            wrong
        };
        assert_eq!(
            codes("安", &wrong),
            [
                "enterprise.name-refused enterprise",
                "uscc.check-failed enterprise_uscc"
            ]
        );
        assert_eq!(codes(&"厂".repeat(61), code).len(), 1);
    }

    #[test]
    fn only_order_based_training_asks_for_one() {
        for kind in TrainingKind::ALL {
            assert_eq!(is_asked_of(*kind), kind.as_str() == "ORDER", "{kind}");
        }
    }
}
