//! 双胞胎: the migrations of both databases, and `src/schema.rs`, say the same.

use std::collections::BTreeMap;
use std::path::Path;

type Tables = BTreeMap<String, BTreeMap<String, (String, bool)>>;

/// Tables of a set of migrations: column → (kind, may be null), kinds in one vocabulary.
fn tables(database: &str) -> Tables {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(database);
    let mut names: Vec<_> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    let mut tables = Tables::new();
    for name in names {
        let text = std::fs::read_to_string(root.join(&name).join("up.sql")).unwrap();
        assert!(
            root.join(&name).join("down.sql").is_file(),
            "{name:?} can be undone"
        );
        for piece in text.split("CREATE TABLE ").skip(1) {
            let (table, rest) = piece.split_once(" (\n").unwrap();
            let body = rest.split("\n)").next().unwrap();
            let columns = tables.entry(table.to_owned()).or_default();
            for line in body
                .lines()
                .map(str::trim)
                .filter(|line| !line.starts_with("PRIMARY KEY") && !line.starts_with("UNIQUE ("))
            {
                let mut words = line.trim_end_matches(',').split(' ');
                let (column, kind) = (words.next().unwrap(), words.next().unwrap());
                let null = !line.contains("NOT NULL");
                columns.insert(
                    column.to_owned(),
                    (kind.trim_end_matches(',').to_owned(), null),
                );
            }
        }
        for line in text
            .lines()
            .filter_map(|line| line.strip_prefix("ALTER TABLE "))
        {
            if let Some((table, column)) = line.split_once(" ADD COLUMN ") {
                let mut words = column.trim_end_matches(';').split(' ');
                let (column, kind) = (words.next().unwrap(), words.next().unwrap());
                let null = !line.contains("NOT NULL");
                tables
                    .entry(table.to_owned())
                    .or_default()
                    .insert(column.to_owned(), (kind.to_owned(), null));
            }
        }
    }
    tables
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(database);
        let mut names: Vec<_> = std::fs::read_dir(root)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn both_databases_and_the_schema_have_the_same_columns() {
    let (sqlite, postgres) = (tables("sqlite"), tables("postgres"));
    assert_eq!(
        sqlite.keys().collect::<Vec<_>>(),
        postgres.keys().collect::<Vec<_>>()
    );
    let schema =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema.rs"))
            .unwrap();
    for (table, columns) in &sqlite {
        let twin = &postgres[table];
        let piece = schema
            .split(&format!("\n    {table} ("))
            .nth(1)
            .unwrap_or_else(|| panic!("schema.rs lacks {table}"));
        let piece = piece.split("\n    }").next().unwrap();
        let told = piece.matches(" -> ").count();
        assert_eq!(
            told,
            columns.len(),
            "{table} has as many columns in schema.rs"
        );
        for (column, (kind, null)) in columns {
            let (other, other_null) = &twin[column];
            assert_eq!(null, other_null, "{table}.{column}");
            let allowed: &[(&str, &str)] = match kind.as_str() {
                "TEXT" => &[
                    ("TEXT", "Text"),
                    ("DATE", "Date"),
                    ("TIMESTAMP", "Timestamp"),
                ],
                "INTEGER" => &[
                    ("INTEGER", "Integer"),
                    ("BOOLEAN", "Bool"),
                    ("BIGINT", "BigInt"),
                ],
                "BLOB" => &[("BYTEA", "Binary")],
                "REAL" => &[("DOUBLE", "Double")],
                other => panic!("{table}.{column} is {other}"),
            };
            let (_, word) = allowed
                .iter()
                .find(|(sql, _)| sql == other)
                .unwrap_or_else(|| panic!("{table}.{column}: {other}"));
            let line = if *null {
                format!("{column} -> Nullable<{word}>,")
            } else {
                format!("{column} -> {word},")
            };
            assert!(
                piece.contains(&line),
                "schema.rs should say {table}: {line}"
            );
        }
    }
}
