-- 退回: what was paid back of lines as of a day. $1 the day, $2 known before.
SELECT r.line AS line, CAST(SUM(r.due_fen) AS BIGINT) AS fen
FROM recovery_ends e JOIN recoveries r ON r.id = e.recovery
WHERE e.outcome = 'repaid' AND e.day <= $1 AND e.at < $2
GROUP BY r.line
