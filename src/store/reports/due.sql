-- 节点: every milestone that the registry's rows amount to, except revocations; what stands in
-- comments narrows it to one class or sitting.
SELECT 'enrolled' AS kind, e.id AS subject, e.id AS origin, k.starts AS day, s.at AS recorded_at, s.by AS recorded_by,
  e.person AS person, e.id AS enrolment, k.institution AS institution, k.id AS batch, k.region AS region,
  COALESCE(p.region, '') AS home, c.kind AS training, COALESCE(c.startup, '') AS startup, c.id AS course,
  COALESCE(c.occupation, '') AS occupation, COALESCE(c.level, '') AS level, COALESCE(p.sex, '') AS sex,
  CAST(COALESCE(CAST(substr(CAST(k.starts AS TEXT), 1, 4) AS INTEGER) - p.birth_year, -1) AS INTEGER) AS age
FROM enrolments e
JOIN classes k ON k.id = e.class
JOIN class_steps s ON s.class = k.id AND s.step = 'begun'
JOIN courses c ON c.id = k.course
JOIN people p ON p.id = e.person
WHERE NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.enrolment = e.id AND w.at <= s.at) /* AND k.id = $1 */
UNION ALL
SELECT 'trained' AS kind, e.id AS subject, e.id AS origin, k.ends AS day, f.at AS recorded_at, f.by AS recorded_by,
  e.person AS person, e.id AS enrolment, k.institution AS institution, k.id AS batch, k.region AS region,
  COALESCE(p.region, '') AS home, c.kind AS training, COALESCE(c.startup, '') AS startup, c.id AS course,
  COALESCE(c.occupation, '') AS occupation, COALESCE(c.level, '') AS level, COALESCE(p.sex, '') AS sex,
  CAST(COALESCE(CAST(substr(CAST(k.starts AS TEXT), 1, 4) AS INTEGER) - p.birth_year, -1) AS INTEGER) AS age
FROM completions f
JOIN enrolments e ON e.id = f.enrolment
JOIN classes k ON k.id = e.class
JOIN courses c ON c.id = k.course
JOIN people p ON p.id = e.person
WHERE f.outcome = 'completed' /* AND k.id = $1 */
UNION ALL
SELECT 'assessed' AS kind, a.id AS subject, a.id AS origin, s.day AS day, t.at AS recorded_at, t.by AS recorded_by,
  a.person AS person, COALESCE(a.enrolment, '') AS enrolment, s.institution AS institution, s.id AS batch,
  i.region AS region, COALESCE(p.region, '') AS home, COALESCE(c.kind, '') AS training,
  COALESCE(c.startup, '') AS startup, COALESCE(c.id, '') AS course, s.occupation AS occupation,
  s.level AS level, COALESCE(p.sex, '') AS sex,
  CAST(COALESCE(CAST(substr(CAST(s.day AS TEXT), 1, 4) AS INTEGER) - p.birth_year, -1) AS INTEGER) AS age
FROM candidates a
JOIN sittings s ON s.id = a.sitting
JOIN sitting_steps t ON t.sitting = s.id AND t.step = 'marked'
JOIN institutions i ON i.id = s.institution
JOIN people p ON p.id = a.person
LEFT JOIN enrolments e ON e.id = a.enrolment
LEFT JOIN classes k ON k.id = e.class
LEFT JOIN courses c ON c.id = k.course
WHERE EXISTS (SELECT 1 FROM marks m WHERE m.candidate = a.id AND NOT m.absent
  AND NOT EXISTS (SELECT 1 FROM marks n WHERE n.candidate = m.candidate AND n.part = m.part
    AND n.assessor = m.assessor AND n.version > m.version))
  AND NOT EXISTS (SELECT 1 FROM sitting_steps u WHERE u.sitting = s.id AND u.step = 'marked' AND u.at < t.at) /* AND s.id = $1 */
UNION ALL
SELECT CASE WHEN x.kind = 'level' THEN 'certified' ELSE 'concluded' END AS kind, x.id AS subject, x.id AS origin,
  x.issued_on AS day, x.issued_at AS recorded_at, x.issued_by AS recorded_by, x.person AS person,
  COALESCE(e.id, '') AS enrolment, x.institution AS institution, COALESCE(x.sitting, k.id, '') AS batch,
  i.region AS region, COALESCE(p.region, '') AS home, COALESCE(c.kind, '') AS training,
  COALESCE(c.startup, '') AS startup, COALESCE(c.id, '') AS course, COALESCE(x.occupation, '') AS occupation,
  COALESCE(x.level, '') AS level, COALESCE(p.sex, '') AS sex,
  CAST(COALESCE(CAST(substr(CAST(x.issued_on AS TEXT), 1, 4) AS INTEGER) - p.birth_year, -1) AS INTEGER) AS age
FROM certificates x
JOIN institutions i ON i.id = x.institution
JOIN people p ON p.id = x.person
LEFT JOIN candidates a ON a.id = x.candidate
LEFT JOIN enrolments e ON e.id = COALESCE(x.enrolment, a.enrolment)
LEFT JOIN classes k ON k.id = e.class
LEFT JOIN courses c ON c.id = k.course
WHERE NOT EXISTS (SELECT 1 FROM replacements r WHERE r.successor = x.id)
  /* AND (x.sitting = $1 OR x.enrolment IN (SELECT own.id FROM enrolments own WHERE own.class = $1)) */
