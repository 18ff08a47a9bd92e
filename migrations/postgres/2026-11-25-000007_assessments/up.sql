-- 技能评价

-- 评价批次
CREATE TABLE sittings (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT NOT NULL REFERENCES institutions,
  name TEXT NOT NULL,
  occupation TEXT NOT NULL,
  work_type TEXT,
  level TEXT NOT NULL,
  day DATE NOT NULL,
  place TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'marking', 'marked', 'in_publicity', 'issued', 'cancelled')),
  planned_at TIMESTAMP NOT NULL,
  planned_by TEXT NOT NULL
);

CREATE INDEX sittings_by_institution_day ON sittings (institution, day);

-- 批次进程
CREATE TABLE sitting_steps (
  id TEXT NOT NULL PRIMARY KEY,
  sitting TEXT NOT NULL REFERENCES sittings,
  step TEXT NOT NULL CHECK (step IN ('planned', 'marking', 'marked', 'in_publicity', 'issued', 'cancelled')),
  reason TEXT,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX sitting_steps_by_sitting ON sitting_steps (sitting);

CREATE TRIGGER sitting_steps_stay BEFORE UPDATE OR DELETE ON sitting_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 考评组
CREATE TABLE panel_members (
  sitting TEXT NOT NULL REFERENCES sittings,
  assessor TEXT NOT NULL REFERENCES assessors,
  part TEXT NOT NULL CHECK (part IN ('theory', 'practice', 'review')),
  head BOOLEAN NOT NULL,
  PRIMARY KEY (sitting, assessor, part)
);

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
  entered_at TIMESTAMP NOT NULL,
  entered_by TEXT NOT NULL
);

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
);

-- 成绩: the highest version counts, the others stay
CREATE TABLE marks (
  id TEXT NOT NULL PRIMARY KEY,
  candidate TEXT NOT NULL REFERENCES candidates,
  part TEXT NOT NULL CHECK (part IN ('theory', 'practice', 'review')),
  assessor TEXT NOT NULL REFERENCES assessors,
  version INTEGER NOT NULL,
  tenths INTEGER,
  absent BOOLEAN NOT NULL,
  reason TEXT,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE UNIQUE INDEX marks_by_candidate_part_assessor_version ON marks (candidate, part, assessor, version);

CREATE TRIGGER marks_stay BEFORE UPDATE OR DELETE ON marks FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 成绩签字
CREATE TABLE mark_signatures (
  sitting TEXT NOT NULL REFERENCES sittings,
  assessor TEXT NOT NULL REFERENCES assessors,
  part TEXT NOT NULL CHECK (part IN ('theory', 'practice', 'review')),
  digest TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (sitting, assessor, part)
);

CREATE TRIGGER mark_signatures_stay BEFORE UPDATE OR DELETE ON mark_signatures FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 公示
CREATE TABLE publicities (
  sitting TEXT NOT NULL PRIMARY KEY REFERENCES sittings,
  opens DATE NOT NULL,
  closes DATE NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX publicities_by_closes ON publicities (closes);

CREATE TRIGGER publicities_stay BEFORE UPDATE OR DELETE ON publicities FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 异议
CREATE TABLE objections (
  id TEXT NOT NULL PRIMARY KEY,
  sitting TEXT NOT NULL REFERENCES sittings,
  about TEXT NOT NULL,
  said TEXT NOT NULL,
  contact_sealed BYTEA,
  lodged_at TIMESTAMP NOT NULL
);

CREATE INDEX objections_by_sitting ON objections (sitting);

CREATE TRIGGER objections_stay BEFORE UPDATE OR DELETE ON objections FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 异议处理
CREATE TABLE settlements (
  objection TEXT NOT NULL PRIMARY KEY REFERENCES objections,
  upheld BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER settlements_stay BEFORE UPDATE OR DELETE ON settlements FOR EACH ROW EXECUTE FUNCTION refuse_change();
