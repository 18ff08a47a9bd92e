-- 部门授权

-- 部门授权: which department may read of which key group, for what, until when
CREATE TABLE grants (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  department TEXT NOT NULL,
  key_group TEXT NOT NULL,
  purpose TEXT NOT NULL,
  starts TEXT NOT NULL,
  ends TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX grants_by_account ON grants (account);

CREATE TRIGGER grants_no_update BEFORE UPDATE ON grants BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: grants'); END;

CREATE TRIGGER grants_no_delete BEFORE DELETE ON grants BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: grants'); END;

-- 授权收回: before its last day
CREATE TABLE grant_ends (
  granted TEXT NOT NULL PRIMARY KEY REFERENCES grants,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER grant_ends_no_update BEFORE UPDATE ON grant_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: grant_ends'); END;

CREATE TRIGGER grant_ends_no_delete BEFORE DELETE ON grant_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: grant_ends'); END;
