-- 统计范围: what a cut asks of a milestone `m` beside its day and its entry. `@place` is the region
-- counted by, a column.
AND m.@place LIKE $4
AND ($5 = '' OR EXISTS (SELECT 1 FROM group_snapshots g WHERE g.enrolment = m.enrolment AND g.key_group = $5))
AND ($6 = '' OR m.training = $6)
AND ($7 = '' OR m.occupation = $7)
AND ($8 = '' OR m.level = $8)
AND ($9 = '' OR m.sex = $9)
AND ($10 = '' OR m.institution = $10)
AND m.age >= $11 AND m.age <= $12
