-- 补贴汇总: claims that were not returned, by county, institution, kind and the month they were filed.
-- $1 from, $2 until, $3 institution pattern, $4 region pattern; `@day` and `@month` are spelled by the database.
SELECT z.county AS county, z.institution AS institution, z.name AS name, z.kind AS kind, z.month AS month,
  CAST(COUNT(*) AS BIGINT) AS claims,
  CAST(SUM(z.lines) AS BIGINT) AS lines,
  CAST(SUM(z.asked_fen) AS BIGINT) AS asked_fen,
  CAST(SUM(z.cut_fen) AS BIGINT) AS cut_fen,
  CAST(SUM(z.paid_fen) AS BIGINT) AS paid_fen,
  CAST(SUM(z.recovered_fen) AS BIGINT) AS recovered_fen
FROM (
  SELECT substr(c.region, 1, 6) AS county, c.institution AS institution, i.name AS name, c.kind AS kind, @month AS month,
    c.asked_fen AS asked_fen,
    (SELECT COUNT(*) FROM claim_lines l WHERE l.claim = c.id AND l.amount_fen >
      (SELECT COALESCE(SUM(x.cut_fen), 0) FROM claim_cuts x WHERE x.line = l.id)) AS lines,
    (SELECT COALESCE(SUM(x.cut_fen), 0) FROM claim_cuts x JOIN claim_lines l ON l.id = x.line WHERE l.claim = c.id) AS cut_fen,
    COALESCE((SELECT p.paid_fen FROM claim_payments p WHERE p.claim = c.id), 0) AS paid_fen,
    (SELECT COALESCE(SUM(r.due_fen), 0) FROM recoveries r JOIN claim_lines l ON l.id = r.line
      WHERE l.claim = c.id AND NOT EXISTS (SELECT 1 FROM recovery_ends e WHERE e.recovery = r.id AND e.outcome = 'waived')) AS recovered_fen
  FROM claims c JOIN institutions i ON i.id = c.institution
  WHERE c.state <> 'returned' AND @day >= $1 AND @day <= $2
    AND c.institution LIKE $3 ESCAPE '\' AND i.region LIKE $4 ESCAPE '\'
) z
GROUP BY z.county, z.institution, z.name, z.kind, z.month
ORDER BY z.county, z.name, z.kind, z.month
