-- 资金口径: which paid lines of claims each fund counts, and what was paid on them: what was cut is
-- not, what was paid back by the cut-off is taken off. What a cut asks is `cut.sql`.
-- $1 from, $2 until, $3 known before, $4 region pattern, $5 key group, $6 training kind,
-- $7 occupation, $8 level, $9 sex, $10 institution, $11 and $12 ages.
WITH funds (fund, kind, training, key_group) AS (VALUES
  ('all', '', '', ''),
  ('training', 'training', '', ''),
  ('assessment', 'assessment', '', ''),
  ('employ', 'training', 'EMPLOY', ''),
  ('startup', 'training', 'STARTUP', ''),
  ('graduate', 'training', '', 'G01'),
  ('rural', 'training', '', 'G03'),
  ('unemployed', 'training', '', 'G04'),
  ('lifted', 'training', '', 'G06'),
  ('veteran', 'training', '', 'G07'),
  ('disabled', 'training', '', 'G08')
),
paid AS (
  SELECT l.id AS line, c.id AS claim, c.kind AS kind, p.day AS day, p.reference AS reference,
    l.person AS person, l.amount_fen AS amount_fen, m.enrolment AS enrolment,
    m.institution AS institution, m.batch AS batch, m.region AS region, m.home AS home,
    m.training AS training, m.occupation AS occupation, m.level AS level, m.sex AS sex, m.age AS age
  FROM claim_payments p
  JOIN claims c ON c.id = p.claim
  JOIN claim_lines l ON l.claim = c.id
  JOIN milestones m ON m.kind = 'trained' AND m.subject = l.enrolment
  WHERE p.day >= $1 AND p.day <= $2 AND p.at < $3
    @cut
),
net AS (
  SELECT paid.*, paid.amount_fen
    - (SELECT COALESCE(SUM(x.cut_fen), 0) FROM claim_cuts x WHERE x.line = paid.line)
    - (SELECT COALESCE(SUM(r.due_fen), 0) FROM recoveries r JOIN recovery_ends e ON e.recovery = r.id
       WHERE r.line = paid.line AND e.outcome = 'repaid' AND e.day <= $2 AND e.at < $3) AS fen
  FROM paid
),
spent AS (
  SELECT funds.fund AS fund, net.*
  FROM net JOIN funds ON (funds.kind = '' OR funds.kind = net.kind)
    AND (funds.training = '' OR funds.training = net.training)
    AND (funds.key_group = '' OR EXISTS (SELECT 1 FROM group_snapshots g
      WHERE g.enrolment = net.enrolment AND g.key_group = funds.key_group))
  WHERE net.fen > 0
)
