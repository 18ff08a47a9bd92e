//! 导出: every table leaves, or is named among those that stay.

use guildhall::store::dump;
use std::collections::BTreeSet;

#[test]
fn every_table_leaves_or_is_known_to_stay() {
    let schema = include_str!("../src/schema.rs");
    let tables: BTreeSet<&str> = schema
        .split("diesel::table! {")
        .skip(1)
        .filter_map(|piece| {
            piece
                .lines()
                .find(|line| line.contains(" (") && !line.contains("///"))
        })
        .filter_map(|line| line.trim().split(' ').next())
        .collect();
    let told: BTreeSet<&str> = dump::TABLES.iter().chain(dump::STAY).copied().collect();
    assert_eq!(tables, told);
}
