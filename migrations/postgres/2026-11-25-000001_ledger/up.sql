-- 台账与钥匙: the pen, deeds, master key check

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'records of the past are not changed: %', TG_TABLE_NAME;
END $$;

-- the one row writers queue on
CREATE TABLE pen (
  id INTEGER NOT NULL PRIMARY KEY,
  taken_at TIMESTAMP NOT NULL
);

INSERT INTO pen (id, taken_at) VALUES (1, '2026-01-01 00:00:00');

-- a known text sealed by the master key, so that a wrong key is noticed at start
CREATE TABLE vault_checks (
  id INTEGER NOT NULL PRIMARY KEY,
  sealed BYTEA NOT NULL
);

-- 记事: who did what, when
CREATE TABLE deeds (
  id TEXT NOT NULL PRIMARY KEY,
  at TIMESTAMP NOT NULL,
  kind TEXT NOT NULL,
  account TEXT,
  actor TEXT NOT NULL,
  institution TEXT,
  noun TEXT NOT NULL,
  subject TEXT NOT NULL,
  facts TEXT NOT NULL
);

CREATE INDEX deeds_by_noun_subject ON deeds (noun, subject);

CREATE INDEX deeds_by_at ON deeds (at);

CREATE INDEX deeds_by_account_at ON deeds (account, at);

CREATE TRIGGER deeds_stay BEFORE UPDATE OR DELETE ON deeds FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 节假日调休: days that break the week
CREATE TABLE holidays (
  day DATE NOT NULL PRIMARY KEY,
  works BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  recorded_by TEXT NOT NULL
);

-- 幂等: answers given once to a key
CREATE TABLE replies (
  account TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (account, key)
);
