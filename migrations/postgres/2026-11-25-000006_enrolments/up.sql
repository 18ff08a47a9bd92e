-- 花名册与学员

-- 花名册
CREATE TABLE rosters (
  id TEXT NOT NULL PRIMARY KEY,
  class TEXT NOT NULL REFERENCES classes,
  file_name TEXT NOT NULL,
  digest TEXT NOT NULL,
  lines INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  warned INTEGER NOT NULL,
  uploaded_at TIMESTAMP NOT NULL,
  uploaded_by TEXT NOT NULL
);

CREATE INDEX rosters_by_class ON rosters (class);

-- 花名册行
CREATE TABLE roster_lines (
  roster TEXT NOT NULL REFERENCES rosters,
  line INTEGER NOT NULL,
  name TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  findings TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('good', 'warned', 'refused')),
  PRIMARY KEY (roster, line)
);

CREATE TRIGGER roster_lines_stay BEFORE UPDATE OR DELETE ON roster_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 录取
CREATE TABLE admissions (
  roster TEXT NOT NULL PRIMARY KEY REFERENCES rosters,
  admitted INTEGER NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER admissions_stay BEFORE UPDATE OR DELETE ON admissions FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 学员: a person in a class
CREATE TABLE enrolments (
  id TEXT NOT NULL PRIMARY KEY,
  class TEXT NOT NULL REFERENCES classes,
  person TEXT NOT NULL REFERENCES people,
  roster TEXT REFERENCES rosters,
  line INTEGER,
  enrolled_at TIMESTAMP NOT NULL,
  enrolled_by TEXT NOT NULL
);

CREATE UNIQUE INDEX enrolments_by_class_person ON enrolments (class, person);

CREATE INDEX enrolments_by_person ON enrolments (person);

CREATE TRIGGER enrolments_stay BEFORE UPDATE OR DELETE ON enrolments FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 退学
CREATE TABLE withdrawals (
  enrolment TEXT NOT NULL PRIMARY KEY REFERENCES enrolments,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER withdrawals_stay BEFORE UPDATE OR DELETE ON withdrawals FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 重点群体快照: as they were when the class began
CREATE TABLE group_snapshots (
  enrolment TEXT NOT NULL REFERENCES enrolments,
  key_group TEXT NOT NULL,
  PRIMARY KEY (enrolment, key_group)
);

CREATE TRIGGER group_snapshots_stay BEFORE UPDATE OR DELETE ON group_snapshots FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 考勤: the last entry counts, the earlier ones stay
CREATE TABLE attendances (
  id TEXT NOT NULL PRIMARY KEY,
  lesson TEXT NOT NULL REFERENCES lessons,
  enrolment TEXT NOT NULL REFERENCES enrolments,
  turn INTEGER NOT NULL,
  presence TEXT NOT NULL CHECK (presence IN ('present', 'absent', 'leave')),
  late BOOLEAN NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE UNIQUE INDEX attendances_by_lesson_enrolment_turn ON attendances (lesson, enrolment, turn);

CREATE INDEX attendances_by_enrolment ON attendances (enrolment);

CREATE TRIGGER attendances_stay BEFORE UPDATE OR DELETE ON attendances FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 结业结论
CREATE TABLE completions (
  enrolment TEXT NOT NULL PRIMARY KEY REFERENCES enrolments,
  attended INTEGER NOT NULL,
  held INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('completed', 'short')),
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER completions_stay BEFORE UPDATE OR DELETE ON completions FOR EACH ROW EXECUTE FUNCTION refuse_change();
