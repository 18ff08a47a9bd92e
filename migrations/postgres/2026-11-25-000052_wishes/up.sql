-- 底数台账

-- 账号: two more roles
ALTER TABLE accounts DROP CONSTRAINT accounts_role_check;

ALTER TABLE accounts ADD CONSTRAINT accounts_role_check CHECK (role IN ('bureau_officer', 'county_officer', 'institution_clerk', 'institution_signatory', 'assessment_clerk', 'assessment_signatory', 'assessor', 'administrator', 'auditor', 'township_worker', 'department_reader'));

-- 培训意愿: what somebody wants to learn; never rewritten, a newer one takes its place
CREATE TABLE wishes (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  region TEXT NOT NULL,
  village TEXT NOT NULL,
  trade TEXT NOT NULL,
  occupation TEXT NOT NULL,
  day DATE NOT NULL,
  origin TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX wishes_by_person ON wishes (person);

CREATE INDEX wishes_by_region ON wishes (region);

CREATE TRIGGER wishes_stay BEFORE UPDATE OR DELETE ON wishes FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 了结: why a wish is no longer one
CREATE TABLE wish_ends (
  wish TEXT NOT NULL PRIMARY KEY REFERENCES wishes,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER wish_ends_stay BEFORE UPDATE OR DELETE ON wish_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 有效意愿: one a person at most; the primary key sees to it
CREATE TABLE open_wishes (
  person TEXT NOT NULL PRIMARY KEY REFERENCES people,
  wish TEXT NOT NULL UNIQUE REFERENCES wishes
);

-- 联系记录: that somebody spoke with her, when, how, and what came of it
CREATE TABLE contacts (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  day DATE NOT NULL,
  way TEXT NOT NULL,
  note TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX contacts_by_person_day ON contacts (person, day);

CREATE TRIGGER contacts_stay BEFORE UPDATE OR DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION refuse_change();
