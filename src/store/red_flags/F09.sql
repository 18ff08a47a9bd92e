-- everybody, pile, flat, edited: how the marks of one sitting lie
WITH counted AS (
  SELECT m.candidate, c.sitting, m.part, m.assessor, m.tenths
  FROM marks m JOIN candidates c ON c.id = m.candidate
  WHERE m.tenths IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM marks n WHERE n.candidate = m.candidate AND n.part = m.part AND n.assessor = m.assessor AND n.version > m.version)
), means AS (
  SELECT sitting, part, candidate, SUM(tenths) AS tenths, COUNT(*) AS n FROM counted GROUP BY sitting, part, candidate
), parts AS (
  SELECT sitting, part, COUNT(*) AS people,
    SUM(CASE WHEN tenths >= 600 * n THEN 1 ELSE 0 END) AS passed,
    SUM(CASE WHEN tenths >= 600 * n AND tenths < 620 * n THEN 1 ELSE 0 END) AS barely,
    MAX(tenths / n) - MIN(tenths / n) AS spread
  FROM means GROUP BY sitting, part
), found AS (
  SELECT 'everybody' AS variant, sitting, part, people, passed AS n FROM parts WHERE people >= {limit:many_candidates} AND passed = people
  UNION ALL
  SELECT 'pile', sitting, part, people, barely FROM parts WHERE people >= {limit:many_candidates} AND barely * 2 >= people
  UNION ALL
  SELECT 'flat', sitting, part, people, spread FROM parts WHERE people >= {limit:many_candidates} AND spread <= 30
)
SELECT f.variant AS variant, f.sitting || ' ' || f.part AS subject, i.region AS region, s.institution AS institution,
  s.name AS a, CAST(f.people AS TEXT) AS b, CAST(f.n AS TEXT) AS c, 'sittings' AS noun, s.id AS record
FROM found f JOIN sittings s ON s.id = f.sitting JOIN institutions i ON i.id = s.institution;
-- equal: the assessors of one part never differ
WITH counted AS (
  SELECT m.candidate, c.sitting, m.part, MIN(m.tenths) AS low, MAX(m.tenths) AS high, COUNT(*) AS n
  FROM marks m JOIN candidates c ON c.id = m.candidate
  WHERE m.tenths IS NOT NULL AND m.part IN ('practice', 'review') AND NOT EXISTS (
    SELECT 1 FROM marks x WHERE x.candidate = m.candidate AND x.part = m.part AND x.assessor = m.assessor AND x.version > m.version)
  GROUP BY m.candidate, c.sitting, m.part
), same AS (
  SELECT sitting, part, COUNT(*) AS people FROM counted WHERE n >= 3 GROUP BY sitting, part
  HAVING COUNT(*) >= {limit:equal_candidates} AND SUM(CASE WHEN low = high THEN 0 ELSE 1 END) = 0
)
SELECT 'equal' AS variant, s.id || ' ' || e.part AS subject, i.region AS region, s.institution AS institution,
  s.name AS a, CAST(e.people AS TEXT) AS b, '' AS c, 'sittings' AS noun, s.id AS record
FROM same e JOIN sittings s ON s.id = e.sitting JOIN institutions i ON i.id = s.institution;
-- edited: a mark signed below sixty became a pass
WITH raised AS (
  SELECT n.candidate, n.part, MIN(m.tenths) AS before, MAX(n.tenths) AS after
  FROM marks n JOIN marks m ON m.candidate = n.candidate AND m.part = n.part AND m.assessor = n.assessor AND m.version = n.version - 1
  JOIN candidates c ON c.id = n.candidate
  JOIN mark_signatures g ON g.sitting = c.sitting AND g.assessor = n.assessor AND g.part = n.part
  WHERE m.tenths < 600 AND n.tenths >= 600 AND n.at > g.at
  GROUP BY n.candidate, n.part
)
SELECT 'edited' AS variant, r.candidate || ' ' || r.part AS subject, i.region AS region, s.institution AS institution,
  s.name AS a, CAST(r.before AS TEXT) AS b, CAST(r.after AS TEXT) AS c, 'candidates' AS noun, r.candidate AS record
FROM raised r JOIN candidates c ON c.id = r.candidate JOIN sittings s ON s.id = c.sitting JOIN institutions i ON i.id = s.institution
