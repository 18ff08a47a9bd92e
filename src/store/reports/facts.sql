-- 统计口径: the milestones figures count, each with what they are counted by. Which figure counts
-- which is `Indicator::rule`. What a cut asks is `cut.sql`; `@bits` a bit for each key
-- group; `@first`, `@second` and `@third` are the parts asked for.
-- $1 from, $2 until, $3 known before, $4 region pattern, $5 key group, $6 training kind,
-- $7 occupation, $8 level, $9 sex, $10 institution, $11 and $12 ages.
WITH chosen AS (
  SELECT m.*
  FROM milestones m
  WHERE m.kind IN ('enrolled', 'trained', 'assessed', 'certified', 'concluded')
    AND m.day >= $1 AND m.day <= $2 AND m.recorded_at < $3
    @cut
    -- 证书在截止日已撤销的不计
    AND NOT EXISTS (SELECT 1 FROM milestones r WHERE m.kind IN ('certified', 'concluded')
      AND r.kind = 'revoked' AND r.origin = m.subject AND r.day <= $2 AND r.recorded_at < $3
      AND NOT EXISTS (SELECT 1 FROM milestones t WHERE t.kind = 'restored' AND t.subject = r.subject
        AND t.day <= $2 AND t.recorded_at < $3
        AND NOT EXISTS (SELECT 1 FROM renewed_revocations n WHERE n.certificate = t.subject AND n.day <= $2 AND n.at < $3)))
)
SELECT m.kind AS kind, m.person AS person, m.training AS training, m.level AS level,
  CASE WHEN m.enrolment = '' THEN 0 ELSE COALESCE((SELECT CAST(SUM(CASE g.key_group @bits ELSE 0 END) AS BIGINT)
    FROM group_snapshots g WHERE g.enrolment = m.enrolment), 0) END AS key_groups,
  -- 三个月、六个月后的去向: the last entry known
  CASE WHEN m.kind <> 'trained' THEN '' ELSE COALESCE((SELECT f.outcome FROM employments f
    WHERE f.enrolment = m.enrolment AND f.months = 3 AND f.day <= $2 AND f.at < $3
    ORDER BY f.id DESC LIMIT 1), '') END AS soon,
  CASE WHEN m.kind <> 'trained' THEN '' ELSE COALESCE((SELECT f.outcome FROM employments f
    WHERE f.enrolment = m.enrolment AND f.months = 6 AND f.day <= $2 AND f.at < $3
    ORDER BY f.id DESC LIMIT 1), '') END AS later,
  @first AS first_part, @second AS second_part, @third AS third_part
FROM chosen m
