-- twice: one person signed in to two classes in the same half-day
WITH often AS (
  SELECT person FROM enrolments GROUP BY person HAVING COUNT(*) > 1
), there AS (
  SELECT e.person, e.id AS enrolment, e.class, l.day, l.half
  FROM enrolments e
  JOIN often o ON o.person = e.person
  JOIN lessons l ON l.class = e.class
  JOIN attendances a ON a.lesson = l.id AND a.enrolment = e.id
  WHERE a.presence = 'present' AND NOT EXISTS (
    SELECT 1 FROM attendances n WHERE n.lesson = a.lesson AND n.enrolment = a.enrolment AND n.turn > a.turn)
), pairs AS (
  SELECT x.enrolment AS one, y.enrolment AS other, MIN(x.class) AS class, MIN(x.day) AS since, COUNT(*) AS halves
  FROM there x JOIN there y ON y.person = x.person AND y.day = x.day AND y.half = x.half AND x.enrolment < y.enrolment
  GROUP BY x.enrolment, y.enrolment
)
SELECT 'twice' AS variant, p.one || ' ' || p.other AS subject, k.region AS region, k.institution AS institution,
  CAST(p.since AS TEXT) AS a, CAST(p.halves AS TEXT) AS b, '' AS c, 'enrolments' AS noun, p.one AS record
FROM pairs p JOIN classes k ON k.id = p.class
UNION ALL
SELECT 'twice', p.one || ' ' || p.other, k.region, k.institution,
  CAST(p.since AS TEXT), CAST(p.halves AS TEXT), '', 'enrolments', p.other
FROM pairs p JOIN classes k ON k.id = p.class
