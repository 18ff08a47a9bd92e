-- years, previous: a clause that this person's life has no room for
WITH clauses(code, years, previous) AS (
  VALUES {clauses}
), applied AS (
  SELECT c.id, c.person, s.name, s.day, s.occupation, s.institution, i.region, x.years, x.previous, p.birth_year
  FROM candidates c JOIN sittings s ON s.id = c.sitting JOIN institutions i ON i.id = s.institution
  JOIN clauses x ON x.code = c.clause JOIN people p ON p.id = c.person WHERE s.state <> 'cancelled'
)
SELECT 'years' AS variant, a.id AS subject, a.region AS region, a.institution AS institution,
  a.name AS a, CAST(a.years AS TEXT) AS b, CAST({year:a.day} - a.birth_year - {limit:working_age} AS TEXT) AS c, 'candidates' AS noun, a.id AS record
FROM applied a WHERE a.years > 0 AND {year:a.day} - a.birth_year - {limit:working_age} < a.years
UNION ALL
SELECT 'previous', a.id, a.region, a.institution, a.name, a.previous, '', 'candidates', a.id
FROM applied a WHERE a.previous <> '' AND NOT EXISTS (
  SELECT 1 FROM certificates h WHERE h.person = a.person AND h.level = a.previous AND h.occupation = a.occupation AND h.issued_on <= a.day)
