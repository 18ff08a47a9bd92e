//! 接口: the same acts as JSON under `/api/v1`, described by OpenAPI 3.1.
//!
//! A program brings `Authorization: Bearer <token>`; it is who made the token, within the token's
//! scopes. Errors are problem documents (RFC 9457) with the same codes as the pages.

pub mod account;
pub mod accounts;
pub mod assessors;
pub mod base;
pub mod catalogue;
pub mod certificates;
pub mod classes;
pub mod courses;
pub mod deliveries;
pub mod denials;
pub mod document;
pub mod employers;
pub mod employments;
pub mod figures;
pub mod files;
pub mod grants;
pub mod institutions;
pub mod keys;
pub mod list_checks;
pub mod lives;
pub mod marks;
pub mod once;
pub mod own_keys;
pub mod people;
pub mod publicity;
pub mod red_flags;
pub mod rosters;
pub mod sittings;
pub mod subsidies;
pub mod targets;
pub mod vacancies;
pub mod watches;
pub mod wider_corrections;
pub mod wish_requests;

use crate::ground::slice::Slice;
use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub struct Listing<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows in the whole list.
    pub total: i64,
    /// This page, counted from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
}

impl<T> Listing<T> {
    /// A slice as an answer, each row turned into what programs see.
    pub fn of<R>(slice: Slice<R>, turn: impl FnMut(R) -> T) -> Self {
        let pages = slice.pages();
        let slice = slice.map(turn);
        Self {
            rows: slice.rows,
            total: slice.total,
            page: slice.window.page,
            pages,
        }
    }
}

/// Something that came to be: its key.
#[derive(Serialize, ToSchema)]
pub struct Made {
    /// The key, for the addresses of what was made.
    pub id: String,
}

impl Made {
    /// The answer for this key.
    pub fn of(id: impl std::fmt::Display) -> rocket::serde::json::Json<Self> {
        rocket::serde::json::Json(Self { id: id.to_string() })
    }
}

/// The routes of every file of this folder.
pub fn routes() -> Vec<rocket::Route> {
    [
        account::routes(),
        accounts::routes(),
        assessors::routes(),
        base::routes(),
        catalogue::routes(),
        certificates::routes(),
        classes::routes(),
        courses::routes(),
        deliveries::routes(),
        document::routes(),
        employers::routes(),
        employments::routes(),
        files::routes(),
        figures::routes(),
        grants::routes(),
        institutions::routes(),
        keys::routes(),
        own_keys::routes(),
        lives::routes(),
        wider_corrections::routes(),
        list_checks::routes(),
        marks::routes(),
        people::routes(),
        publicity::routes(),
        red_flags::routes(),
        rosters::routes(),
        sittings::routes(),
        subsidies::routes(),
        watches::routes(),
        wish_requests::routes(),
        targets::routes(),
        vacancies::routes(),
    ]
    .concat()
}
