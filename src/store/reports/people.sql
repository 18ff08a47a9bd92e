-- 名单: the milestones behind one figure. $1 their kind; `@subjects` are the places of their subjects.
-- In no order: to be spared the sorting, SQLite would go through all milestones of the kind by their day.
SELECT m.person AS person, p.name AS name, p.id_tail AS id_tail, m.day AS day, m.subject AS subject,
  m.kind AS kind, m.batch AS batch, COALESCE(k.name, s.name, '') AS batch_name, i.name AS house,
  m.region AS region
FROM milestones m
JOIN people p ON p.id = m.person
JOIN institutions i ON i.id = m.institution
LEFT JOIN classes k ON k.id = m.batch
LEFT JOIN sittings s ON s.id = m.batch
WHERE m.kind = $1 AND m.subject IN (@subjects)
