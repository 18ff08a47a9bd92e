//! 一并更正: her other certificates in force, for programs.

use crate::acts::wider_corrections;
use crate::domain::account::Confirmer;
use crate::domain::certificate::CertificateId;
use crate::web::api::certificates::{CertificateGiven, given};
use crate::web::api::denials::{Changing, Reading};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use crate::web::wider_corrections::WiderForm;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// One certificate that says what was wrong.
#[derive(Serialize, ToSchema)]
pub struct WiderRow {
    /// Its key.
    id: String,
    /// 证书编号
    number: String,
    /// The name it says.
    holder: String,
    /// The end of the document's number it says.
    id_last4: String,
    /// Who issued it.
    issuer: String,
    /// The code of why it is left as it is; none when it would be corrected.
    left: Option<&'static str>,
}

/// What would be corrected.
#[derive(Serialize, ToSchema)]
pub struct WiderTold {
    /// Her name, as her record has it.
    holder: String,
    /// The end of her document's number, as her record has it.
    id_last4: String,
    /// Why her record was corrected.
    reason: String,
    /// How many would be corrected: what `expected` has to be.
    ready: usize,
    /// Each of hers in force that says otherwise, as far as you may see them.
    certificates: Vec<WiderRow>,
    /// How many more of hers in force there are.
    elsewhere: i64,
}

/// See which other certificates a correction of a person concerns
///
/// Of the person whose certificate this is. Nothing is changed.
#[utoipa::path(get, path = "/api/v1/certificates/{id}/wider-correction", tag = "certificates", params(("id" = String, Path, description = "The key of one of her certificates")), responses(
    (status = 200, description = "The list", body = WiderTold),
    (status = 409, description = "Her record was never corrected", content_type = "application/problem+json", body = crate::web::refusal::Problem),
    Reading,
))]
#[rocket::get("/api/v1/certificates/<id>/wider-correction")]
async fn list(
    confirmer: Confirmer,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Json<WiderTold>, No> {
    let now = desk.now();
    let wider = desk
        .ask(move |registry| wider_corrections::list(registry, &confirmer, &id, now))
        .await?;
    let row = |row: &wider_corrections::Row| WiderRow {
        id: row.certificate.id.to_string(),
        number: row.certificate.number.clone(),
        holder: row.certificate.holder.clone(),
        id_last4: row.certificate.id_tail.clone(),
        issuer: row.issuer.clone(),
        left: row.why.as_ref().map(|why| why.code),
    };
    Ok(Json(WiderTold {
        ready: wider.ready(),
        certificates: wider.rows.iter().map(row).collect(),
        holder: wider.name,
        id_last4: wider.id_tail,
        reason: wider.reason,
        elsewhere: wider.elsewhere,
    }))
}

/// Correct all of a person's other certificates
///
/// In one act, by the correction of her record that was confirmed already; not by who proposed that.
/// Answers the new certificates.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/wider-correction", tag = "certificates", params(("id" = String, Path, description = "The key of one of her certificates")),
    request_body = WiderForm, responses(
    (status = 201, description = "Done", body = Vec<CertificateGiven>),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/wider-correction", data = "<body>")]
async fn carry_out(
    confirmer: Confirmer,
    id: CertificateId,
    body: Body<WiderForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Vec<CertificateGiven>>>, No> {
    let now = desk.now();
    let expected = body.0.read()?;
    let new = desk
        .ask(move |registry| wider_corrections::carry_out(registry, &confirmer, &id, expected, now))
        .await?;
    let new = new.into_iter().map(given).collect();
    Ok(Custom(Status::Created, Json(new)))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(list, carry_out),
    components(schemas(WiderRow, WiderTold, WiderForm))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![list, carry_out]
}
