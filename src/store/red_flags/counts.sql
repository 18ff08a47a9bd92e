SELECT COUNT(*) AS raised,
  CAST(COALESCE(SUM(CASE WHEN d.verdict = 'confirmed' THEN 1 ELSE 0 END), 0) AS BIGINT) AS confirmed,
  CAST(COALESCE(SUM(CASE WHEN d.verdict = 'dismissed' THEN 1 ELSE 0 END), 0) AS BIGINT) AS dismissed,
  CAST(COALESCE(SUM(d.recovered_fen), 0) AS BIGINT) AS recovered_fen
FROM red_flags f
LEFT JOIN dispositions d ON d.flag = f.id AND d.at < $1 AND NOT EXISTS (
  SELECT 1 FROM dispositions n WHERE n.flag = f.id AND n.turn > d.turn AND n.at < $1)
WHERE f.region LIKE $2 ESCAPE '\' AND f.raised_at >= $3 AND f.raised_at < $1
