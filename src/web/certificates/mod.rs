//! 证书: what the pages of certificates share: the paper, what one is about, who may act on it.

mod cases;
mod index;
mod replacement;
mod revocation;
mod show;

pub(in crate::web) use cases::{CorrectionRow, Other, correction_row, elsewhere, others};
pub(in crate::web) use index::{Row, row, tag};

use crate::acts::Error;
use crate::acts::certificates::{self, Opened};
use crate::acts::prints::Drawn;
use crate::domain::account::{Actor, Reader, Role};
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::refusal::Refusal;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::words::Words;
use rocket::http::ContentType;
use rocket::request::Request;
use rocket::response::{self, Redirect, Responder, Response};
use rocket::{Route, State};
use std::io::Cursor;

crate::param!(CertificateId);

/// A PDF, kept by no cache: it carries whole identity numbers.
pub struct Pdf(pub Drawn);

impl<'r> Responder<'r, 'static> for Pdf {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let Drawn { name, bytes } = self.0;
        Response::build()
            .header(ContentType::PDF)
            .raw_header("Cache-Control", "no-store")
            .raw_header(
                "Content-Disposition",
                format!("inline; filename=\"{name}\""),
            )
            .sized_body(bytes.len(), Cursor::new(bytes))
            .ok()
    }
}

/// What a form about one certificate says at its head: number, and whose and what it is.
pub(super) struct About {
    /// The certificate with all that belongs to it.
    pub opened: Opened,
    /// Its number.
    pub number: String,
    /// Whose it is, and what was certified.
    pub line: String,
    /// Its own page.
    pub back: String,
}

/// One certificate, and the frame of a form about it.
pub(super) async fn about(
    caller: &Caller,
    actor: &Actor,
    id: &CertificateId,
    title: &str,
    form: &Filled,
    desk: &State<Desk>,
) -> Result<(Frame, About), No> {
    let w = caller.words();
    let (reader, asked) = (reader_of(actor)?, id.clone());
    let opened = desk
        .ask(move |registry| certificates::open(registry, &reader, &asked))
        .await?;
    let back = format!("/certificates/{id}");
    let number = opened.certificate.number.clone();
    let line = w.f(
        "certificates.revoke.about",
        &[
            &opened.certificate.holder,
            &opened.certificate.occupation_name,
        ],
    );
    let frame = caller
        .frame(title)
        .under("certificates")
        .crumb(w.t("certificates.index.title"), "/certificates")
        .crumb(&number, &back)
        .wrong(form);
    let about = About {
        opened,
        number,
        line,
        back,
    };
    Ok((frame, about))
}

/// Whether somebody of this role signs for certificates of this kind.
pub(super) fn signs(role: Role, kind: CertificateKind) -> bool {
    match kind {
        CertificateKind::Level => role == Role::AssessmentSignatory,
        CertificateKind::Completion => role == Role::InstitutionSignatory,
    }
}

pub(super) fn reader_of(actor: &Actor) -> Result<Reader, No> {
    Reader::of(actor.clone()).ok_or(No(Error::NotFound))
}

/// A form that was refused is shown again; anything else that went wrong is told as it is.
type Shown<T> = Result<Redirect, Result<Page<T>, No>>;

fn again(w: Words, form: Filled, refusals: &[Refusal]) -> Filled {
    refusals
        .iter()
        .fold(form, |form, refusal| form.refused(w, refusal))
}

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    [
        index::routes(),
        show::routes(),
        revocation::routes(),
        replacement::routes(),
    ]
    .concat()
}
