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
  raised_at TIMESTAMP NOT NULL
);

CREATE UNIQUE INDEX red_flags_by_finding ON red_flags (rule, variant, subject);

CREATE INDEX red_flags_by_region ON red_flags (region, raised_at);

CREATE TRIGGER red_flags_stay BEFORE UPDATE OR DELETE ON red_flags FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE red_flag_rows (
  flag TEXT NOT NULL REFERENCES red_flags,
  turn INTEGER NOT NULL,
  noun TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (flag, turn)
);

CREATE TRIGGER red_flag_rows_stay BEFORE UPDATE OR DELETE ON red_flag_rows FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE dispositions (
  id TEXT NOT NULL PRIMARY KEY,
  flag TEXT NOT NULL REFERENCES red_flags,
  turn INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'dismissed')),
  reason TEXT NOT NULL,
  recovered_fen BIGINT NOT NULL CHECK (recovered_fen >= 0),
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE UNIQUE INDEX dispositions_by_flag_turn ON dispositions (flag, turn);

CREATE TRIGGER dispositions_stay BEFORE UPDATE OR DELETE ON dispositions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE flag_runs (
  day DATE NOT NULL PRIMARY KEY,
  began_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  raised INTEGER NOT NULL
);

CREATE TABLE phone_marks (
  person TEXT NOT NULL PRIMARY KEY REFERENCES people,
  sealed BYTEA NOT NULL,
  mark TEXT NOT NULL
);

CREATE INDEX phone_marks_by_mark ON phone_marks (mark);

CREATE TABLE draws (
  id TEXT NOT NULL PRIMARY KEY,
  region TEXT NOT NULL,
  title TEXT NOT NULL,
  starts DATE NOT NULL,
  ends DATE NOT NULL,
  permille INTEGER NOT NULL CHECK (permille BETWEEN 1 AND 1000),
  population INTEGER NOT NULL,
  population_digest TEXT NOT NULL,
  commitment TEXT NOT NULL,
  seed_sealed BYTEA NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER draws_stay BEFORE UPDATE OR DELETE ON draws FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE draw_reveals (
  draw TEXT NOT NULL PRIMARY KEY REFERENCES draws,
  seed TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER draw_reveals_stay BEFORE UPDATE OR DELETE ON draw_reveals FOR EACH ROW EXECUTE FUNCTION refuse_change();
