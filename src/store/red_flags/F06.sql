-- young, old: outside the ages of work when the class began (only the year of birth is asked)
SELECT 'young' AS variant, e.id AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST({year:k.starts} - p.birth_year AS TEXT) AS b, '' AS c, 'enrolments' AS noun, e.id AS record
FROM enrolments e JOIN classes k ON k.id = e.class JOIN people p ON p.id = e.person
WHERE k.state IN ('begun', 'completed', 'closed') AND {year:k.starts} - p.birth_year < {limit:working_age};
SELECT 'old' AS variant, e.id AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST({year:k.starts} - p.birth_year AS TEXT) AS b, '' AS c, 'enrolments' AS noun, e.id AS record
FROM enrolments e JOIN classes k ON k.id = e.class JOIN people p ON p.id = e.person
WHERE k.state IN ('begun', 'completed', 'closed')
  AND {year:k.starts} - p.birth_year > CASE WHEN p.sex = 'female' THEN {limit:retire_women} ELSE {limit:retire_men} END;
-- deceased, pensioner, payroll, pupil, insured: as a department delivered
SELECT d.kind AS variant, e.id AS subject, k.region AS region, k.institution AS institution,
  k.name AS a, CAST(MIN(x.starts) AS TEXT) AS b, MIN(d.department) AS c, 'enrolments' AS noun, e.id AS record
FROM enrolments e JOIN classes k ON k.id = e.class JOIN courses q ON q.id = k.course
JOIN people p ON p.id = e.person JOIN delivered x ON x.id_index = p.id_index JOIN deliveries d ON d.id = x.delivery
WHERE k.state IN ('begun', 'completed', 'closed')
  AND ((d.kind = 'deceased' AND x.starts < k.ends)
    OR (d.kind IN ('pensioner', 'payroll', 'pupil') AND x.starts <= k.starts AND (x.ends IS NULL OR x.ends >= k.starts))
    OR (d.kind = 'insured' AND q.kind = 'EMPLOY' AND x.starts <= k.starts AND (x.ends IS NULL OR x.ends >= k.starts)))
GROUP BY d.kind, e.id, k.region, k.institution, k.name
