//! 不予办理: the answers every operation may give instead of its own.

use std::collections::BTreeMap;
use utoipa::IntoResponses;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};

const ASKING: &[(&str, &str)] = &[
    ("400", "Malformed"),
    ("401", "No token, or one that is not in force"),
    ("403", "The token's role or scopes do not allow it"),
    ("404", "No such record, or another organisation's"),
    ("429", "Too many requests"),
    ("503", "Busy: try again"),
];

fn problems(told: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    told.iter()
        .map(|(status, description)| {
            let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
            let response = ResponseBuilder::new()
                .description(*description)
                .content("application/problem+json", problem.build());
            ((*status).to_owned(), RefOr::T(response.build()))
        })
        .collect()
}

/// What may go wrong with a question.
pub struct Unanswered;

impl IntoResponses for Unanswered {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(ASKING)
    }
}

/// What may go wrong with a deed.
pub struct Denied;

impl IntoResponses for Denied {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = problems(ASKING);
        responses.extend(problems(&[
            ("409", "A state stands in the way"),
            ("413", "Too large"),
            ("422", "Something in it must change"),
        ]));
        responses
    }
}
