//! 众人: one candidate many times over, for acts that need more people than the town has.

/// One candidate put beside herself, as other persons.
pub fn multiplied(many: usize, person: &str, candidate: &str) -> String {
    let person_key = "printf('bench-person-%013d', i)";
    let candidate_key = "printf('bench-candidate-%010d', i)";
    format!(
        "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) SELECT i FROM n;
         CREATE TEMP TABLE p AS SELECT people.*, i FROM people, n WHERE people.id = '{person}';
         UPDATE p SET id = {person_key}, id_index = randomblob(16);
         ALTER TABLE p DROP COLUMN i;
         INSERT INTO people SELECT * FROM p;
         CREATE TEMP TABLE c AS SELECT candidates.*, i FROM candidates, n WHERE candidates.id = '{candidate}';
         UPDATE c SET id = {candidate_key}, person = {person_key}, seat = 'B' || i, enrolment = NULL;
         ALTER TABLE c DROP COLUMN i;
         INSERT INTO candidates SELECT * FROM c;
         CREATE TEMP TABLE m AS SELECT marks.*, i FROM marks, n WHERE marks.candidate = '{candidate}';
         UPDATE m SET id = printf('bench-mark-%015d', rowid), candidate = {candidate_key};
         ALTER TABLE m DROP COLUMN i;
         INSERT INTO marks SELECT * FROM m;
         DROP TABLE m; DROP TABLE c; DROP TABLE p; DROP TABLE n;"
    )
}
