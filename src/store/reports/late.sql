-- 补录: who entered a milestone or a fate, and of which class or sitting it is. $1 the fate's key or nothing,
-- $2 the milestone's kind, $3 its subject.
SELECT COALESCE(o.name, '') AS who, COALESCE(k.name, s.name, '') AS batch_name
FROM milestones m
LEFT JOIN employments f ON f.id = $1
LEFT JOIN accounts o ON o.id = COALESCE(f.by, m.recorded_by)
LEFT JOIN classes k ON k.id = m.batch
LEFT JOIN sittings s ON s.id = m.batch
WHERE m.kind = $2 AND m.subject = $3
