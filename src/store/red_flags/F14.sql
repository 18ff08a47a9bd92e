-- names: one identity, another name on the certificate
SELECT 'names' AS variant, c.id AS subject, i.region AS region, c.institution AS institution,
  c.number AS a, '' AS b, '' AS c, 'certificates' AS noun, c.id AS record
FROM certificates c JOIN people p ON p.id = c.person JOIN institutions i ON i.id = c.institution
WHERE c.holder <> p.name
  AND NOT EXISTS (SELECT 1 FROM replacements r WHERE r.certificate = c.id)
  AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.certificate = c.id);
-- same: one name and one phone, two identities
WITH same AS (
  SELECT f.mark, p.name, MIN(p.id) AS one, MAX(p.id) AS other
  FROM phone_marks f JOIN people p ON p.id = f.person GROUP BY f.mark, p.name HAVING COUNT(*) > 1
)
SELECT 'same' AS variant, s.one || ' ' || s.other AS subject, COALESCE(MIN(k.region), '150900') AS region, MIN(k.institution) AS institution,
  '' AS a, '' AS b, '' AS c, 'people' AS noun, x.id AS record
FROM same s JOIN people x ON x.id IN (s.one, s.other)
LEFT JOIN enrolments e ON e.person = x.id LEFT JOIN classes k ON k.id = e.class
GROUP BY s.one, s.other, x.id
