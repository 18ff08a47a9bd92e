-- 节点: the milestones figures count that came on record in some days, each with its key groups;
-- `@bits` is a bit for each group. On either database the day of entry finds them, not the kind.
-- $1 recorded from, $2 recorded before, $3 the first day they are of, $4 the last.
SELECT m.kind AS kind, m.subject AS subject, m.day AS day, m.recorded_at AS recorded_at,
  m.person AS person, m.institution AS institution, m.batch AS batch, m.region AS region,
  m.home AS home, m.training AS training, m.occupation AS occupation, m.level AS level,
  m.sex AS sex, m.age AS age,
  CASE WHEN m.enrolment = '' THEN 0 ELSE COALESCE((SELECT CAST(SUM(CASE g.key_group @bits ELSE 0 END) AS BIGINT)
    FROM group_snapshots g WHERE g.enrolment = m.enrolment), 0) END AS key_groups,
  CAST(0 AS BIGINT) AS fen
FROM milestones m
WHERE m.recorded_at >= $1 AND m.recorded_at < $2 AND m.day >= $3 AND m.day <= $4
  AND m.kind NOT IN ('revoked', 'restored')
