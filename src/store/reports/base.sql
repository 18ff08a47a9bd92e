-- 底数: everybody of a region as of a day, the wish she had then, and where she stood; each line one
-- person. What came on record after that day's end is not looked at; where she lives and which groups
-- she was in that day are told as they are on record today, and who was erased is in no list.
-- $1 the first day that is not too long before, $2 known before, $3 the day, $4 how the region's codes
-- are, $5 a key group or nothing, $6 how names are, $7 how villages are.
WITH base AS (
  SELECT p.id AS person, p.name AS name, p.id_tail AS id_tail,
    COALESCE(w.region, p.region, '') AS region, COALESCE(w.village, '') AS village,
    COALESCE(w.id, '') AS wish, COALESCE(w.trade, '') AS trade, w.day AS wished,
    CASE WHEN w.id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM contacts c WHERE c.person = p.id AND c.day >= $1 AND c.at < $2) THEN 1 ELSE 0 END AS neglected,
    (SELECT MAX(c.day) FROM contacts c WHERE c.person = p.id AND c.at < $2) AS contacted,
    CASE WHEN w.id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM enrolments e WHERE e.person = p.id AND e.enrolled_at < $2
        AND NOT EXISTS (SELECT 1 FROM class_steps s WHERE s.class = e.class AND s.step IN ('completed', 'closed') AND s.at < $2)
        AND NOT EXISTS (SELECT 1 FROM withdrawals x WHERE x.enrolment = e.id AND x.at < $2)) THEN 1 ELSE 0 END AS wanting,
    CASE WHEN EXISTS (
      SELECT 1 FROM enrolments e JOIN class_steps b ON b.class = e.class AND b.step = 'begun' AND b.at < $2
      WHERE e.person = p.id AND e.enrolled_at < $2
        AND NOT EXISTS (SELECT 1 FROM class_steps s WHERE s.class = e.class AND s.step IN ('completed', 'closed') AND s.at < $2)
        AND NOT EXISTS (SELECT 1 FROM withdrawals x WHERE x.enrolment = e.id AND x.at < $2)) THEN 1 ELSE 0 END AS training,
    CASE WHEN EXISTS (
      SELECT 1 FROM enrolments e JOIN completions f ON f.enrolment = e.id
      WHERE e.person = p.id AND f.outcome = 'completed' AND f.at < $2) THEN 1 ELSE 0 END AS trained,
    -- a certificate or what replaced it, as the figures count it
    CASE WHEN EXISTS (
      SELECT 1 FROM certificates x WHERE x.person = p.id AND x.kind = 'level' AND x.issued_at < $2
        AND NOT EXISTS (SELECT 1 FROM replacements q WHERE q.successor = x.id)
        AND x.id NOT IN (SELECT r.origin FROM milestones r WHERE @revoked)) THEN 1 ELSE 0 END AS certified,
    -- the last day anything is said of, as it is said last of that month
    CASE WHEN EXISTS (
      SELECT 1 FROM enrolments e JOIN employments x ON x.enrolment = e.id WHERE e.person = p.id AND x.at < $2
        AND x.outcome IN ('EMPLOYED', 'FLEX', 'STARTUP', 'PUBLIC')
        AND NOT EXISTS (SELECT 1 FROM employments y WHERE y.enrolment = x.enrolment AND y.months = x.months AND y.id > x.id AND y.at < $2)
        AND NOT EXISTS (
          SELECT 1 FROM enrolments f JOIN employments z ON z.enrolment = f.id WHERE f.person = p.id AND z.day > x.day AND z.at < $2
            AND NOT EXISTS (SELECT 1 FROM employments y WHERE y.enrolment = z.enrolment AND y.months = z.months AND y.id > z.id AND y.at < $2))
    ) THEN 1 ELSE 0 END AS employed
  FROM people p
  LEFT JOIN wishes w ON w.person = p.id AND w.at < $2
    AND NOT EXISTS (SELECT 1 FROM wish_ends n WHERE n.wish = w.id AND n.at < $2)
  WHERE EXISTS (SELECT 1 FROM person_keys k WHERE k.person = p.id) AND p.recorded_at < $2
    AND COALESCE(w.region, p.region, '') LIKE $4
    AND ($5 = '' OR EXISTS (SELECT 1 FROM memberships g WHERE g.person = p.id AND g.key_group = $5
      AND g.starts <= $3 AND (g.ends IS NULL OR g.ends >= $3)))
    AND lower(p.name) LIKE $6 ESCAPE '\'
    AND COALESCE(w.village, '') LIKE $7 ESCAPE '\'
)
