-- 统计口径: the milestones figures count, each with what they are counted by. Which figure counts
-- which is `Indicator::rule`. What a cut asks is `cut.sql`, which certificates stand
-- `standing.sql`, what became of trainees `fates.sql`; `@bits` a bit for each key group;
-- `@first`, `@second` and `@third` are the parts asked for, `@more` further columns.
-- $1 from, $2 until, $3 known before, $4 region pattern, $5 key group, $6 training kind,
-- $7 occupation, $8 level, $9 sex, $10 institution, $11 and $12 ages.
WITH chosen AS (
  SELECT m.*
  FROM milestones m
  WHERE m.kind IN ('enrolled', 'trained', 'assessed', 'certified', 'concluded')
    AND m.day >= $1 AND m.day <= $2 AND m.recorded_at < $3
    @cut
    @standing
)
SELECT m.kind AS kind, m.person AS person, m.training AS training, m.level AS level,
  CASE WHEN m.enrolment = '' THEN 0 ELSE COALESCE((SELECT CAST(SUM(CASE g.key_group @bits ELSE 0 END) AS BIGINT)
    FROM group_snapshots g WHERE g.enrolment = m.enrolment), 0) END AS key_groups,
  @fates,
  @first AS first_part, @second AS second_part, @third AS third_part@more
FROM chosen m
