-- 拨付明细: the lines behind one fund. $13 fund, $14 how many, $15 after how many.
SELECT spent.person AS person, p.name AS name, p.id_tail AS id_tail, spent.day AS day,
  spent.claim AS claim, spent.kind AS kind, spent.reference AS reference,
  CAST(spent.fen AS BIGINT) AS fen, spent.batch AS batch, k.name AS batch_name, i.name AS house,
  spent.region AS region
FROM spent
JOIN people p ON p.id = spent.person
JOIN institutions i ON i.id = spent.institution
JOIN classes k ON k.id = spent.batch
WHERE spent.fund = $13
ORDER BY spent.day, spent.claim, spent.line
LIMIT $14 OFFSET $15
