//! 柜台: HTTP; pages, forms, sessions, languages, the API.

pub mod accounts;
pub mod api;
pub mod assessors;
pub mod assets;
pub mod attendance;
pub mod authority;
pub mod base;
pub mod body;
pub mod candidates;
pub mod cascades;
pub mod certificates;
pub mod claims;
pub mod classes;
pub mod comparisons;
mod conditions;
pub mod corrections;
pub mod courses;
pub mod credentials;
pub mod deliveries;
pub mod demands;
pub mod desk;
pub mod door;
pub mod draws;
pub mod employers;
pub mod employments;
pub mod enterprises;
pub mod entitlements;
pub mod fields;
pub mod figures;
pub mod form;
pub mod frame;
pub mod gate;
pub mod granted;
pub mod grants;
pub mod guards;
pub mod health;
pub mod holders;
pub mod holds;
pub mod holidays;
pub mod institutions;
pub mod issuing;
pub mod keys;
pub mod ledger;
pub mod lessons;
pub mod log;
pub mod marks;
pub mod names;
mod near;
pub mod objections;
pub mod occupations;
pub mod outcome_lists;
pub mod own_keys;
mod packing;
pub mod page;
pub mod panels;
pub mod parts;
pub mod people;
pub mod printings;
pub mod publicity;
pub mod receipts;
pub mod recoveries;
pub mod red_flags;
pub mod refusal;
pub mod reply;
pub mod restorations;
pub mod review;
pub mod rosters;
pub mod scan;
mod seals;
pub mod second_factors;
pub mod sessions;
pub mod sign_in;
pub mod sittings;
pub mod sorry;
pub mod subsidy_rules;
pub mod targets;
pub mod teachers;
pub mod todo;
mod together;
pub mod trust;
pub mod vacancies;
pub mod vacancy_reports;
pub mod verify;
pub mod watches;
pub mod whence;
pub mod wider_corrections;
pub mod wish_requests;
pub mod withdrawals;
pub mod witness;
pub mod words;

use crate::acts::Registry;
use crate::acts::trust::Shelf;
use crate::ground::clock::Clock;
use crate::web::desk::Desk;
use crate::web::frame::PublicHost;
use crate::web::gate::Gate;
use crate::web::health::Meter;
use rocket::shield::Shield;
use rocket::{Build, Config, Rocket, Route};
use std::num::NonZeroU32;
use std::sync::Arc;

/// How one server answers.
#[derive(Clone, Debug)]
pub struct Counter {
    /// Hosts it answers to; empty: any (loopback only).
    pub hosts: Vec<String>,
    /// Anonymous requests an address may make each minute.
    pub anonymous_per_minute: NonZeroU32,
    /// The header in which a trusted proxy tells the client's address, if there is one.
    pub ip_header: Option<String>,
    /// Where it reads the time.
    pub clock: Clock,
}

/// Everything that is answered, mounted at `/`.
pub fn routes() -> Vec<Route> {
    let frame = rocket::routes![assets::file, assets::favicon, frame::display];
    [
        frame,
        accounts::routes(),
        api::routes(),
        assessors::routes(),
        attendance::routes(),
        authority::routes(),
        base::routes(),
        candidates::routes(),
        cascades::routes(),
        certificates::routes(),
        claims::routes(),
        classes::routes(),
        comparisons::routes(),
        corrections::routes(),
        wider_corrections::routes(),
        courses::routes(),
        credentials::routes(),
        deliveries::routes(),
        demands::routes(),
        employers::routes(),
        employments::routes(),
        draws::routes(),
        entitlements::routes(),
        figures::routes(),
        gate::routes(),
        granted::routes(),
        grants::routes(),
        health::routes(),
        holds::routes(),
        holders::routes(),
        holidays::routes(),
        institutions::routes(),
        issuing::routes(),
        keys::routes(),
        own_keys::routes(),
        ledger::routes(),
        lessons::routes(),
        log::routes(),
        marks::routes(),
        objections::routes(),
        occupations::routes(),
        outcome_lists::routes(),
        panels::routes(),
        people::routes(),
        printings::routes(),
        publicity::routes(),
        restorations::routes(),
        receipts::routes(),
        recoveries::routes(),
        red_flags::routes(),
        review::routes(),
        rosters::routes(),
        second_factors::routes(),
        scan::routes(),
        sessions::routes(),
        sittings::routes(),
        subsidy_rules::routes(),
        targets::routes(),
        teachers::routes(),
        todo::routes(),
        trust::routes(),
        vacancies::routes(),
        vacancy_reports::routes(),
        verify::ask::routes(),
        verify::file::routes(),
        verify::list::routes(),
        verify::list_file::routes(),
        verify::look::routes(),
        verify::chain::routes(),
        watches::routes(),
        wish_requests::routes(),
        withdrawals::routes(),
    ]
    .concat()
}

/// The server, ready to be launched.
pub fn rocket(registry: Arc<Registry>, counter: &Counter, config: Config) -> Rocket<Build> {
    let host = registry
        .settings
        .public_base_url
        .split("://")
        .nth(1)
        .unwrap_or_default()
        .to_owned();
    let meter = Meter::new();
    let gate = Gate::new(counter.hosts.clone(), counter.anonymous_per_minute);
    rocket::custom(config)
        .manage(holders::CodeSender::of(&registry.settings))
        .manage(watches::post::Letters::of(&registry.settings))
        .manage(Desk::new(registry, counter.clock.clone()))
        .manage(PublicHost(host))
        .manage(Shelf::default())
        .manage(meter.clone())
        .manage(gate.clone())
        .attach(meter)
        // In place of Rocket's own, whose headers would stand before ours: the gate sets them all.
        .attach(Shield::new())
        .attach(gate)
        .attach(holders::keep_looks())
        .mount("/", routes())
        .register("/", refusal::catchers())
}
