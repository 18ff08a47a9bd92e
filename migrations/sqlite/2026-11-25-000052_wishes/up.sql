-- 底数台账

-- 账号: two more roles. A table's check cannot be changed: the table is made anew under its name, so that
-- what refers to it still does; until then what refers to nothing is forgiven.
PRAGMA defer_foreign_keys = ON;

CREATE TEMP TABLE accounts_before AS SELECT * FROM accounts;

DROP TABLE accounts;

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('bureau_officer', 'county_officer', 'institution_clerk', 'institution_signatory', 'assessment_clerk', 'assessment_signatory', 'assessor', 'administrator', 'auditor', 'township_worker', 'department_reader')),
  institution TEXT REFERENCES institutions,
  region TEXT,
  assessor TEXT REFERENCES assessors,
  password TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  opened_by TEXT,
  closed_at TEXT,
  closed_by TEXT
) STRICT;

CREATE INDEX accounts_by_institution ON accounts (institution);

INSERT INTO accounts SELECT * FROM accounts_before;

DROP TABLE accounts_before;

-- 培训意愿: what somebody wants to learn; never rewritten, a newer one takes its place
CREATE TABLE wishes (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  region TEXT NOT NULL,
  village TEXT NOT NULL,
  trade TEXT NOT NULL,
  occupation TEXT NOT NULL,
  day TEXT NOT NULL,
  origin TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX wishes_by_person ON wishes (person);

CREATE INDEX wishes_by_region ON wishes (region);

CREATE TRIGGER wishes_no_update BEFORE UPDATE ON wishes BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: wishes'); END;

CREATE TRIGGER wishes_no_delete BEFORE DELETE ON wishes BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: wishes'); END;

-- 了结: why a wish is no longer one
CREATE TABLE wish_ends (
  wish TEXT NOT NULL PRIMARY KEY REFERENCES wishes,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER wish_ends_no_update BEFORE UPDATE ON wish_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: wish_ends'); END;

CREATE TRIGGER wish_ends_no_delete BEFORE DELETE ON wish_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: wish_ends'); END;

-- 有效意愿: one a person at most; the primary key sees to it
CREATE TABLE open_wishes (
  person TEXT NOT NULL PRIMARY KEY REFERENCES people,
  wish TEXT NOT NULL UNIQUE REFERENCES wishes
) STRICT;

-- 联系记录: that somebody spoke with her, when, how, and what came of it
CREATE TABLE contacts (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  day TEXT NOT NULL,
  way TEXT NOT NULL,
  note TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX contacts_by_person_day ON contacts (person, day);

CREATE TRIGGER contacts_no_update BEFORE UPDATE ON contacts BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: contacts'); END;

CREATE TRIGGER contacts_no_delete BEFORE DELETE ON contacts BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: contacts'); END;
