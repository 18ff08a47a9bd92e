//! 机构与资质: what must be true of every institution, filing and account.

use crate::acts::audit::Broken;
use crate::domain::account::Scope;
use crate::ground::slice::Window;
use crate::on;
use crate::schema::{accounts, entitlement_changes, entitlements, reinstatements, suspensions};
use crate::store::institutions::Sought;
use crate::store::{Conn, Found, institutions};
use diesel::prelude::*;

fn broken(promise: &'static str, table: &str, keys: Vec<String>) -> Vec<Broken> {
    keys.into_iter()
        .map(|key| Broken {
            promise,
            subject: format!("{table} {key}"),
        })
        .collect()
}

/// Every institution could be registered as it stands: it has a role and that role's papers.
pub fn each_institution_has_its_papers(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut keys = Vec::new();
    for page in 1.. {
        let window = Window::of(Some(page), Some(200));
        let slice = institutions::list(db, &Scope::All, &Sought::default(), window)?;
        let bad = slice
            .rows
            .iter()
            .filter(|row| row.institution.may_be_registered().is_err());
        keys.extend(bad.map(|row| row.institution.id.to_string()));
        if page >= slice.pages() {
            break;
        }
    }
    Ok(broken("institution.has-its-papers", "institutions", keys))
}

/// Every training institution has a site number of its own: its certificates are numbered by it.
pub fn each_training_site_is_one_institutions(db: &mut Conn) -> Found<Vec<Broken>> {
    use crate::schema::institutions as table;
    let sites: Vec<(String, Option<String>)> = on!(db, c => table::table
        .filter(table::trains).order((table::site, table::id))
        .select((table::id, table::site)).load(c))?;
    let mut keys = Vec::new();
    for (at, (id, site)) in sites.iter().enumerate() {
        let twice = at > 0 && site.is_some() && sites[at - 1].1 == *site;
        if site.is_none() || twice {
            keys.push(id.clone());
        }
    }
    Ok(broken(
        "institution.has-a-site-of-its-own",
        "institutions",
        keys,
    ))
}

/// Every filed line is about one thing and ends no earlier than it starts.
pub fn each_entitlement_is_about_one_thing(db: &mut Conn) -> Found<Vec<Broken>> {
    let both = entitlements::occupation
        .is_not_null()
        .and(entitlements::startup.is_not_null());
    let none = entitlements::occupation
        .is_null()
        .and(entitlements::startup.is_null());
    let keys = on!(db, c => entitlements::table
        .filter(both.or(none).or(entitlements::ends.lt(entitlements::starts)))
        .select(entitlements::id).load(c))?;
    Ok(broken(
        "entitlement.is-about-one-thing",
        "entitlements",
        keys,
    ))
}

/// No change moves an end before its line's start.
pub fn each_change_ends_after_its_line_starts(db: &mut Conn) -> Found<Vec<Broken>> {
    let keys = on!(db, c => entitlement_changes::table.inner_join(entitlements::table)
        .filter(entitlement_changes::ends.lt(entitlements::starts))
        .select(entitlement_changes::id).load(c))?;
    Ok(broken(
        "entitlement.change-ends-after-its-start",
        "entitlement_changes",
        keys,
    ))
}

/// No suspension is lifted before it began.
pub fn each_reinstatement_follows_its_suspension(db: &mut Conn) -> Found<Vec<Broken>> {
    let keys = on!(db, c => reinstatements::table.inner_join(suspensions::table)
        .filter(reinstatements::ends.lt(suspensions::starts))
        .select(reinstatements::suspension).load(c))?;
    Ok(broken(
        "institution.reinstated-after-it-was-suspended",
        "reinstatements",
        keys,
    ))
}

/// No trade is listed twice for one region on one day.
pub fn each_trade_is_listed_once_at_a_time(db: &mut Conn) -> Found<Vec<Broken>> {
    use crate::schema::demands;
    use crate::store::demands::Demand;
    let all: Vec<Demand> = on!(db, c => demands::table
        .order((demands::region, demands::occupation, demands::starts, demands::id))
        .select(Demand::as_select()).load(c))?;
    let keys = all
        .windows(2)
        .filter(|pair| pair[0].listing().overlaps(&pair[1].listing()))
        .map(|pair| pair[1].id.to_string())
        .collect();
    Ok(broken("demand.listed-once-at-a-time", "demands", keys))
}

/// Every open account's scope fits its role: a person can come out of it.
pub fn each_account_fits_its_role(db: &mut Conn) -> Found<Vec<Broken>> {
    use crate::store::accounts::Account;
    let open: Vec<Account> = on!(db, c => accounts::table
        .filter(accounts::closed_at.is_null()).select(Account::as_select()).load(c))?;
    let keys = open
        .iter()
        .filter(|account| account.actor().is_none())
        .map(|account| account.id.to_string())
        .collect();
    Ok(broken("account.fits-its-role", "accounts", keys))
}

/// No closed account has a session or a token that still works.
pub fn each_closed_account_is_shut(db: &mut Conn) -> Found<Vec<Broken>> {
    use crate::schema::{api_tokens, sessions};
    let mut keys: Vec<String> = on!(db, c => sessions::table.inner_join(accounts::table)
        .filter(accounts::closed_at.is_not_null()).select(accounts::id).load(c))?;
    let tokens: Vec<String> = on!(db, c => api_tokens::table.inner_join(accounts::table)
        .filter(accounts::closed_at.is_not_null()).filter(api_tokens::revoked_at.is_null())
        .select(accounts::id).load(c))?;
    keys.extend(tokens);
    Ok(broken("account.closed-is-shut", "accounts", keys))
}
