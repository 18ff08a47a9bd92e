-- 证书在截止日已撤销的不计
AND NOT EXISTS (SELECT 1 FROM milestones r WHERE m.kind IN ('certified', 'concluded')
  AND r.origin = m.subject AND @revoked)
