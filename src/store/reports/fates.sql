-- 三个月、六个月后的去向: what came to count in some days: what was said then of somebody whose
-- training was on record, or was said before it was. `CROSS JOIN` keeps the order on SQLite.
-- $1 recorded from, $2 recorded before, $3 the first day of training, $4 the last.
SELECT f.enrolment AS enrolment, f.months AS months, f.day AS day, f.at AS at, f.id AS id,
  f.outcome AS outcome, m.day AS trained_on
FROM employments f CROSS JOIN milestones m
WHERE f.at >= $1 AND f.at < $2 AND f.months IN (3, 6)
  AND m.kind = 'trained' AND m.subject = f.enrolment AND m.recorded_at < $2 AND m.day >= $3 AND m.day <= $4
UNION ALL
SELECT f.enrolment, f.months, f.day, f.at, f.id, f.outcome, m.day
FROM milestones m CROSS JOIN employments f
WHERE m.recorded_at >= $1 AND m.recorded_at < $2 AND m.day >= $3 AND m.day <= $4 AND m.kind || '' = 'trained'
  AND f.enrolment = m.subject AND f.at < $1 AND f.months IN (3, 6)
