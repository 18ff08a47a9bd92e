//! 接口说明: the API described for programs, and as a page for people.

use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::Problem;
use askama::Template;
use rocket::http::ContentType;
use std::sync::LazyLock;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

#[derive(OpenApi)]
#[openapi(
    info(title = "匠册 Guildhall", description = "Vocational training and skill certification: the same acts as the pages."),
    components(schemas(Problem)),
    security(("token" = [])),
    modifiers(&Token)
)]
struct Document;

struct Token;

impl utoipa::Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "token",
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        );
    }
}

static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(|| {
    let mut document = Document::openapi();
    for part in [
        super::account::Doc::openapi(),
        super::accounts::Doc::openapi(),
        super::assessors::Doc::openapi(),
        super::base::Doc::openapi(),
        super::catalogue::Doc::openapi(),
        super::certificates::Doc::openapi(),
        super::classes::Doc::openapi(),
        super::courses::Doc::openapi(),
        super::figures::Doc::openapi(),
        super::grants::Doc::openapi(),
        super::institutions::Doc::openapi(),
        super::keys::Doc::openapi(),
        super::own_keys::Doc::openapi(),
        super::lives::Doc::openapi(),
        super::wider_corrections::Doc::openapi(),
        super::list_checks::Doc::openapi(),
        super::watches::Doc::openapi(),
        super::employers::Doc::openapi(),
        super::marks::Doc::openapi(),
        super::files::Doc::openapi(),
        super::people::Doc::openapi(),
        super::publicity::Doc::openapi(),
        super::deliveries::Doc::openapi(),
        super::red_flags::Doc::openapi(),
        super::rosters::Doc::openapi(),
        super::sittings::Doc::openapi(),
        super::subsidies::Doc::openapi(),
        super::targets::Doc::openapi(),
        super::vacancies::Doc::openapi(),
        super::wish_requests::Doc::openapi(),
        super::employments::Doc::openapi(),
    ] {
        document.merge(part);
    }
    document
});

static TEXT: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string(&*DOCUMENT).unwrap_or_default());

/// OpenAPI 3.1.
#[rocket::get("/api/v1/openapi.json")]
fn openapi() -> (ContentType, &'static str) {
    (ContentType::JSON, &TEXT)
}

/// One operation, for people.
struct Operation {
    method: String,
    path: String,
    summary: String,
    description: String,
    anchor: String,
    parameters: Vec<(String, &'static str, String)>,
    takes: String,
    answers: Vec<(String, String)>,
}

/// The operations under one tag.
struct Group {
    name: String,
    operations: Vec<Operation>,
}

/// The API as a page people read.
#[derive(Template)]
#[template(path = "api/show.html")]
struct Show {
    f: Frame,
    groups: Vec<Group>,
}

/// The API described for people.
#[rocket::get("/api")]
fn show(caller: Caller) -> Page<Show> {
    Page::new(Show {
        f: caller.frame("api.title").under("help"),
        groups: groups(),
    })
}

/// The operations of the document, read back from its JSON so that both always say the same.
fn groups() -> Vec<Group> {
    let document: serde_json::Value = serde_json::from_str(&TEXT).unwrap_or_default();
    let mut groups: Vec<Group> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, told) in methods.as_object().into_iter().flatten() {
            let tag = told["tags"][0]
                .as_str()
                .unwrap_or("api")
                .rsplit("::")
                .next()
                .unwrap_or("api")
                .to_owned();
            let operation = read(method, path, told);
            match groups.iter_mut().find(|group| group.name == tag) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group {
                    name: tag,
                    operations: vec![operation],
                }),
            }
        }
    }
    groups
}

fn read(method: &str, path: &str, told: &serde_json::Value) -> Operation {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let parameters = told["parameters"].as_array().into_iter().flatten();
    let body = told["requestBody"]["content"]
        .as_object()
        .into_iter()
        .flatten();
    let answers = told["responses"].as_object().into_iter().flatten();
    Operation {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&told["summary"]),
        description: text(&told["description"]),
        anchor: text(&told["operationId"]),
        parameters: parameters
            .map(|one| {
                let place = if one["in"] == "path" { "path" } else { "query" };
                (text(&one["name"]), place, text(&one["description"]))
            })
            .collect(),
        takes: body
            .map(|(kind, content)| {
                let shape = content["schema"]["$ref"]
                    .as_str()
                    .and_then(|name| name.rsplit('/').next())
                    .unwrap_or(kind);
                shape.to_owned()
            })
            .collect::<Vec<_>>()
            .join(", "),
        answers: answers
            .map(|(status, answer)| (status.clone(), text(&answer["description"])))
            .collect(),
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![openapi, show]
}
