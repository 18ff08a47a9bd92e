-- 底数: everybody of a region, the wish she has now, and where she stands; each line one person.
-- $1 the first day that is not too long ago, $2 how the region's codes are, $3 a key group or nothing,
-- $4 today, $5 how names are, $6 how villages are.
WITH base AS (
  SELECT p.id AS person, p.name AS name, p.id_tail AS id_tail,
    COALESCE(w.region, p.region, '') AS region, COALESCE(w.village, '') AS village,
    COALESCE(w.id, '') AS wish, COALESCE(w.trade, '') AS trade, w.day AS wished,
    (SELECT MAX(c.day) FROM contacts c WHERE c.person = p.id) AS contacted,
    CASE WHEN w.id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM enrolments e JOIN classes k ON k.id = e.class WHERE e.person = p.id
        AND k.state NOT IN ('completed', 'closed')
        AND NOT EXISTS (SELECT 1 FROM withdrawals x WHERE x.enrolment = e.id)) THEN 1 ELSE 0 END AS wanting,
    CASE WHEN EXISTS (
      SELECT 1 FROM enrolments e JOIN classes k ON k.id = e.class WHERE e.person = p.id AND k.state = 'begun'
        AND NOT EXISTS (SELECT 1 FROM withdrawals x WHERE x.enrolment = e.id)) THEN 1 ELSE 0 END AS training,
    CASE WHEN EXISTS (
      SELECT 1 FROM enrolments e JOIN completions f ON f.enrolment = e.id
      WHERE e.person = p.id AND f.outcome = 'completed') THEN 1 ELSE 0 END AS trained,
    CASE WHEN EXISTS (SELECT 1 FROM holdings h WHERE h.person = p.id) THEN 1 ELSE 0 END AS certified,
    -- the last day anything is said of, as it is said last of that month
    CASE WHEN EXISTS (
      SELECT 1 FROM enrolments e JOIN employments x ON x.enrolment = e.id WHERE e.person = p.id
        AND x.outcome IN ('EMPLOYED', 'FLEX', 'STARTUP', 'PUBLIC')
        AND NOT EXISTS (SELECT 1 FROM employments y WHERE y.enrolment = x.enrolment AND y.months = x.months AND y.id > x.id)
        AND NOT EXISTS (
          SELECT 1 FROM enrolments f JOIN employments z ON z.enrolment = f.id WHERE f.person = p.id AND z.day > x.day
            AND NOT EXISTS (SELECT 1 FROM employments y WHERE y.enrolment = z.enrolment AND y.months = z.months AND y.id > z.id))
    ) THEN 1 ELSE 0 END AS employed,
    CASE WHEN w.id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM contacts c WHERE c.person = p.id AND c.day >= $1) THEN 1 ELSE 0 END AS neglected
  FROM people p
  LEFT JOIN open_wishes o ON o.person = p.id
  LEFT JOIN wishes w ON w.id = o.wish
  WHERE EXISTS (SELECT 1 FROM person_keys k WHERE k.person = p.id)
    AND COALESCE(w.region, p.region, '') LIKE $2
    AND ($3 = '' OR EXISTS (SELECT 1 FROM memberships g WHERE g.person = p.id AND g.key_group = $3
      AND g.starts <= $4 AND (g.ends IS NULL OR g.ends >= $4)))
    AND lower(p.name) LIKE $5 ESCAPE '\'
    AND COALESCE(w.village, '') LIKE $6 ESCAPE '\'
)
