-- 台账与钥匙: the pen, deeds, master key check

-- the one row writers queue on
CREATE TABLE pen (
  id INTEGER NOT NULL PRIMARY KEY,
  taken_at TEXT NOT NULL
) STRICT;

INSERT INTO pen (id, taken_at) VALUES (1, '2026-01-01 00:00:00');

-- a known text sealed by the master key, so that a wrong key is noticed at start
CREATE TABLE vault_checks (
  id INTEGER NOT NULL PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;

-- 记事: who did what, when
CREATE TABLE deeds (
  id TEXT NOT NULL PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  account TEXT,
  actor TEXT NOT NULL,
  institution TEXT,
  noun TEXT NOT NULL,
  subject TEXT NOT NULL,
  facts TEXT NOT NULL
) STRICT;

CREATE INDEX deeds_by_noun_subject ON deeds (noun, subject);

CREATE INDEX deeds_by_at ON deeds (at);

CREATE INDEX deeds_by_account_at ON deeds (account, at);

CREATE TRIGGER deeds_no_update BEFORE UPDATE ON deeds BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: deeds'); END;

CREATE TRIGGER deeds_no_delete BEFORE DELETE ON deeds BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: deeds'); END;

-- 节假日调休: days that break the week
CREATE TABLE holidays (
  day TEXT NOT NULL PRIMARY KEY,
  works INTEGER NOT NULL CHECK (works IN (0, 1)),
  name TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL
) STRICT;

-- 幂等: answers given once to a key
CREATE TABLE replies (
  account TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (account, key)
) STRICT;
