-- 统计口径: which milestones each figure counts. `@place` is the region counted by, a column.
-- $1 from, $2 until, $3 known before, $4 region pattern, $5 key group, $6 training kind,
-- $7 occupation, $8 level, $9 sex, $10 institution, $11 and $12 ages.
WITH wanted (indicator, kind, training, key_group, without_group, levels, since) AS (VALUES
  ('trained', 'trained', '', '', '', '', ''),
  ('employ', 'trained', 'EMPLOY', '', '', '', ''),
  ('employ_urban', 'trained', 'EMPLOY', '', 'G03', '', ''),
  ('employ_rural', 'trained', 'EMPLOY', 'G03', '', '', ''),
  ('post', 'trained', 'POST', '', '', '', ''),
  ('order', 'trained', 'ORDER', '', '', '', ''),
  ('startup', 'trained', 'STARTUP', '', '', '', ''),
  ('startup_graduate', 'trained', 'STARTUP', 'G01', '', '', ''),
  ('graduate', 'trained', '', 'G01', '', '', ''),
  ('rural', 'trained', '', 'G03', '', '', ''),
  ('unemployed', 'trained', '', 'G04', '', '', ''),
  ('lifted', 'trained', '', 'G06', '', '', ''),
  ('veteran', 'trained', '', 'G07', '', '', ''),
  ('disabled', 'trained', '', 'G08', '', '', ''),
  ('assessed', 'assessed', '', '', '', '', ''),
  ('certified', 'certified', '', '', '', '', ''),
  ('high_skill', 'certified', '', '', '', '321TS', ''),
  ('concluded', 'concluded', '', '', '', '', ''),
  ('enrolled', 'enrolled', '', '', '', '', ''),
  ('employed', 'trained', '', '', '', '', 'work'),
  ('lasting', 'trained', '', '', '', '', 'lasting'),
  ('business', 'trained', 'STARTUP', '', '', '', 'business')
),
counted AS (
  SELECT wanted.indicator AS indicator, m.subject AS subject, m.day AS day, m.person AS person,
    m.enrolment AS enrolment, m.institution AS institution, m.batch AS batch, m.region AS region,
    m.home AS home, m.training AS training, m.occupation AS occupation, m.level AS level,
    m.sex AS sex, m.age AS age, m.course AS course, m.kind AS kind
  FROM wanted
  JOIN milestones m ON m.kind = wanted.kind
  WHERE m.day >= $1 AND m.day <= $2 AND m.recorded_at < $3
    AND m.@place LIKE $4
    AND ($5 = '' OR EXISTS (SELECT 1 FROM group_snapshots g WHERE g.enrolment = m.enrolment AND g.key_group = $5))
    AND ($6 = '' OR m.training = $6)
    AND ($7 = '' OR m.occupation = $7)
    AND ($8 = '' OR m.level = $8)
    AND ($9 = '' OR m.sex = $9)
    AND ($10 = '' OR m.institution = $10)
    AND m.age >= $11 AND m.age <= $12
    AND (wanted.training = '' OR m.training = wanted.training)
    AND (wanted.levels = '' OR (m.level <> '' AND wanted.levels LIKE '%' || m.level || '%'))
    AND (wanted.key_group = '' OR EXISTS (SELECT 1 FROM group_snapshots g
      WHERE g.enrolment = m.enrolment AND g.key_group = wanted.key_group))
    AND (wanted.without_group = '' OR NOT EXISTS (SELECT 1 FROM group_snapshots g
      WHERE g.enrolment = m.enrolment AND g.key_group = wanted.without_group))
    -- 证书在截止日已撤销的不计
    AND NOT EXISTS (SELECT 1 FROM milestones r WHERE m.kind IN ('certified', 'concluded')
      AND r.kind = 'revoked' AND r.origin = m.subject AND r.day <= $2 AND r.recorded_at < $3
      AND NOT EXISTS (SELECT 1 FROM milestones t WHERE t.kind = 'restored' AND t.subject = r.subject
        AND t.day <= $2 AND t.recorded_at < $3
        AND NOT EXISTS (SELECT 1 FROM renewed_revocations n WHERE n.certificate = t.subject AND n.day <= $2 AND n.at < $3)))
    AND (wanted.since = '' OR EXISTS (SELECT 1 FROM employments f
      WHERE f.enrolment = m.enrolment AND f.day <= $2 AND f.at < $3
        AND ((wanted.since = 'work' AND f.months = 3 AND f.outcome IN ('EMPLOYED', 'FLEX', 'STARTUP', 'PUBLIC'))
          OR (wanted.since = 'lasting' AND f.months = 6 AND f.outcome IN ('EMPLOYED', 'FLEX', 'STARTUP', 'PUBLIC'))
          OR (wanted.since = 'business' AND f.months = 3 AND f.outcome = 'STARTUP'))
        AND NOT EXISTS (SELECT 1 FROM employments n WHERE n.enrolment = f.enrolment AND n.months = f.months
          AND n.id > f.id AND n.day <= $2 AND n.at < $3)))
)
