-- 名单核验: how far a list under way is
ALTER TABLE list_checks ADD COLUMN state TEXT NOT NULL DEFAULT 'done';
ALTER TABLE list_checks ADD COLUMN done INTEGER NOT NULL DEFAULT 0;

-- 公平使用: wrong lines by asker and hour; of an asker nothing but a keyed fingerprint
CREATE TABLE list_guesses (
  who BYTEA NOT NULL,
  hour INTEGER NOT NULL,
  guesses INTEGER NOT NULL,
  PRIMARY KEY (who, hour)
);

-- 登记册的数字证书: what the registry's own keys sign files with
CREATE TABLE registry_leaves (
  id TEXT NOT NULL PRIMARY KEY,
  authority TEXT NOT NULL REFERENCES authorities,
  key_id TEXT NOT NULL,
  der BYTEA NOT NULL,
  until TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE INDEX registry_leaves_by_key_id ON registry_leaves (key_id);

CREATE TRIGGER registry_leaves_stay BEFORE UPDATE OR DELETE ON registry_leaves FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 担保: the root's word for the registry's other keys
CREATE TABLE key_vouchers (
  key_id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  vouched_by TEXT NOT NULL,
  voucher BYTEA NOT NULL
);

CREATE TRIGGER key_vouchers_stay BEFORE UPDATE OR DELETE ON key_vouchers FOR EACH ROW EXECUTE FUNCTION refuse_change();
