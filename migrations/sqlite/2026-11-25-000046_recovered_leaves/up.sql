-- 日志恢复

-- 补回的叶: entries that were put back from a mirror; their records are lost
CREATE TABLE recovered_leaves (
  event TEXT NOT NULL PRIMARY KEY REFERENCES log_events,
  at TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES accounts
) STRICT;

CREATE TRIGGER recovered_leaves_no_update BEFORE UPDATE ON recovered_leaves BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: recovered_leaves'); END;

CREATE TRIGGER recovered_leaves_no_delete BEFORE DELETE ON recovered_leaves BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: recovered_leaves'); END;

-- 跳过的号段: numbers that certificates without a record may bear
CREATE TABLE number_skips (
  institution TEXT NOT NULL REFERENCES institutions,
  series TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (institution, series, first)
) STRICT;

CREATE TRIGGER number_skips_no_update BEFORE UPDATE ON number_skips BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: number_skips'); END;

CREATE TRIGGER number_skips_no_delete BEFORE DELETE ON number_skips BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: number_skips'); END;

-- 日志密钥接替: the log's key before signs the one that takes its place
CREATE TABLE log_links (
  id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  before TEXT NOT NULL REFERENCES registry_keys,
  note TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES accounts
) STRICT;

CREATE TRIGGER log_links_no_update BEFORE UPDATE ON log_links BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_links'); END;

CREATE TRIGGER log_links_no_delete BEFORE DELETE ON log_links BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_links'); END;
