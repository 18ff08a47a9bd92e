//! 全量导出: everything the registry holds, as CSV and JSON, enough to leave it.
//!
//! Documents and phones leave opened: a registry that keeps its people's numbers to itself cannot
//! be left. Passwords, tokens and private keys do not.

use crate::acts::{Done, Error, Registry, people};
use crate::domain::person::PersonId;
use crate::paper::workbook;
use crate::store::dump;
use crate::store::people as rows_of_people;
use serde_json::{Value, json};
use std::collections::HashMap;

/// One table, ready to be written.
pub struct Table {
    /// Its name, and its files'.
    pub name: &'static str,
    /// Its columns in order.
    pub columns: Vec<String>,
    /// Its rows, each an object.
    pub rows: Vec<Value>,
}

/// One table of the registry; those of [`dump::TABLES`].
pub fn table(registry: &Registry, name: &'static str) -> Done<Table> {
    let (mut columns, mut rows) = registry.store.read(|db| dump::rows(db, name))?;
    if name == "people" {
        open_documents(registry, &mut columns, &mut rows)?;
    }
    Ok(Table {
        name,
        columns,
        rows,
    })
}

fn open_documents(registry: &Registry, columns: &mut Vec<String>, rows: &mut [Value]) -> Done<()> {
    columns.retain(|column| !column.ends_with("_sealed"));
    columns.extend(["id_number".to_owned(), "phone".to_owned()]);
    let places: HashMap<String, usize> = rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| Some((row["id"].as_str()?.to_owned(), place)))
        .collect();
    let ids: Vec<PersonId> = places.keys().filter_map(|id| PersonId::read(id)).collect();
    for some in ids.chunks(500) {
        registry.store.read(|db| {
            for person in rows_of_people::several(db, some)? {
                let opened = people::opened(db, &registry.vault, &person)?;
                let row = places
                    .get(person.id.as_str())
                    .and_then(|place| rows[*place].as_object_mut());
                let row = row.ok_or_else(|| Error::fault("an exported person has a row"))?;
                row.retain(|column, _| !column.ends_with("_sealed"));
                row.insert("id_number".to_owned(), json!(opened.number));
                row.insert("phone".to_owned(), json!(opened.phone));
            }
            Ok::<_, Error>(())
        })?;
    }
    Ok(())
}

impl Table {
    /// The table as JSON: an array of objects.
    pub fn json(&self) -> Done<Vec<u8>> {
        serde_json::to_vec_pretty(&self.rows).map_err(|error| Error::Fault(error.into()))
    }

    /// The table as CSV that no spreadsheet takes for formulas.
    pub fn csv(&self) -> Vec<u8> {
        let headings: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let cells = |row: &Value| {
            self.columns
                .iter()
                .map(|column| match &row[column.as_str()] {
                    Value::Null => workbook::Value::from(""),
                    Value::String(text) => workbook::Value::from(text.as_str()),
                    other => workbook::Value::from(other.to_string()),
                })
                .collect()
        };
        let rows: Vec<Vec<workbook::Value>> = self.rows.iter().map(cells).collect();
        workbook::csv(&headings, &rows)
    }
}
