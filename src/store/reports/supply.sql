-- 在训与取证: people in class on a day and people certified since another, trade by trade.
-- $1 the last day, $2 known before, $3 region pattern, $4 the first day: SQLite counts places as
-- they first appear.
SELECT z.occupation AS occupation,
  CAST(SUM(z.in_class) AS BIGINT) AS in_class,
  CAST(SUM(z.certified) AS BIGINT) AS certified
FROM (
  SELECT m.occupation AS occupation, COUNT(DISTINCT m.person) AS in_class, 0 AS certified
  FROM milestones m
  JOIN classes k ON k.id = m.batch
  WHERE m.kind = 'enrolled' AND m.occupation <> '' AND m.day <= $1 AND m.recorded_at < $2
    AND k.ends >= $1 AND m.region LIKE $3
    AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.enrolment = m.enrolment AND w.at < $2)
  GROUP BY m.occupation
  UNION ALL
  SELECT m.occupation AS occupation, 0 AS in_class, COUNT(DISTINCT m.person) AS certified
  FROM milestones m
  WHERE m.kind = 'certified' AND m.occupation <> '' AND m.day >= $4 AND m.day <= $1
    AND m.recorded_at < $2 AND m.region LIKE $3
    AND m.subject NOT IN (SELECT r.origin FROM milestones r WHERE @revoked)
  GROUP BY m.occupation
) z
GROUP BY z.occupation
ORDER BY z.occupation
