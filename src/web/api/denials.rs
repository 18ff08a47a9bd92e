//! 不予办理: the problems an operation may answer with, described once.

use std::collections::BTreeMap;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// What reading with a token may answer besides what was asked for.
pub struct Reading;

/// What anyone may be answered when reading without a token.
pub struct OpenReading;

/// What changing something may answer besides that it is done.
pub struct Changing;

impl IntoResponses for Reading {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 403, 404, 422, 429, 503])
    }
}

impl IntoResponses for OpenReading {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 404, 422, 429, 503])
    }
}

impl IntoResponses for Changing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 403, 404, 409, 413, 422, 429, 503])
    }
}

fn problems(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    let all = statuses
        .iter()
        .map(|status| (status.to_string(), problem(*status)));
    all.collect()
}

fn problem(status: u16) -> RefOr<Response> {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(match status {
            400 => "The request cannot be read",
            401 => "No token, or one that is not in force",
            403 => "Not a token of this role, or one that may not write",
            404 => "No such thing, or another organisation's",
            409 => "A state stands in the way",
            413 => "The body is too large",
            422 => "Something in the request must change",
            429 => "Too many requests: wait a minute",
            _ => "Busy: try again in a moment",
        })
        .content("application/problem+json", content)
        .build()
        .into()
}
