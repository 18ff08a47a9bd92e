-- 疑点、随机抽查

CREATE TABLE red_flags (
  id TEXT NOT NULL PRIMARY KEY,
  rule TEXT NOT NULL,
  variant TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('high', 'medium', 'low')),
  subject TEXT NOT NULL,
  region TEXT NOT NULL,
  institution TEXT REFERENCES institutions,
  facts TEXT NOT NULL,
  raised_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX red_flags_by_finding ON red_flags (rule, variant, subject);

CREATE INDEX red_flags_by_region ON red_flags (region, raised_at);

CREATE TRIGGER red_flags_no_update BEFORE UPDATE ON red_flags BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: red_flags'); END;

CREATE TRIGGER red_flags_no_delete BEFORE DELETE ON red_flags BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: red_flags'); END;

CREATE TABLE red_flag_rows (
  flag TEXT NOT NULL REFERENCES red_flags,
  turn INTEGER NOT NULL,
  noun TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (flag, turn)
) STRICT;

CREATE TRIGGER red_flag_rows_no_update BEFORE UPDATE ON red_flag_rows BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: red_flag_rows'); END;

CREATE TRIGGER red_flag_rows_no_delete BEFORE DELETE ON red_flag_rows BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: red_flag_rows'); END;

CREATE TABLE dispositions (
  id TEXT NOT NULL PRIMARY KEY,
  flag TEXT NOT NULL REFERENCES red_flags,
  turn INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'dismissed')),
  reason TEXT NOT NULL,
  recovered_fen INTEGER NOT NULL CHECK (recovered_fen >= 0),
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX dispositions_by_flag_turn ON dispositions (flag, turn);

CREATE TRIGGER dispositions_no_update BEFORE UPDATE ON dispositions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: dispositions'); END;

CREATE TRIGGER dispositions_no_delete BEFORE DELETE ON dispositions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: dispositions'); END;

CREATE TABLE flag_runs (
  day TEXT NOT NULL PRIMARY KEY,
  began_at TEXT NOT NULL,
  ended_at TEXT,
  raised INTEGER NOT NULL
) STRICT;

CREATE TABLE phone_marks (
  person TEXT NOT NULL PRIMARY KEY REFERENCES people,
  sealed BLOB NOT NULL,
  mark TEXT NOT NULL
) STRICT;

CREATE INDEX phone_marks_by_mark ON phone_marks (mark);

CREATE TABLE draws (
  id TEXT NOT NULL PRIMARY KEY,
  region TEXT NOT NULL,
  title TEXT NOT NULL,
  starts TEXT NOT NULL,
  ends TEXT NOT NULL,
  permille INTEGER NOT NULL CHECK (permille BETWEEN 1 AND 1000),
  population INTEGER NOT NULL,
  population_digest TEXT NOT NULL,
  commitment TEXT NOT NULL,
  seed_sealed BLOB NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER draws_no_update BEFORE UPDATE ON draws BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: draws'); END;

CREATE TRIGGER draws_no_delete BEFORE DELETE ON draws BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: draws'); END;

CREATE TABLE draw_reveals (
  draw TEXT NOT NULL PRIMARY KEY REFERENCES draws,
  seed TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER draw_reveals_no_update BEFORE UPDATE ON draw_reveals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: draw_reveals'); END;

CREATE TRIGGER draw_reveals_no_delete BEFORE DELETE ON draw_reveals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: draw_reveals'); END;
