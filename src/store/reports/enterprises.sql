-- 校企合作班: classes that train for an enterprise, and how many of their trainees it employs.
-- $1 until, $2 known before, $3 region pattern, $4 from: SQLite counts places as they first appear.
-- Of each trainee the outcome asked for last counts: twelve months before six, six before three.
WITH latest AS (
  SELECT e.class AS class, f.enrolment AS enrolment, f.outcome AS outcome, f.uscc AS uscc, f.employer AS employer
  FROM class_enterprises x
  JOIN enrolments e ON e.class = x.class
  JOIN employments f ON f.enrolment = e.id
  WHERE f.day <= $1 AND f.at < $2
    AND NOT EXISTS (SELECT 1 FROM employments n WHERE n.enrolment = f.enrolment AND n.day <= $1 AND n.at < $2
      AND (n.months > f.months OR (n.months = f.months AND n.id > f.id)))
)
SELECT x.name AS enterprise, x.uscc AS uscc, k.id AS class, k.name AS class_name, i.name AS house, c.kind AS training,
  CAST(SUM(CASE WHEN m.kind = 'enrolled' THEN 1 ELSE 0 END) AS BIGINT) AS trainees,
  CAST(SUM(CASE WHEN m.kind = 'trained' THEN 1 ELSE 0 END) AS BIGINT) AS finished,
  CAST(SUM(CASE WHEN m.kind = 'trained' AND t.outcome <> 'LOST' THEN 1 ELSE 0 END) AS BIGINT) AS known,
  CAST(SUM(CASE WHEN m.kind = 'trained' AND t.outcome = 'EMPLOYED'
    AND (t.uscc = x.uscc OR (t.uscc = '' AND t.employer = x.name)) THEN 1 ELSE 0 END) AS BIGINT) AS employed
FROM class_enterprises x
JOIN classes k ON k.id = x.class
JOIN courses c ON c.id = k.course
JOIN institutions i ON i.id = k.institution
JOIN milestones m ON m.batch = k.id AND m.kind IN ('enrolled', 'trained')
LEFT JOIN latest t ON t.enrolment = m.subject
WHERE m.day <= $1 AND m.recorded_at < $2 AND m.region LIKE $3
GROUP BY x.name, x.uscc, k.id, k.name, i.name, c.kind, k.starts
HAVING SUM(CASE WHEN m.day >= $4 THEN 1 ELSE 0 END) > 0
ORDER BY x.name, k.starts, k.id
