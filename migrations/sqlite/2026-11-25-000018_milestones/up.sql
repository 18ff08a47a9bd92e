-- 统计节点、年度目标、月报封存

-- 节点: a dated step of a person that figures count, with everything it is counted by
CREATE TABLE milestones (
  kind TEXT NOT NULL CHECK (kind IN ('enrolled', 'trained', 'assessed', 'certified', 'concluded', 'revoked', 'restored')),
  subject TEXT NOT NULL,
  origin TEXT NOT NULL,
  day TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  person TEXT NOT NULL,
  enrolment TEXT NOT NULL,
  institution TEXT NOT NULL,
  batch TEXT NOT NULL,
  region TEXT NOT NULL,
  home TEXT NOT NULL,
  training TEXT NOT NULL,
  startup TEXT NOT NULL,
  course TEXT NOT NULL,
  occupation TEXT NOT NULL,
  level TEXT NOT NULL,
  sex TEXT NOT NULL,
  age INTEGER NOT NULL,
  PRIMARY KEY (kind, subject)
) STRICT;

CREATE INDEX milestones_by_kind_day ON milestones (kind, day);

CREATE INDEX milestones_by_kind_batch ON milestones (kind, batch);

CREATE INDEX milestones_by_kind_origin ON milestones (kind, origin);

CREATE INDEX milestones_by_enrolment ON milestones (enrolment);

CREATE INDEX milestones_by_recorded_at ON milestones (recorded_at);

INSERT INTO milestones (kind, subject, origin, day, recorded_at, recorded_by, person, enrolment, institution, batch, region, home, training, startup, course, occupation, level, sex, age)
SELECT 'enrolled' AS kind, e.id AS subject, e.id AS origin, k.starts AS day, s.at AS recorded_at, s.by AS recorded_by,
  e.person AS person, e.id AS enrolment, k.institution AS institution, k.id AS batch, k.region AS region,
  COALESCE(p.region, '') AS home, c.kind AS training, COALESCE(c.startup, '') AS startup, c.id AS course,
  COALESCE(c.occupation, '') AS occupation, COALESCE(c.level, '') AS level, COALESCE(p.sex, '') AS sex,
  CAST(COALESCE(CAST(substr(CAST(k.starts AS TEXT), 1, 4) AS INTEGER) - p.birth_year, -1) AS INTEGER) AS age
FROM enrolments e
JOIN classes k ON k.id = e.class
JOIN class_steps s ON s.class = k.id AND s.step = 'begun'
JOIN courses c ON c.id = k.course
JOIN people p ON p.id = e.person
WHERE NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.enrolment = e.id AND w.at <= s.at)
UNION ALL
SELECT 'trained' AS kind, e.id AS subject, e.id AS origin, k.ends AS day, f.at AS recorded_at, f.by AS recorded_by,
  e.person AS person, e.id AS enrolment, k.institution AS institution, k.id AS batch, k.region AS region,
  COALESCE(p.region, '') AS home, c.kind AS training, COALESCE(c.startup, '') AS startup, c.id AS course,
  COALESCE(c.occupation, '') AS occupation, COALESCE(c.level, '') AS level, COALESCE(p.sex, '') AS sex,
  CAST(COALESCE(CAST(substr(CAST(k.starts AS TEXT), 1, 4) AS INTEGER) - p.birth_year, -1) AS INTEGER) AS age
FROM completions f
JOIN enrolments e ON e.id = f.enrolment
JOIN classes k ON k.id = e.class
JOIN courses c ON c.id = k.course
JOIN people p ON p.id = e.person
WHERE f.outcome = 'completed'
UNION ALL
SELECT 'assessed' AS kind, a.id AS subject, a.id AS origin, s.day AS day, t.at AS recorded_at, t.by AS recorded_by,
  a.person AS person, COALESCE(a.enrolment, '') AS enrolment, s.institution AS institution, s.id AS batch,
  i.region AS region, COALESCE(p.region, '') AS home, COALESCE(c.kind, '') AS training,
  COALESCE(c.startup, '') AS startup, COALESCE(c.id, '') AS course, s.occupation AS occupation,
  s.level AS level, COALESCE(p.sex, '') AS sex,
  CAST(COALESCE(CAST(substr(CAST(s.day AS TEXT), 1, 4) AS INTEGER) - p.birth_year, -1) AS INTEGER) AS age
FROM candidates a
JOIN sittings s ON s.id = a.sitting
JOIN sitting_steps t ON t.sitting = s.id AND t.step = 'marked'
JOIN institutions i ON i.id = s.institution
JOIN people p ON p.id = a.person
LEFT JOIN enrolments e ON e.id = a.enrolment
LEFT JOIN classes k ON k.id = e.class
LEFT JOIN courses c ON c.id = k.course
WHERE EXISTS (SELECT 1 FROM marks m WHERE m.candidate = a.id AND NOT m.absent
  AND NOT EXISTS (SELECT 1 FROM marks n WHERE n.candidate = m.candidate AND n.part = m.part
    AND n.assessor = m.assessor AND n.version > m.version))
  AND NOT EXISTS (SELECT 1 FROM sitting_steps u WHERE u.sitting = s.id AND u.step = 'marked' AND u.at < t.at)
