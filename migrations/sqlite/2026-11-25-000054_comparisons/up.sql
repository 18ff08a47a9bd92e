-- 名单比对

-- 名单比对: that a list was held against the registry, by whom, for what, and what it came to
CREATE TABLE comparisons (
  id TEXT NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  granted TEXT REFERENCES grants,
  region TEXT NOT NULL,
  key_group TEXT NOT NULL,
  file_name TEXT NOT NULL,
  digest TEXT NOT NULL,
  lines INTEGER NOT NULL,
  known INTEGER NOT NULL,
  trained INTEGER NOT NULL,
  certified INTEGER NOT NULL,
  employed INTEGER NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX comparisons_by_by ON comparisons (by);

CREATE TRIGGER comparisons_no_update BEFORE UPDATE ON comparisons BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: comparisons'); END;

CREATE TRIGGER comparisons_no_delete BEFORE DELETE ON comparisons BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: comparisons'); END;

-- 比对结果: the answer for one line; the number it was about is kept nowhere
CREATE TABLE compared (
  comparison TEXT NOT NULL REFERENCES comparisons,
  line INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  trained INTEGER NOT NULL CHECK (trained IN (0, 1)),
  certified INTEGER NOT NULL CHECK (certified IN (0, 1)),
  employed INTEGER NOT NULL CHECK (employed IN (0, 1)),
  PRIMARY KEY (comparison, line)
) STRICT;

CREATE TRIGGER compared_no_update BEFORE UPDATE ON compared BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: compared'); END;

CREATE TRIGGER compared_no_delete BEFORE DELETE ON compared BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: compared'); END;
