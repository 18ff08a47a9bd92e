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
  uploaded_at TEXT NOT NULL,
  uploaded_by TEXT NOT NULL
) STRICT;

CREATE INDEX rosters_by_class ON rosters (class);

-- 花名册行
CREATE TABLE roster_lines (
  roster TEXT NOT NULL REFERENCES rosters,
  line INTEGER NOT NULL,
  name TEXT NOT NULL,
  sealed BLOB NOT NULL,
  findings TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('good', 'warned', 'refused')),
  PRIMARY KEY (roster, line)
) STRICT;

CREATE TRIGGER roster_lines_no_update BEFORE UPDATE ON roster_lines BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: roster_lines'); END;

CREATE TRIGGER roster_lines_no_delete BEFORE DELETE ON roster_lines BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: roster_lines'); END;

-- 录取
CREATE TABLE admissions (
  roster TEXT NOT NULL PRIMARY KEY REFERENCES rosters,
  admitted INTEGER NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER admissions_no_update BEFORE UPDATE ON admissions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: admissions'); END;

CREATE TRIGGER admissions_no_delete BEFORE DELETE ON admissions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: admissions'); END;

-- 学员: a person in a class
CREATE TABLE enrolments (
  id TEXT NOT NULL PRIMARY KEY,
  class TEXT NOT NULL REFERENCES classes,
  person TEXT NOT NULL REFERENCES people,
  roster TEXT REFERENCES rosters,
  line INTEGER,
  enrolled_at TEXT NOT NULL,
  enrolled_by TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX enrolments_by_class_person ON enrolments (class, person);

CREATE INDEX enrolments_by_person ON enrolments (person);

CREATE TRIGGER enrolments_no_update BEFORE UPDATE ON enrolments BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: enrolments'); END;

CREATE TRIGGER enrolments_no_delete BEFORE DELETE ON enrolments BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: enrolments'); END;

-- 退学
CREATE TABLE withdrawals (
  enrolment TEXT NOT NULL PRIMARY KEY REFERENCES enrolments,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER withdrawals_no_update BEFORE UPDATE ON withdrawals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: withdrawals'); END;

CREATE TRIGGER withdrawals_no_delete BEFORE DELETE ON withdrawals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: withdrawals'); END;

-- 重点群体快照: as they were when the class began
CREATE TABLE group_snapshots (
  enrolment TEXT NOT NULL REFERENCES enrolments,
  key_group TEXT NOT NULL,
  PRIMARY KEY (enrolment, key_group)
) STRICT;

CREATE TRIGGER group_snapshots_no_update BEFORE UPDATE ON group_snapshots BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: group_snapshots'); END;

CREATE TRIGGER group_snapshots_no_delete BEFORE DELETE ON group_snapshots BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: group_snapshots'); END;

-- 考勤: the last entry counts, the earlier ones stay
CREATE TABLE attendances (
  id TEXT NOT NULL PRIMARY KEY,
  lesson TEXT NOT NULL REFERENCES lessons,
  enrolment TEXT NOT NULL REFERENCES enrolments,
  turn INTEGER NOT NULL,
  presence TEXT NOT NULL CHECK (presence IN ('present', 'absent', 'leave')),
  late INTEGER NOT NULL CHECK (late IN (0, 1)),
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX attendances_by_lesson_enrolment_turn ON attendances (lesson, enrolment, turn);

CREATE INDEX attendances_by_enrolment ON attendances (enrolment);

CREATE TRIGGER attendances_no_update BEFORE UPDATE ON attendances BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: attendances'); END;

CREATE TRIGGER attendances_no_delete BEFORE DELETE ON attendances BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: attendances'); END;

-- 结业结论
CREATE TABLE completions (
  enrolment TEXT NOT NULL PRIMARY KEY REFERENCES enrolments,
  attended INTEGER NOT NULL,
  held INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('completed', 'short')),
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER completions_no_update BEFORE UPDATE ON completions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: completions'); END;

CREATE TRIGGER completions_no_delete BEFORE DELETE ON completions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: completions'); END;
