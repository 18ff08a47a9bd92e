-- 版式文件签名

-- 证书签发中心: the certificates of the registry's keys that vouch for PDF signatures
CREATE TABLE authorities (
  id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  der BLOB NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER authorities_no_update BEFORE UPDATE ON authorities BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: authorities'); END;

CREATE TRIGGER authorities_no_delete BEFORE DELETE ON authorities BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: authorities'); END;

-- 数字证书: whom the authority vouches for, and signers' certificates of other authorities
CREATE TABLE leaves (
  id TEXT NOT NULL PRIMARY KEY,
  authority TEXT REFERENCES authorities,
  institution TEXT NOT NULL REFERENCES institutions,
  key_id TEXT NOT NULL,
  der BLOB NOT NULL,
  until TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX leaves_by_key_id ON leaves (key_id);

CREATE TRIGGER leaves_no_update BEFORE UPDATE ON leaves BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: leaves'); END;

CREATE TRIGGER leaves_no_delete BEFORE DELETE ON leaves BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: leaves'); END;

-- 证书吊销列表
CREATE TABLE leaf_lists (
  authority TEXT NOT NULL REFERENCES authorities,
  number INTEGER NOT NULL,
  der BLOB NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (authority, number)
) STRICT;

CREATE TRIGGER leaf_lists_no_update BEFORE UPDATE ON leaf_lists BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: leaf_lists'); END;

CREATE TRIGGER leaf_lists_no_delete BEFORE DELETE ON leaf_lists BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: leaf_lists'); END;

-- 版式文件签名: what a signed PDF needs to be drawn again, byte for byte
CREATE TABLE paper_signatures (
  id TEXT NOT NULL PRIMARY KEY,
  certificate TEXT NOT NULL REFERENCES certificates,
  print INTEGER NOT NULL,
  drawing INTEGER NOT NULL,
  leaf TEXT NOT NULL REFERENCES leaves,
  issuer_name TEXT NOT NULL,
  issuer_name_en TEXT NOT NULL,
  base_url TEXT NOT NULL,
  room INTEGER NOT NULL,
  certificates BLOB NOT NULL,
  lists BLOB NOT NULL,
  credential BLOB,
  proof TEXT,
  cms BLOB NOT NULL,
  stamped INTEGER NOT NULL CHECK (stamped IN (0, 1)),
  hash TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;

CREATE INDEX paper_signatures_by_certificate ON paper_signatures (certificate, print);

CREATE INDEX paper_signatures_by_hash ON paper_signatures (hash);

CREATE TRIGGER paper_signatures_no_update BEFORE UPDATE ON paper_signatures BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: paper_signatures'); END;

CREATE TRIGGER paper_signatures_no_delete BEFORE DELETE ON paper_signatures BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: paper_signatures'); END;
