-- unlisted, after: a key group claimed that the department's lists do not know, or only later
WITH kinds(key_group, kind) AS (
  VALUES {groups}
), claimed AS (
  SELECT e.id, e.person, k.region, k.institution, k.starts, k.name, g.key_group, n.kind
  FROM group_snapshots g JOIN enrolments e ON e.id = g.enrolment
  JOIN classes k ON k.id = e.class JOIN kinds n ON n.key_group = g.key_group
  WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.kind = n.kind AND d.as_of >= k.starts
    AND k.region LIKE {prefix:d.region})
), known AS (
  SELECT c.id, c.key_group, MIN(x.starts) AS since,
    SUM(CASE WHEN x.starts <= c.starts AND (x.ends IS NULL OR x.ends >= c.starts) THEN 1 ELSE 0 END) AS valid
  FROM claimed c JOIN people p ON p.id = c.person JOIN delivered x ON x.id_index = p.id_index
  JOIN deliveries d ON d.id = x.delivery AND d.kind = c.kind
  GROUP BY c.id, c.key_group
)
SELECT CASE WHEN n.id IS NULL OR n.since <= c.starts THEN 'unlisted' ELSE 'after' END AS variant, c.id || ' ' || c.key_group AS subject,
  c.region AS region, c.institution AS institution,
  c.name AS a, c.key_group AS b, COALESCE(CAST(n.since AS TEXT), '') AS c, 'enrolments' AS noun, c.id AS record
FROM claimed c LEFT JOIN known n ON n.id = c.id AND n.key_group = c.key_group
WHERE n.id IS NULL OR n.valid = 0
