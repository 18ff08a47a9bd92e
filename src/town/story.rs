//! 示范说明: the town as `demo.json` tells of it, for programs and for those who try it.

use crate::town::{PASSWORD, Specimen, Town};
use serde_json::{Map, Value, json};

/// Where a certificate's paper lies, seen from the town's folder.
pub fn pdf(paper: &Specimen) -> String {
    format!("certificates/{}.pdf", paper.number)
}

/// The town, the address it is served at, and the address its codes were built from.
pub fn tell(town: &Town, base_url: &str, public_base_url: &str) -> Value {
    let accounts: Vec<Value> = town
        .accounts
        .iter()
        .map(|account| {
            json!({
                "role": account.role,
                "name": account.name,
                "login": account.login,
                "password": PASSWORD,
                "token": account.token,
            })
        })
        .collect();
    let certificates: Map<String, Value> = town
        .certificates
        .iter()
        .map(|(name, paper)| {
            let told = json!({
                "number": paper.number,
                "token": paper.token,
                "url": paper.url,
                "qr": paper.qr,
                "holder": paper.holder,
                "pdf": pdf(paper),
            });
            ((*name).to_owned(), told)
        })
        .collect();
    json!({
        "base_url": base_url,
        "public_base_url": public_base_url,
        "database": "guildhall.db",
        "accounts": accounts,
        "certificates": certificates,
        "classes": town.classes,
        "sittings": town.sittings,
    })
}

/// What was planted in the city, for whoever measures what the rules find.
pub fn planted(town: &Town) -> Value {
    let all = town.planted.iter().map(|one| {
        json!({
            "rule": one.rule.as_str(),
            "variant": one.variant,
            "record": one.record,
            "fraud": one.is_fraud,
        })
    });
    Value::Array(all.collect())
}
