-- elsewhere: most of a class are registered in another city
WITH mix AS (
  SELECT e.class, COUNT(*) AS people, SUM(CASE WHEN SUBSTR(p.region, 1, 4) = SUBSTR(k.region, 1, 4) THEN 0 ELSE 1 END) AS strangers
  FROM enrolments e JOIN classes k ON k.id = e.class JOIN people p ON p.id = e.person
  WHERE p.region IS NOT NULL AND k.state IN ('begun', 'completed', 'closed')
  GROUP BY e.class HAVING COUNT(*) >= 10
)
SELECT 'elsewhere' AS variant, k.id AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST(m.people AS TEXT) AS b, CAST(m.strangers AS TEXT) AS c, 'classes' AS noun, k.id AS record
FROM mix m JOIN classes k ON k.id = m.class WHERE m.strangers * 2 > m.people
