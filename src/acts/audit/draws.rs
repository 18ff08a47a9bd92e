//! 随机抽查: what must be true of every draw.

use crate::acts::audit::Broken;
use crate::on;
use crate::schema::{draw_reveals, draws};
use crate::seal::lot;
use crate::store::{Conn, Found};
use diesel::prelude::*;

/// A revealed seed is the one whose digest was published, and it was published before.
pub fn each_seed_is_what_was_promised(db: &mut Conn) -> Found<Vec<Broken>> {
    let rows: Vec<(String, String, String, bool)> = on!(db, c => draws::table
        .inner_join(draw_reveals::table)
        .select((draws::id, draws::commitment, draw_reveals::seed, draws::at.le(draw_reveals::at))).load(c))?;
    let wrong = rows.into_iter().filter(|(id, commitment, seed, in_order)| {
        !in_order || lot::commitment(id, seed) != *commitment
    });
    Ok(wrong
        .map(|(id, ..)| Broken {
            promise: "draws.seed-as-promised",
            subject: format!("draws {id}"),
        })
        .collect())
}
