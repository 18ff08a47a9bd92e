-- 更正清单: revocations, restorations, payments and repayments that came on record later about days
-- that were counted before; late milestones and fates are found in the volumes. `CROSS JOIN` keeps
-- SQLite to the order: what came later first.
-- $1 from, $2 until, $3 known before, $4 region pattern, $5 now.
SELECT z.kind AS kind, z.day AS day, z.at AS at, COALESCE(o.name, '') AS who, z.why AS why,
  COALESCE(k.name, s.name, '') AS batch_name, CAST(COUNT(*) AS BIGINT) AS times
FROM (
  SELECT m.kind AS kind, m.day AS day, m.recorded_at AS at, m.recorded_by AS by, m.batch AS batch,
    COALESCE(t.reason, q.reason, '') AS why
  FROM milestones m CROSS JOIN milestones x
  LEFT JOIN revocations v ON v.certificate = m.subject
  LEFT JOIN revocation_proposals q ON q.id = v.proposal
  LEFT JOIN restorations t ON t.certificate = m.subject AND m.kind = 'restored'
  WHERE m.kind IN ('revoked', 'restored') AND x.subject = m.origin AND x.kind IN ('certified', 'concluded')
    AND x.day >= $1 AND x.day <= $2 AND m.recorded_at >= $3 AND m.@place LIKE $4 AND m.recorded_at <= $5
  UNION ALL
  SELECT 'paid', p.day, p.at, p.by, m.batch, ''
  FROM claim_payments p CROSS JOIN claim_lines l CROSS JOIN milestones m
  WHERE p.day >= $1 AND p.day <= $2 AND p.at >= $3 AND m.@place LIKE $4 AND p.at <= $5
    AND l.claim = p.claim AND m.kind = 'trained' AND m.subject = l.enrolment
  UNION ALL
  SELECT 'repaid', e.day, e.at, e.by, m.batch, e.reason
  FROM recovery_ends e CROSS JOIN recoveries r CROSS JOIN claim_lines l CROSS JOIN claim_payments p CROSS JOIN milestones m
  WHERE p.day >= $1 AND p.day <= $2 AND e.at >= $3 AND m.@place LIKE $4 AND e.at <= $5
    AND e.outcome = 'repaid' AND e.day <= $2
    AND r.id = e.recovery AND l.id = r.line AND p.claim = l.claim AND m.kind = 'trained' AND m.subject = l.enrolment
) z
LEFT JOIN accounts o ON o.id = z.by
LEFT JOIN classes k ON k.id = z.batch
LEFT JOIN sittings s ON s.id = z.batch
GROUP BY z.kind, z.day, z.at, o.name, z.why, k.name, s.name
ORDER BY z.at DESC, z.kind, batch_name
LIMIT 200
