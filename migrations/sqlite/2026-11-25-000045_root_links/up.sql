-- 根密钥接替

-- 接替: the root key before signs the one that takes its place
CREATE TABLE root_links (
  id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  before TEXT NOT NULL REFERENCES registry_keys,
  signature BLOB NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER root_links_no_update BEFORE UPDATE ON root_links BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: root_links'); END;

CREATE TRIGGER root_links_no_delete BEFORE DELETE ON root_links BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: root_links'); END;
