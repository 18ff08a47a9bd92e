-- 技能评价

-- 评价批次
CREATE TABLE sittings (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT NOT NULL REFERENCES institutions,
  name TEXT NOT NULL,
  occupation TEXT NOT NULL,
  work_type TEXT,
  level TEXT NOT NULL,
  day TEXT NOT NULL,
  place TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'marking', 'marked', 'in_publicity', 'issued', 'cancelled')),
  planned_at TEXT NOT NULL,
  planned_by TEXT NOT NULL
) STRICT;

CREATE INDEX sittings_by_institution_day ON sittings (institution, day);

-- 批次进程
CREATE TABLE sitting_steps (
  id TEXT NOT NULL PRIMARY KEY,
  sitting TEXT NOT NULL REFERENCES sittings,
  step TEXT NOT NULL CHECK (step IN ('planned', 'marking', 'marked', 'in_publicity', 'issued', 'cancelled')),
  reason TEXT,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX sitting_steps_by_sitting ON sitting_steps (sitting);

CREATE TRIGGER sitting_steps_no_update BEFORE UPDATE ON sitting_steps BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: sitting_steps'); END;

CREATE TRIGGER sitting_steps_no_delete BEFORE DELETE ON sitting_steps BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: sitting_steps'); END;

-- 考评组
CREATE TABLE panel_members (
  sitting TEXT NOT NULL REFERENCES sittings,
  assessor TEXT NOT NULL REFERENCES assessors,
  part TEXT NOT NULL CHECK (part IN ('theory', 'practice', 'review')),
  head INTEGER NOT NULL CHECK (head IN (0, 1)),
  PRIMARY KEY (sitting, assessor, part)
) STRICT;

CREATE INDEX panel_members_by_assessor ON panel_members (assessor);

-- 考生
CREATE TABLE candidates (
  id TEXT NOT NULL PRIMARY KEY,
  sitting TEXT NOT NULL REFERENCES sittings,
  person TEXT NOT NULL REFERENCES people,
  enrolment TEXT REFERENCES enrolments,
  seat TEXT NOT NULL,
  clause TEXT NOT NULL,
  parts TEXT NOT NULL,
  entered_at TEXT NOT NULL,
  entered_by TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX candidates_by_sitting_person ON candidates (sitting, person);

CREATE UNIQUE INDEX candidates_by_sitting_seat ON candidates (sitting, seat);

CREATE INDEX candidates_by_person ON candidates (person);

-- 补考结转: parts passed in an earlier sitting and brought along
CREATE TABLE carried_marks (
  candidate TEXT NOT NULL REFERENCES candidates,
  part TEXT NOT NULL CHECK (part IN ('theory', 'practice', 'review')),
  origin TEXT NOT NULL REFERENCES candidates,
  tenths INTEGER NOT NULL,
  PRIMARY KEY (candidate, part)
) STRICT;

-- 成绩: the highest version counts, the others stay
CREATE TABLE marks (
  id TEXT NOT NULL PRIMARY KEY,
  candidate TEXT NOT NULL REFERENCES candidates,
  part TEXT NOT NULL CHECK (part IN ('theory', 'practice', 'review')),
  assessor TEXT NOT NULL REFERENCES assessors,
  version INTEGER NOT NULL,
  tenths INTEGER,
  absent INTEGER NOT NULL CHECK (absent IN (0, 1)),
  reason TEXT,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX marks_by_candidate_part_assessor_version ON marks (candidate, part, assessor, version);

CREATE TRIGGER marks_no_update BEFORE UPDATE ON marks BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: marks'); END;

CREATE TRIGGER marks_no_delete BEFORE DELETE ON marks BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: marks'); END;

-- 成绩签字
CREATE TABLE mark_signatures (
  sitting TEXT NOT NULL REFERENCES sittings,
  assessor TEXT NOT NULL REFERENCES assessors,
  part TEXT NOT NULL CHECK (part IN ('theory', 'practice', 'review')),
  digest TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (sitting, assessor, part)
) STRICT;

CREATE TRIGGER mark_signatures_no_update BEFORE UPDATE ON mark_signatures BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: mark_signatures'); END;

CREATE TRIGGER mark_signatures_no_delete BEFORE DELETE ON mark_signatures BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: mark_signatures'); END;

-- 公示
CREATE TABLE publicities (
  sitting TEXT NOT NULL PRIMARY KEY REFERENCES sittings,
  opens TEXT NOT NULL,
  closes TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX publicities_by_closes ON publicities (closes);

CREATE TRIGGER publicities_no_update BEFORE UPDATE ON publicities BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: publicities'); END;

CREATE TRIGGER publicities_no_delete BEFORE DELETE ON publicities BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: publicities'); END;

-- 异议
CREATE TABLE objections (
  id TEXT NOT NULL PRIMARY KEY,
  sitting TEXT NOT NULL REFERENCES sittings,
  about TEXT NOT NULL,
  said TEXT NOT NULL,
  contact_sealed BLOB,
  lodged_at TEXT NOT NULL
) STRICT;

CREATE INDEX objections_by_sitting ON objections (sitting);

CREATE TRIGGER objections_no_update BEFORE UPDATE ON objections BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: objections'); END;

CREATE TRIGGER objections_no_delete BEFORE DELETE ON objections BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: objections'); END;

-- 异议处理
CREATE TABLE settlements (
  objection TEXT NOT NULL PRIMARY KEY REFERENCES objections,
  upheld INTEGER NOT NULL CHECK (upheld IN (0, 1)),
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER settlements_no_update BEFORE UPDATE ON settlements BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: settlements'); END;

CREATE TRIGGER settlements_no_delete BEFORE DELETE ON settlements BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: settlements'); END;
