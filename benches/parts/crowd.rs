//! 众人: one candidate many times over, for acts that need more people than the town has.

/// One candidate put beside herself, as other persons; SQL for the database of that kind.
pub fn multiplied(database: &str, many: usize, person: &str, candidate: &str) -> String {
    let key = |kind: &str, n: &str| {
        let width = 25 - "bench-".len() - kind.len();
        let zeros = 10_u64.pow(u32::try_from(width).unwrap_or_default());
        format!("'bench-{kind}-' || substr(CAST({zeros} + {n} AS TEXT), 2)")
    };
    let (person_key, candidate_key) = (key("person", "i"), key("candidate", "i"));
    let mark_key = key("mark", "row_number() OVER ()");
    let digest = match database {
        "SQLite" => "randomblob(16)",
        _ => "decode(md5(CAST(i AS TEXT)), 'hex')",
    };
    format!(
        "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) SELECT i FROM n;
         CREATE TEMP TABLE p AS SELECT people.*, i FROM people, n WHERE people.id = '{person}';
         UPDATE p SET id = {person_key}, id_index = {digest};
         ALTER TABLE p DROP COLUMN i;
         INSERT INTO people SELECT * FROM p;
         CREATE TEMP TABLE c AS SELECT candidates.*, i FROM candidates, n WHERE candidates.id = '{candidate}';
         UPDATE c SET id = {candidate_key}, person = {person_key}, seat = 'B' || i, enrolment = NULL;
         ALTER TABLE c DROP COLUMN i;
         INSERT INTO candidates SELECT * FROM c;
         CREATE TEMP TABLE m AS SELECT marks.*, {mark_key} AS fresh, i FROM marks, n WHERE marks.candidate = '{candidate}';
         UPDATE m SET id = fresh, candidate = {candidate_key};
         ALTER TABLE m DROP COLUMN fresh;
         ALTER TABLE m DROP COLUMN i;
         INSERT INTO marks SELECT * FROM m;
         DROP TABLE m; DROP TABLE c; DROP TABLE p; DROP TABLE n;"
    )
}
