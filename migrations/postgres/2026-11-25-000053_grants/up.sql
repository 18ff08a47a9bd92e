-- 部门授权

-- 部门授权: which department may read of which key group, for what, until when
CREATE TABLE grants (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  department TEXT NOT NULL,
  key_group TEXT NOT NULL,
  purpose TEXT NOT NULL,
  starts DATE NOT NULL,
  ends DATE NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX grants_by_account ON grants (account);

CREATE TRIGGER grants_stay BEFORE UPDATE OR DELETE ON grants FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 授权收回: before its last day
CREATE TABLE grant_ends (
  granted TEXT NOT NULL PRIMARY KEY REFERENCES grants,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER grant_ends_stay BEFORE UPDATE OR DELETE ON grant_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
