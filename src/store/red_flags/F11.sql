-- phone: one phone for many people
WITH many AS (
  SELECT mark, COUNT(*) AS n FROM phone_marks GROUP BY mark HAVING COUNT(*) > {limit:people_a_phone}
)
SELECT 'phone' AS variant, m.mark AS subject, COALESCE(MIN(k.region), '150900') AS region, MIN(k.institution) AS institution,
  CAST(m.n AS TEXT) AS a, '{limit:people_a_phone}' AS b, '' AS c, 'people' AS noun, f.person AS record
FROM many m JOIN phone_marks f ON f.mark = m.mark
LEFT JOIN enrolments e ON e.person = f.person LEFT JOIN classes k ON k.id = e.class
GROUP BY m.mark, m.n, f.person
