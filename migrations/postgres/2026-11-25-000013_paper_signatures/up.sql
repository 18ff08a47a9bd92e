-- 版式文件签名

-- 证书签发中心: the certificates of the registry's keys that vouch for PDF signatures
CREATE TABLE authorities (
  id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  der BYTEA NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE TRIGGER authorities_stay BEFORE UPDATE OR DELETE ON authorities FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 数字证书: whom the authority vouches for, and signers' certificates of other authorities
CREATE TABLE leaves (
  id TEXT NOT NULL PRIMARY KEY,
  authority TEXT REFERENCES authorities,
  institution TEXT NOT NULL REFERENCES institutions,
  key_id TEXT NOT NULL,
  der BYTEA NOT NULL,
  until TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE INDEX leaves_by_key_id ON leaves (key_id);

CREATE TRIGGER leaves_stay BEFORE UPDATE OR DELETE ON leaves FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 证书吊销列表
CREATE TABLE leaf_lists (
  authority TEXT NOT NULL REFERENCES authorities,
  number INTEGER NOT NULL,
  der BYTEA NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (authority, number)
);

CREATE TRIGGER leaf_lists_stay BEFORE UPDATE OR DELETE ON leaf_lists FOR EACH ROW EXECUTE FUNCTION refuse_change();

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
  certificates BYTEA NOT NULL,
  lists BYTEA NOT NULL,
  credential BYTEA,
  proof TEXT,
  cms BYTEA NOT NULL,
  stamped BOOLEAN NOT NULL,
  hash TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);

CREATE INDEX paper_signatures_by_certificate ON paper_signatures (certificate, print);

CREATE INDEX paper_signatures_by_hash ON paper_signatures (hash);

CREATE TRIGGER paper_signatures_stay BEFORE UPDATE OR DELETE ON paper_signatures FOR EACH ROW EXECUTE FUNCTION refuse_change();
