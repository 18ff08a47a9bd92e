//! 补贴 for programs: the rules, claims from filing to payment, totals, recoveries.

mod claims;
mod publicity;
mod recoveries;
mod review;
mod rules;
mod totals;

use crate::web::claims::review::{BackForm, CutForm, PaymentForm};
use crate::web::recoveries::SettlingForm;
use crate::web::subsidy_rules::end::RuleEndForm;
use crate::web::subsidy_rules::new::RuleForm;
use rocket::Route;
use utoipa::OpenApi;

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        rules::rules,
        rules::enter_rule,
        rules::end_rule,
        claims::list,
        claims::show,
        claims::working,
        claims::file,
        review::approve,
        review::send_back,
        review::cut,
        review::publish,
        review::pay,
        review::settle,
        publicity::published,
        publicity::object,
        totals::totals,
        recoveries::recoveries_list,
        recoveries::settle_recovery
    ),
    components(schemas(
        rules::SubsidyRuleTold,
        claims::ClaimTold,
        claims::ClaimLineTold,
        claims::LeftOutTold,
        claims::ClaimShown,
        claims::WorkedTold,
        claims::KindForm,
        review::ClaimPublished,
        review::ClaimPaid,
        publicity::MaskedTold,
        publicity::PublishedClaim,
        totals::SubsidyTotal,
        recoveries::RecoveryTold,
        RuleForm,
        RuleEndForm,
        BackForm,
        CutForm,
        PaymentForm,
        SettlingForm
    ))
)]
pub struct Doc;

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    [
        rules::routes(),
        claims::routes(),
        review::routes(),
        publicity::routes(),
        totals::routes(),
        recoveries::routes(),
    ]
    .concat()
}
