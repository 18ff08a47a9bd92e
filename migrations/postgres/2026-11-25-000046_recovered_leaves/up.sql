-- 日志恢复

-- 补回的叶: entries that were put back from a mirror; their records are lost
CREATE TABLE recovered_leaves (
  event TEXT NOT NULL PRIMARY KEY REFERENCES log_events,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL REFERENCES accounts
);

CREATE TRIGGER recovered_leaves_stay BEFORE UPDATE OR DELETE ON recovered_leaves FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 跳过的号段: numbers that certificates without a record may bear
CREATE TABLE number_skips (
  institution TEXT NOT NULL REFERENCES institutions,
  series TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (institution, series, first)
);

CREATE TRIGGER number_skips_stay BEFORE UPDATE OR DELETE ON number_skips FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 日志密钥接替: the log's key before signs the one that takes its place
CREATE TABLE log_links (
  id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  before TEXT NOT NULL REFERENCES registry_keys,
  note TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL REFERENCES accounts
);

CREATE TRIGGER log_links_stay BEFORE UPDATE OR DELETE ON log_links FOR EACH ROW EXECUTE FUNCTION refuse_change();
