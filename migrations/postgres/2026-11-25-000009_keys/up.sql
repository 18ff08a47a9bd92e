-- 密钥: what each key of the registry is for, and what became of keys

-- 用途: a key signs one kind of thing
ALTER TABLE registry_keys ADD COLUMN purpose TEXT NOT NULL DEFAULT 'root';

-- 密钥事件: retired (signs no more, stays good) or compromised (good only for what was on record before)
CREATE TABLE key_events (
  id TEXT NOT NULL PRIMARY KEY,
  key_id TEXT NOT NULL REFERENCES issuer_keys,
  kind TEXT NOT NULL CHECK (kind IN ('retired', 'compromised')),
  cut_off TIMESTAMP,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL,
  UNIQUE (key_id, kind)
);

CREATE TRIGGER key_events_stay BEFORE UPDATE OR DELETE ON key_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
