-- 名单核验: how far a list under way is
ALTER TABLE list_checks ADD COLUMN state TEXT NOT NULL DEFAULT 'done';
ALTER TABLE list_checks ADD COLUMN done INTEGER NOT NULL DEFAULT 0;

-- 公平使用: wrong lines by asker and hour; of an asker nothing but a keyed fingerprint
CREATE TABLE list_guesses (
  who BLOB NOT NULL,
  hour INTEGER NOT NULL,
  guesses INTEGER NOT NULL,
  PRIMARY KEY (who, hour)
) STRICT;

-- 登记册的数字证书: what the registry's own keys sign files with
CREATE TABLE registry_leaves (
  id TEXT NOT NULL PRIMARY KEY,
  authority TEXT NOT NULL REFERENCES authorities,
  key_id TEXT NOT NULL,
  der BLOB NOT NULL,
  until TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX registry_leaves_by_key_id ON registry_leaves (key_id);

CREATE TRIGGER registry_leaves_no_update BEFORE UPDATE ON registry_leaves BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: registry_leaves'); END;

CREATE TRIGGER registry_leaves_no_delete BEFORE DELETE ON registry_leaves BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: registry_leaves'); END;

-- 担保: the root's word for the registry's other keys
CREATE TABLE key_vouchers (
  key_id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  vouched_by TEXT NOT NULL,
  voucher BLOB NOT NULL
) STRICT;

CREATE TRIGGER key_vouchers_no_update BEFORE UPDATE ON key_vouchers BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: key_vouchers'); END;

CREATE TRIGGER key_vouchers_no_delete BEFORE DELETE ON key_vouchers BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: key_vouchers'); END;
