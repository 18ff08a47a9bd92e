SELECT r.noun AS noun, r.record AS record, '' AS owner, p.name AS label, r.turn AS turn
FROM red_flag_rows r JOIN people p ON p.id = r.record WHERE r.flag = $1 AND r.noun = 'people'
UNION ALL
SELECT r.noun, r.record, e.class, p.name || ' · ' || k.name, r.turn
FROM red_flag_rows r JOIN enrolments e ON e.id = r.record JOIN people p ON p.id = e.person JOIN classes k ON k.id = e.class
WHERE r.flag = $1 AND r.noun = 'enrolments'
UNION ALL
SELECT r.noun, r.record, c.sitting, p.name || ' · ' || s.name, r.turn
FROM red_flag_rows r JOIN candidates c ON c.id = r.record JOIN people p ON p.id = c.person JOIN sittings s ON s.id = c.sitting
WHERE r.flag = $1 AND r.noun = 'candidates'
UNION ALL
SELECT r.noun, r.record, k.id, k.name, r.turn
FROM red_flag_rows r JOIN classes k ON k.id = r.record WHERE r.flag = $1 AND r.noun = 'classes'
UNION ALL
SELECT r.noun, r.record, s.id, s.name, r.turn
FROM red_flag_rows r JOIN sittings s ON s.id = r.record WHERE r.flag = $1 AND r.noun = 'sittings'
UNION ALL
SELECT r.noun, r.record, c.id, c.number || ' · ' || c.holder, r.turn
FROM red_flag_rows r JOIN certificates c ON c.id = r.record WHERE r.flag = $1 AND r.noun = 'certificates'
UNION ALL
SELECT r.noun, r.record, i.id, i.name, r.turn
FROM red_flag_rows r JOIN institutions i ON i.id = r.record WHERE r.flag = $1 AND r.noun = 'institutions'
ORDER BY 5
LIMIT 500
