-- teacher: one teacher in two classes in the same half-day
WITH busy AS (
  SELECT t.person, l.day, l.half, MIN(l.class) AS one, MAX(l.class) AS other
  FROM lessons l JOIN teachers t ON t.id = l.teacher JOIN classes k ON k.id = l.class
  WHERE k.state IN ('approved', 'begun', 'completed', 'closed')
  GROUP BY t.person, l.day, l.half HAVING COUNT(DISTINCT l.class) > 1
), pairs AS (
  SELECT person, one, other, MIN(day) AS since, COUNT(*) AS halves FROM busy GROUP BY person, one, other
)
SELECT 'teacher' AS variant, p.person || ' ' || p.one || ' ' || p.other AS subject, k.region AS region, k.institution AS institution,
  CAST(p.since AS TEXT) AS a, CAST(p.halves AS TEXT) AS b, k.name AS c, 'classes' AS noun, x.id AS record
FROM pairs p JOIN classes k ON k.id = p.one JOIN classes x ON x.id IN (p.one, p.other);
-- assessor: one assessor on the panels of two sittings on the same day
WITH busy AS (
  SELECT m.assessor, s.day, MIN(s.id) AS one, MAX(s.id) AS other
  FROM panel_members m JOIN sittings s ON s.id = m.sitting WHERE s.state <> 'cancelled'
  GROUP BY m.assessor, s.day HAVING COUNT(DISTINCT s.id) > 1 AND COUNT(DISTINCT s.place) > 1
)
SELECT 'assessor' AS variant, b.assessor || ' ' || CAST(b.day AS TEXT) AS subject, i.region AS region, s.institution AS institution,
  a.name AS a, CAST(b.day AS TEXT) AS b, '' AS c, 'sittings' AS noun, x.id AS record
FROM busy b JOIN sittings s ON s.id = b.one JOIN institutions i ON i.id = s.institution
JOIN assessors a ON a.id = b.assessor JOIN sittings x ON x.id IN (b.one, b.other);
-- panel: fewer than three, or an even number, for practice or review
WITH panels AS (
  SELECT sitting, part, COUNT(*) AS n FROM panel_members WHERE part IN ('practice', 'review')
  GROUP BY sitting, part HAVING COUNT(*) < 3 OR COUNT(*) IN (4, 6, 8, 10, 12)
)
SELECT 'panel' AS variant, s.id || ' ' || p.part AS subject, i.region AS region, s.institution AS institution,
  s.name AS a, CAST(p.n AS TEXT) AS b, '' AS c, 'sittings' AS noun, s.id AS record
FROM panels p JOIN sittings s ON s.id = p.sitting JOIN institutions i ON i.id = s.institution
WHERE s.state NOT IN ('planned', 'cancelled');
-- card: an assessor's card was not in force on the day
SELECT 'card' AS variant, s.id || ' ' || a.id AS subject, i.region AS region, s.institution AS institution,
  a.name AS a, CAST(a.ends AS TEXT) AS b, CAST(s.day AS TEXT) AS c, 'sittings' AS noun, s.id AS record
FROM panel_members m JOIN sittings s ON s.id = m.sitting JOIN assessors a ON a.id = m.assessor
JOIN institutions i ON i.id = s.institution
WHERE s.state <> 'cancelled' AND (s.day > a.ends OR s.day < a.starts)
GROUP BY s.id, a.id, i.region, s.institution, a.name, a.ends, s.day;
-- own: a teacher of the class sits on its panel
SELECT 'own' AS variant, s.id || ' ' || a.id AS subject, i.region AS region, s.institution AS institution,
  a.name AS a, CAST(s.day AS TEXT) AS b, s.name AS c, 'sittings' AS noun, s.id AS record
FROM panel_members m JOIN sittings s ON s.id = m.sitting JOIN assessors a ON a.id = m.assessor
JOIN institutions i ON i.id = s.institution
WHERE s.state <> 'cancelled' AND EXISTS (
  SELECT 1 FROM candidates c JOIN enrolments e ON e.id = c.enrolment
  JOIN class_teachers ct ON ct.class = e.class JOIN teachers t ON t.id = ct.teacher
  WHERE c.sitting = s.id AND t.person = a.person)
GROUP BY s.id, a.id, i.region, s.institution, a.name, s.day, s.name;
-- running: too many of an organisation's sittings in a row
WITH turns AS (
  SELECT id, institution, day, name, ROW_NUMBER() OVER (PARTITION BY institution ORDER BY day, id) AS n
  FROM sittings WHERE state NOT IN ('planned', 'cancelled')
), sat AS (
  SELECT DISTINCT m.assessor, t.institution, t.id, t.n FROM panel_members m JOIN turns t ON t.id = m.sitting
), runs AS (
  SELECT assessor, institution, id, n - ROW_NUMBER() OVER (PARTITION BY assessor, institution ORDER BY n) AS run FROM sat
), long AS (
  SELECT assessor, institution, run, COUNT(*) AS n, MIN(id) AS first FROM runs
  GROUP BY assessor, institution, run HAVING COUNT(*) > {limit:sittings_running}
)
SELECT 'running' AS variant, g.assessor || ' ' || g.first AS subject, i.region AS region, g.institution AS institution,
  a.name AS a, CAST(g.n AS TEXT) AS b, i.name AS c, 'sittings' AS noun, r.id AS record
FROM long g JOIN runs r ON r.assessor = g.assessor AND r.institution = g.institution AND r.run = g.run
JOIN assessors a ON a.id = g.assessor JOIN institutions i ON i.id = g.institution;
-- load: more people for one assessor on one day than can be judged
WITH load AS (
  SELECT m.assessor, s.id AS sitting, COUNT(DISTINCT m.candidate) AS n
  FROM marks m JOIN candidates c ON c.id = m.candidate JOIN sittings s ON s.id = c.sitting
  WHERE m.part IN ('practice', 'review') GROUP BY m.assessor, s.id
  HAVING COUNT(DISTINCT m.candidate) > {limit:judged_a_day}
)
SELECT 'load' AS variant, l.sitting || ' ' || l.assessor AS subject, i.region AS region, s.institution AS institution,
  a.name AS a, CAST(l.n AS TEXT) AS b, s.name AS c, 'sittings' AS noun, s.id AS record
FROM load l JOIN sittings s ON s.id = l.sitting JOIN institutions i ON i.id = s.institution JOIN assessors a ON a.id = l.assessor
