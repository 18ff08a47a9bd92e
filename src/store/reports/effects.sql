-- 培训成效: what became of the trained, part by part. `@part` is a column.
-- What belongs to one trainee is looked up by her enrolment (`|| ''` keeps SQLite from going through all
-- of a kind instead); revocations that stand are `revoked.sql`.
-- $1 until, $2 known before, $3 and $4 last days whose three and six months are over, $5 from,
-- $6 region pattern: SQLite counts places as they first appear.
SELECT z.part AS part,
  CAST(COUNT(*) AS BIGINT) AS trained,
  CAST(COALESCE(SUM(z.attended), 0) AS BIGINT) AS attended,
  CAST(COALESCE(SUM(z.held), 0) AS BIGINT) AS held,
  CAST(SUM(z.assessed) AS BIGINT) AS assessed,
  CAST(SUM(z.certified) AS BIGINT) AS certified,
  CAST(SUM(z.due_3) AS BIGINT) AS due_3,
  CAST(SUM(z.due_3 * z.work_3) AS BIGINT) AS work_3,
  CAST(SUM(z.due_3 * z.trade_3) AS BIGINT) AS trade_3,
  CAST(SUM(z.due_6) AS BIGINT) AS due_6,
  CAST(SUM(z.due_6 * z.work_6) AS BIGINT) AS work_6,
  CAST(SUM(z.fen) AS BIGINT) AS spent_fen,
  CAST(SUM(CASE WHEN z.fen > 0 THEN z.certified ELSE 0 END) AS BIGINT) AS paid_certified,
  CAST(SUM(z.due_6 * z.fen) AS BIGINT) AS spent_6_fen,
  CAST(SUM(CASE WHEN z.fen > 0 THEN z.due_6 * z.work_6 ELSE 0 END) AS BIGINT) AS paid_work_6
FROM (
  SELECT @part AS part, c.attended AS attended, c.held AS held,
    COALESCE((SELECT SUM(w.fen) FROM (
      SELECT l.amount_fen
        - (SELECT COALESCE(SUM(x.cut_fen), 0) FROM claim_cuts x WHERE x.line = l.id)
        - (SELECT COALESCE(SUM(r.due_fen), 0) FROM recoveries r JOIN recovery_ends e ON e.recovery = r.id
           WHERE r.line = l.id AND e.outcome = 'repaid' AND e.day <= $1 AND e.at < $2) AS fen
      FROM claim_lines l JOIN claim_payments p ON p.claim = l.claim
      WHERE l.enrolment = m.subject AND p.day <= $1 AND p.at < $2
    ) w WHERE w.fen > 0), 0) AS fen,
    CASE WHEN EXISTS (SELECT 1 FROM milestones a WHERE a.kind || '' = 'assessed' AND a.enrolment = m.subject
      AND a.day <= $1 AND a.recorded_at < $2) THEN 1 ELSE 0 END AS assessed,
    CASE WHEN EXISTS (SELECT 1 FROM milestones a WHERE a.kind || '' = 'certified' AND a.enrolment = m.subject
      AND a.day <= $1 AND a.recorded_at < $2
      AND a.subject NOT IN (SELECT r.origin FROM milestones r WHERE @revoked)) THEN 1 ELSE 0 END AS certified,
    CASE WHEN m.day <= $3 THEN 1 ELSE 0 END AS due_3,
    CASE WHEN m.day <= $4 THEN 1 ELSE 0 END AS due_6,
    CASE WHEN t.outcome IN ('EMPLOYED', 'FLEX', 'STARTUP', 'PUBLIC') THEN 1 ELSE 0 END AS work_3,
    CASE WHEN t.outcome IN ('EMPLOYED', 'FLEX', 'STARTUP', 'PUBLIC') AND m.occupation <> ''
      AND t.occupation = m.occupation THEN 1 ELSE 0 END AS trade_3,
    CASE WHEN s.outcome IN ('EMPLOYED', 'FLEX', 'STARTUP', 'PUBLIC') THEN 1 ELSE 0 END AS work_6
  FROM milestones m
  LEFT JOIN completions c ON c.enrolment = m.subject
  LEFT JOIN employments t ON t.id = (SELECT f.id FROM employments f WHERE f.enrolment = m.subject AND f.months = 3
    AND f.day <= $1 AND f.at < $2 ORDER BY f.id DESC LIMIT 1)
  LEFT JOIN employments s ON s.id = (SELECT f.id FROM employments f WHERE f.enrolment = m.subject AND f.months = 6
    AND f.day <= $1 AND f.at < $2 ORDER BY f.id DESC LIMIT 1)
  WHERE m.kind = 'trained' AND m.day >= $5 AND m.day <= $1 AND m.recorded_at < $2 AND m.region LIKE $6
) z
GROUP BY z.part
ORDER BY z.part