UNION ALL
SELECT CASE WHEN x.kind = 'level' THEN 'certified' ELSE 'concluded' END AS kind, x.id AS subject, x.id AS origin,
  x.issued_on AS day, x.issued_at AS recorded_at, x.issued_by AS recorded_by, x.person AS person,
  COALESCE(e.id, '') AS enrolment, x.institution AS institution, COALESCE(x.sitting, k.id, '') AS batch,
  i.region AS region, COALESCE(p.region, '') AS home, COALESCE(c.kind, '') AS training,
  COALESCE(c.startup, '') AS startup, COALESCE(c.id, '') AS course, COALESCE(x.occupation, '') AS occupation,
  COALESCE(x.level, '') AS level, COALESCE(p.sex, '') AS sex,
  CAST(COALESCE(CAST(substr(CAST(x.issued_on AS TEXT), 1, 4) AS INTEGER) - p.birth_year, -1) AS INTEGER) AS age
FROM certificates x
JOIN institutions i ON i.id = x.institution
JOIN people p ON p.id = x.person
LEFT JOIN candidates a ON a.id = x.candidate
LEFT JOIN enrolments e ON e.id = COALESCE(x.enrolment, a.enrolment)
LEFT JOIN classes k ON k.id = e.class
LEFT JOIN courses c ON c.id = k.course
WHERE NOT EXISTS (SELECT 1 FROM replacements r WHERE r.successor = x.id);

INSERT INTO milestones (kind, subject, origin, day, recorded_at, recorded_by, person, enrolment, institution, batch, region, home, training, startup, course, occupation, level, sex, age)
SELECT 'revoked', v.certificate, m.subject, date(v.at, '+8 hours'), v.at, v.by, m.person, m.enrolment, m.institution, m.batch, m.region, m.home,
  m.training, m.startup, m.course, m.occupation, m.level, m.sex, m.age
FROM revocations v
LEFT JOIN replacements b ON b.successor = v.certificate
LEFT JOIN replacements a ON a.successor = b.certificate
JOIN milestones m ON m.kind IN ('certified', 'concluded') AND m.subject = COALESCE(a.certificate, b.certificate, v.certificate);

INSERT INTO milestones (kind, subject, origin, day, recorded_at, recorded_by, person, enrolment, institution, batch, region, home, training, startup, course, occupation, level, sex, age)
SELECT 'restored', v.certificate, m.subject, date(v.at, '+8 hours'), v.at, v.by, m.person, m.enrolment, m.institution, m.batch, m.region, m.home,
  m.training, m.startup, m.course, m.occupation, m.level, m.sex, m.age
FROM restorations v
LEFT JOIN replacements b ON b.successor = v.certificate
LEFT JOIN replacements a ON a.successor = b.certificate
JOIN milestones m ON m.kind IN ('certified', 'concluded') AND m.subject = COALESCE(a.certificate, b.certificate, v.certificate);

CREATE TRIGGER milestones_no_update BEFORE UPDATE ON milestones BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: milestones'); END;

CREATE TRIGGER milestones_no_delete BEFORE DELETE ON milestones BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: milestones'); END;

-- 年度目标: the last entry counts, the earlier ones stay
CREATE TABLE targets (
  id TEXT NOT NULL PRIMARY KEY,
  year INTEGER NOT NULL,
  region TEXT NOT NULL,
  indicator TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  document TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX targets_by_year_region ON targets (year, region);

CREATE TRIGGER targets_no_update BEFORE UPDATE ON targets BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: targets'); END;

CREATE TRIGGER targets_no_delete BEFORE DELETE ON targets BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: targets'); END;

-- 月报封存: a report as it was sent, signed
CREATE TABLE freezes (
  id TEXT NOT NULL PRIMARY KEY,
  region TEXT NOT NULL,
  until TEXT NOT NULL,
  known_at TEXT NOT NULL,
  body TEXT NOT NULL,
  digest TEXT NOT NULL,
  key_id TEXT NOT NULL,
  signature BLOB NOT NULL,
  frozen_at TEXT NOT NULL,
  frozen_by TEXT NOT NULL
) STRICT;

CREATE INDEX freezes_by_until ON freezes (until, region);

CREATE TRIGGER freezes_no_update BEFORE UPDATE ON freezes BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: freezes'); END;

CREATE TRIGGER freezes_no_delete BEFORE DELETE ON freezes BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: freezes'); END;
