-- 根密钥接替

-- 接替: the root key before signs the one that takes its place
CREATE TABLE root_links (
  id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  before TEXT NOT NULL REFERENCES registry_keys,
  signature BYTEA NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER root_links_stay BEFORE UPDATE OR DELETE ON root_links FOR EACH ROW EXECUTE FUNCTION refuse_change();
