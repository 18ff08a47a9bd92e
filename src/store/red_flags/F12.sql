-- day: more certificates on one day than can be assessed
WITH days AS (
  SELECT institution, issued_on, COUNT(*) AS n FROM certificates WHERE kind = 'level'
    AND NOT EXISTS (SELECT 1 FROM replacements r WHERE r.successor = certificates.id)
  GROUP BY institution, issued_on HAVING COUNT(*) > {limit:certificates_a_day}
)
SELECT 'day' AS variant, d.institution || ' ' || CAST(d.issued_on AS TEXT) AS subject, i.region AS region, d.institution AS institution,
  i.name AS a, CAST(d.issued_on AS TEXT) AS b, CAST(d.n AS TEXT) AS c, 'institutions' AS noun, i.id AS record
FROM days d JOIN institutions i ON i.id = d.institution;
-- new: very many certificates soon after filing
WITH filed AS (
  SELECT institution, MIN(starts) AS since FROM entitlements WHERE role = 'assess' GROUP BY institution
), soon AS (
  SELECT c.institution, f.since, COUNT(*) AS n FROM certificates c JOIN filed f ON f.institution = c.institution
  WHERE c.kind = 'level' AND {days:c.issued_on|f.since} <= 90
  GROUP BY c.institution, f.since HAVING COUNT(*) > {limit:first_certificates}
)
SELECT 'new' AS variant, s.institution AS subject, i.region AS region, s.institution AS institution,
  i.name AS a, CAST(s.since AS TEXT) AS b, CAST(s.n AS TEXT) AS c, 'institutions' AS noun, i.id AS record
FROM soon s JOIN institutions i ON i.id = s.institution
