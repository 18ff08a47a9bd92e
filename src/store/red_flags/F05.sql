-- short: fewer hours held than the course plans
WITH held AS (
  SELECT class, SUM(hours) AS hours FROM lessons GROUP BY class
)
SELECT 'short' AS variant, k.id AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST(h.hours AS TEXT) AS b, CAST(q.theory_hours + q.practice_hours AS TEXT) AS c, 'classes' AS noun, k.id AS record
FROM classes k JOIN courses q ON q.id = k.course JOIN held h ON h.class = k.id
WHERE k.state IN ('completed', 'closed') AND h.hours < q.theory_hours + q.practice_hours;
-- long: more than eight hours on one day
WITH days AS (
  SELECT class, day, SUM(hours) AS hours FROM lessons GROUP BY class, day HAVING SUM(hours) > 8
)
SELECT 'long' AS variant, k.id || ' ' || CAST(d.day AS TEXT) AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST(d.day AS TEXT) AS b, CAST(d.hours AS TEXT) AS c, 'classes' AS noun, k.id AS record
FROM days d JOIN classes k ON k.id = d.class
WHERE k.state IN ('begun', 'completed', 'closed');
-- early: assessed before the last lesson
WITH last AS (
  SELECT class, MAX(day) AS day FROM lessons GROUP BY class
), early AS (
  SELECT e.class, s.id AS sitting, s.day, l.day AS lesson, COUNT(*) AS n
  FROM candidates c JOIN sittings s ON s.id = c.sitting
  JOIN enrolments e ON e.id = c.enrolment JOIN last l ON l.class = e.class
  WHERE s.state <> 'cancelled' AND s.day < l.day
  GROUP BY e.class, s.id, s.day, l.day
)
SELECT 'early' AS variant, y.class || ' ' || y.sitting AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST(y.day AS TEXT) AS b, CAST(y.lesson AS TEXT) AS c, 'sittings' AS noun, y.sitting AS record
FROM early y JOIN classes k ON k.id = y.class
