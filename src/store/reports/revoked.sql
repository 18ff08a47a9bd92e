-- 撤销: a revocation `r` that stands as of `@until`, known before `@known`: what was restored since is
-- not revoked, unless it was revoked again.
r.kind = 'revoked' AND r.day <= @until AND r.recorded_at < @known
  AND NOT EXISTS (SELECT 1 FROM milestones t WHERE t.kind = 'restored' AND t.subject = r.subject
    AND t.day <= @until AND t.recorded_at < @known
    AND NOT EXISTS (SELECT 1 FROM renewed_revocations n WHERE n.certificate = t.subject AND n.day <= @until AND n.at < @known))
