-- publicity: shown too short; the working days are counted by the calendar afterwards
SELECT 'publicity' AS variant, s.id AS subject, i.region AS region, s.institution AS institution,
  CAST(p.opens AS TEXT) AS a, CAST(p.closes AS TEXT) AS b, s.name AS c, 'sittings' AS noun, s.id AS record
FROM publicities p JOIN sittings s ON s.id = p.sitting JOIN institutions i ON i.id = s.institution
WHERE {days:p.closes|p.opens} < 20;
-- before: a certificate issued before the publicity was over
SELECT 'before' AS variant, c.id AS subject, i.region AS region, c.institution AS institution,
  c.number AS a, CAST(c.issued_on AS TEXT) AS b, CAST(p.closes AS TEXT) AS c, 'certificates' AS noun, c.id AS record
FROM certificates c JOIN publicities p ON p.sitting = c.sitting JOIN institutions i ON i.id = c.institution
WHERE c.issued_on <= p.closes;
-- dated: a certificate dated before it was made
SELECT 'dated' AS variant, c.id AS subject, i.region AS region, c.institution AS institution,
  c.number AS a, CAST(c.issued_on AS TEXT) AS b, CAST({day:c.issued_at} AS TEXT) AS c, 'certificates' AS noun, c.id AS record
FROM certificates c JOIN institutions i ON i.id = c.institution
WHERE {days:{day:c.issued_at}|c.issued_on} > 1;
-- gap: a number of the series is missing; what takes another's place (换发、更正) takes the next number
WITH series AS (
  SELECT id, institution, number, SUBSTR(number, 1, LENGTH(number) - 6) AS series,
    CAST(SUBSTR(number, LENGTH(number) - 5, 6) AS INTEGER) AS n
  FROM certificates WHERE kind = 'level' AND LENGTH(number) = 22
), steps AS (
  SELECT id, institution, number, n, LAG(n, 1, 0) OVER (PARTITION BY institution, series ORDER BY n) AS before FROM series
)
SELECT 'gap' AS variant, t.id AS subject, i.region AS region, t.institution AS institution,
  t.number AS a, CAST(t.n - t.before - 1 AS TEXT) AS b, '' AS c, 'certificates' AS noun, t.id AS record
FROM steps t JOIN institutions i ON i.id = t.institution WHERE t.n - t.before > 1
