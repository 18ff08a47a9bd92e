-- 拨付明细: some paid lines. `@lines` are the places of their keys.
SELECT l.id AS line, l.person AS person, p.name AS name, p.id_tail AS id_tail, y.day AS day,
  c.id AS claim, c.kind AS kind, y.reference AS reference, l.amount_fen AS fen,
  m.batch AS batch, k.name AS batch_name, i.name AS house, m.region AS region
FROM claim_lines l
JOIN claims c ON c.id = l.claim
JOIN claim_payments y ON y.claim = c.id
JOIN milestones m ON m.kind = 'trained' AND m.subject = l.enrolment
JOIN people p ON p.id = l.person
JOIN institutions i ON i.id = m.institution
JOIN classes k ON k.id = m.batch
WHERE l.id IN (@lines)
