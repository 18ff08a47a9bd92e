-- 名单: the milestones behind one figure. $13 indicator, $14 how many, $15 after how many.
SELECT counted.person AS person, p.name AS name, p.id_tail AS id_tail, counted.day AS day,
  counted.subject AS subject, counted.kind AS kind, counted.batch AS batch,
  COALESCE(k.name, s.name, '') AS batch_name, i.name AS house, counted.region AS region
FROM counted
JOIN people p ON p.id = counted.person
JOIN institutions i ON i.id = counted.institution
LEFT JOIN classes k ON k.id = counted.batch
LEFT JOIN sittings s ON s.id = counted.batch
WHERE counted.indicator = $13
ORDER BY counted.day, counted.batch, counted.subject
LIMIT $14 OFFSET $15
