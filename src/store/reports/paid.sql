-- 拨付: paid lines of claims that came on record in some days, with what figures count them by; what
-- was cut is not paid. `@bits` is a bit for each key group; `CROSS JOIN` keeps the order on SQLite.
-- $1 recorded from, $2 recorded before, $3 the first day of payment, $4 the last.
SELECT c.kind AS kind, l.id AS subject, p.day AS day, p.at AS recorded_at,
  l.person AS person, m.institution AS institution, m.batch AS batch, m.region AS region,
  m.home AS home, m.training AS training, m.occupation AS occupation, m.level AS level,
  m.sex AS sex, m.age AS age,
  COALESCE((SELECT CAST(SUM(CASE g.key_group @bits ELSE 0 END) AS BIGINT)
    FROM group_snapshots g WHERE g.enrolment = m.enrolment), 0) AS key_groups,
  CAST(l.amount_fen - (SELECT COALESCE(SUM(x.cut_fen), 0) FROM claim_cuts x WHERE x.line = l.id) AS BIGINT) AS fen
FROM claim_payments p CROSS JOIN claims c CROSS JOIN claim_lines l CROSS JOIN milestones m
WHERE p.at >= $1 AND p.at < $2 AND p.day >= $3 AND p.day <= $4
  AND c.id = p.claim AND l.claim = c.id AND m.kind = 'trained' AND m.subject = l.enrolment
