-- again: a second certificate in force for the same person, trade and level
WITH held AS (
  SELECT c.id, c.person, c.institution, c.occupation_name, c.issued_on,
    c.kind || ' ' || COALESCE(c.occupation, q.occupation) || ' ' || COALESCE(c.level, q.level, '') AS what
  FROM certificates c
  LEFT JOIN enrolments e ON e.id = c.enrolment
  LEFT JOIN classes k ON k.id = e.class
  LEFT JOIN courses q ON q.id = k.course
  WHERE COALESCE(c.occupation, q.occupation) IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.certificate = c.id)
    AND NOT EXISTS (SELECT 1 FROM replacements r WHERE r.certificate = c.id)
), many AS (
  SELECT person, what, COUNT(*) AS n, MIN(institution) AS institution, MIN(issued_on) AS since
  FROM held GROUP BY person, what HAVING COUNT(*) > 1
)
SELECT 'again' AS variant, m.person || ' ' || m.what AS subject, i.region AS region, m.institution AS institution,
  h.occupation_name AS a, CAST(m.n AS TEXT) AS b, CAST(m.since AS TEXT) AS c, 'certificates' AS noun, h.id AS record
FROM many m JOIN held h ON h.person = m.person AND h.what = m.what
JOIN institutions i ON i.id = m.institution
