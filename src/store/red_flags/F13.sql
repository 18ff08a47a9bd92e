-- one: many employed by one employer on one day; not by the enterprise their class was drafted for
-- (订单定向定岗), which nobody can name once the class is filed
WITH jobs AS (
  SELECT e.class, j.uscc, j.day, MIN(j.employer) AS employer, COUNT(DISTINCT j.enrolment) AS n
  FROM employments j JOIN enrolments e ON e.id = j.enrolment WHERE j.uscc <> ''
    AND NOT EXISTS (SELECT 1 FROM class_enterprises x WHERE x.class = e.class AND x.uscc = j.uscc)
  GROUP BY e.class, j.uscc, j.day HAVING COUNT(DISTINCT j.enrolment) >= {limit:hired_a_day}
)
SELECT 'one' AS variant, b.class || ' ' || b.uscc || ' ' || CAST(b.day AS TEXT) AS subject, k.region AS region, k.institution AS institution,
  b.employer AS a, CAST(b.day AS TEXT) AS b, CAST(b.n AS TEXT) AS c, 'classes' AS noun, k.id AS record
FROM jobs b JOIN classes k ON k.id = b.class;
-- itself: the employer is the school
WITH own AS (
  SELECT e.class, i.id AS institution, i.name, COUNT(DISTINCT j.enrolment) AS n
  FROM employments j JOIN enrolments e ON e.id = j.enrolment JOIN classes k ON k.id = e.class
  JOIN institutions i ON i.id = k.institution AND i.uscc = j.uscc
  GROUP BY e.class, i.id, i.name
)
SELECT 'itself' AS variant, o.class AS subject, k.region AS region, o.institution AS institution,
  o.name AS a, CAST(o.n AS TEXT) AS b, '' AS c, 'classes' AS noun, k.id AS record
FROM own o JOIN classes k ON k.id = o.class
