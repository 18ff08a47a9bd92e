-- many: more subsidised courses in a year than one person is paid for: claimed and not cut, sent back or repaid
WITH taken AS (
  SELECT e.id, e.person, e.class, {year:k.starts} AS year
  FROM claim_rights h JOIN claim_lines l ON l.id = h.line
  JOIN enrolments e ON e.id = l.enrolment JOIN classes k ON k.id = e.class
  WHERE h.kind = 'training'
), many AS (
  SELECT person, year, COUNT(*) AS n, MAX(class) AS class FROM taken GROUP BY person, year HAVING COUNT(*) > {limit:courses}
)
SELECT 'many' AS variant, m.person || ' ' || CAST(m.year AS TEXT) AS subject, k.region AS region, k.institution AS institution,
  CAST(m.year AS TEXT) AS a, CAST(m.n AS TEXT) AS b, '{limit:courses}' AS c, 'enrolments' AS noun, t.id AS record
FROM many m JOIN taken t ON t.person = m.person AND t.year = m.year
JOIN classes k ON k.id = m.class
