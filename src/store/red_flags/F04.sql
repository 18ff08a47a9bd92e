-- bulk: attendance of many days entered on one day
WITH made AS (
  SELECT l.class, {day:a.at} AS made, COUNT(DISTINCT l.day) AS days
  FROM attendances a JOIN lessons l ON l.id = a.lesson
  GROUP BY l.class, {day:a.at} HAVING COUNT(DISTINCT l.day) >= {limit:bulk_days}
)
SELECT 'bulk' AS variant, m.class || ' ' || CAST(m.made AS TEXT) AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST(m.made AS TEXT) AS b, CAST(m.days AS TEXT) AS c, 'classes' AS noun, k.id AS record
FROM made m JOIN classes k ON k.id = m.class;
-- perfect: nobody ever missed anything
WITH all_there AS (
  SELECT l.class, COUNT(*) AS entries, COUNT(DISTINCT a.enrolment) AS people
  FROM attendances a JOIN lessons l ON l.id = a.lesson
  GROUP BY l.class
  HAVING COUNT(*) >= {limit:perfect_entries} AND SUM(CASE WHEN a.presence = 'present' THEN 0 ELSE 1 END) = 0
)
SELECT 'perfect' AS variant, k.id AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST(t.people AS TEXT) AS b, CAST(t.entries AS TEXT) AS c, 'classes' AS noun, k.id AS record
FROM all_there t JOIN classes k ON k.id = t.class;
-- night: attendance entered between midnight and five
WITH nights AS (
  SELECT l.class, {day:a.at} AS made, COUNT(*) AS entries
  FROM attendances a JOIN lessons l ON l.id = a.lesson
  WHERE {hour:a.at} < 5 GROUP BY l.class, {day:a.at}
)
SELECT 'night' AS variant, n.class || ' ' || CAST(n.made AS TEXT) AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST(n.made AS TEXT) AS b, CAST(n.entries AS TEXT) AS c, 'classes' AS noun, k.id AS record
FROM nights n JOIN classes k ON k.id = n.class
