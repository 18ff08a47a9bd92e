//! 表单: what people and programs send, read into plain structs.
//!
//! A form carries its session's token in the field `csrf`; one that does not is refused here,
//! so that no handler can forget to ask.

use crate::domain::refusal::Refusal;
use crate::seal::token::Token;
use crate::web::guards::present;
use crate::web::holders::guard::holder;
use crate::web::refusal::why;
use rocket::Request;
use rocket::data::{ByteUnit, Data, FromData, Outcome, ToByteUnit};
use rocket::http::Status;
use serde::de::DeserializeOwned;

/// A form filled in on a page of ours.
pub struct Form<T>(pub T);

/// A form without a session: sign-in, look-up, an objection. Guarded by its origin alone.
pub struct OpenForm<T>(pub T);

/// A form of a holder at her own page; carries her session's token.
pub struct HolderForm<T>(pub T);

/// A JSON document sent by a program.
pub struct Json<T>(pub T);

/// A file sent with a form, and the form's other fields.
pub struct Upload {
    /// The file's name as the browser gave it, for people only.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The other fields, in order.
    pub fields: Vec<(String, String)>,
}

/// A file sent without a session: a certificate somebody was shown. Guarded by its origin alone.
pub struct OpenUpload(pub Upload);

impl Upload {
    /// One of the other fields.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Forms are text people typed; the largest is a page of marks.
const FORM: ByteUnit = ByteUnit::Kibibyte(512);
const JSON: ByteUnit = ByteUnit::Mebibyte(2);
/// Rosters and lists.
const FILE: ByteUnit = ByteUnit::Mebibyte(8);

type Read<T> = Result<T, (Status, Refusal)>;

async fn whole(data: Data<'_>, most: ByteUnit) -> Read<Vec<u8>> {
    let bytes = data
        .open(most)
        .into_bytes()
        .await
        .map_err(|_| (Status::BadRequest, Refusal::new("body.broken")))?;
    if bytes.is_complete() {
        Ok(bytes.into_inner())
    } else {
        Err((
            Status::PayloadTooLarge,
            Refusal::new("body.too-large").with(most),
        ))
    }
}

/// The token a form brings.
fn brought(bytes: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Brought {
        csrf: Option<String>,
    }
    let brought = serde_html_form::from_bytes::<Brought>(bytes).ok()?;
    brought.csrf
}

async fn token_is_right(request: &Request<'_>, brought: Option<&str>) -> bool {
    match present(request).await {
        Ok(Some(someone)) => is_own(&someone.csrf, brought),
        // Without a session the person guard answers first; nothing is changed by such a form.
        _ => false,
    }
}

/// Whether what a form brings is its session's token, under the pad of the page it was on. A session
/// of a program has none.
fn is_own(csrf: &str, brought: Option<&str>) -> bool {
    Token::read(csrf)
        .zip(brought)
        .is_some_and(|(token, brought)| token.is_under(brought))
}

fn refused<'r, T>(
    request: &'r Request<'_>,
    (status, refusal): (Status, Refusal),
) -> Outcome<'r, T, ()> {
    why(request, refusal);
    Outcome::Error((status, ()))
}

fn fields<T: DeserializeOwned>(bytes: &[u8]) -> Read<T> {
    serde_html_form::from_bytes(bytes).map_err(|error| {
        (
            Status::BadRequest,
            Refusal::new("body.unreadable").with(error),
        )
    })
}

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for Form<T> {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, ()> {
        let bytes = match whole(data, FORM).await {
            Ok(bytes) => bytes,
            Err(no) => return refused(request, no),
        };
        let brought = brought(&bytes);
        if !token_is_right(request, brought.as_deref()).await {
            return refused(request, (Status::Forbidden, Refusal::new("form.stale")));
        }
        match fields(&bytes) {
            Ok(form) => Outcome::Success(Self(form)),
            Err(no) => refused(request, no),
        }
    }
}

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for HolderForm<T> {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, ()> {
        let bytes = match whole(data, FORM).await {
            Ok(bytes) => bytes,
            Err(no) => return refused(request, no),
        };
        let brought = brought(&bytes);
        let right = match holder(request).await {
            Ok(Some((_, csrf))) => is_own(csrf, brought.as_deref()),
            _ => false,
        };
        if !right {
            return refused(request, (Status::Forbidden, Refusal::new("form.stale")));
        }
        match fields(&bytes) {
            Ok(form) => Outcome::Success(Self(form)),
            Err(no) => refused(request, no),
        }
    }
}

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for OpenForm<T> {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, ()> {
        match whole(data, FORM).await.and_then(|bytes| fields(&bytes)) {
            Ok(form) => Outcome::Success(Self(form)),
            Err(no) => refused(request, no),
        }
    }
}

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for Json<T> {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, ()> {
        let read = whole(data, JSON).await.and_then(|bytes| {
            serde_json::from_slice(&bytes).map_err(|error| {
                (
                    Status::BadRequest,
                    Refusal::new("body.unreadable").with(error),
                )
            })
        });
        match read {
            Ok(document) => Outcome::Success(Self(document)),
            Err(no) => refused(request, no),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Upload {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, ()> {
        let upload = match read_upload(request, data).await {
            Ok(upload) => upload,
            Err(no) => return refused(request, no),
        };
        if !token_is_right(request, upload.field("csrf")).await {
            return refused(request, (Status::Forbidden, Refusal::new("form.stale")));
        }
        Outcome::Success(upload)
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for OpenUpload {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, ()> {
        match read_upload(request, data).await {
            Ok(upload) => Outcome::Success(Self(upload)),
            Err(no) => refused(request, no),
        }
    }
}

async fn read_upload(request: &Request<'_>, data: Data<'_>) -> Read<Upload> {
    let broken = || (Status::BadRequest, Refusal::new("body.broken"));
    let boundary = request
        .headers()
        .get_one("Content-Type")
        .and_then(|kind| multer::parse_boundary(kind).ok())
        .ok_or_else(broken)?;
    let bytes = whole(data, FILE).await?;
    let stream = rocket::futures::stream::once(async move { Ok::<_, std::io::Error>(bytes) });
    let mut parts = multer::Multipart::new(stream, boundary);
    let mut upload = Upload {
        name: String::new(),
        bytes: Vec::new(),
        fields: Vec::new(),
    };
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let content = part.bytes().await.map_err(|_| broken())?;
        match file {
            Some(file) => {
                upload.name = file.chars().filter(|c| !c.is_control()).take(120).collect();
                upload.bytes = content.to_vec();
            }
            None => upload
                .fields
                .push((name, String::from_utf8_lossy(&content).into_owned())),
        }
    }
    Ok(upload)
}

/// A document sent as it is by a program: a roster as xlsx or csv.
pub struct Raw(pub Vec<u8>);

#[rocket::async_trait]
impl<'r> FromData<'r> for Raw {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, ()> {
        match whole(data, 8.mebibytes()).await {
            Ok(bytes) => Outcome::Success(Self(bytes)),
            Err(no) => refused(request, no),
        }
    }
}
