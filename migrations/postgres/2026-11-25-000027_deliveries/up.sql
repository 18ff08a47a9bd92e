-- 部门数据

CREATE TABLE deliveries (
  id TEXT NOT NULL PRIMARY KEY,
  department TEXT NOT NULL,
  kind TEXT NOT NULL,
  region TEXT NOT NULL,
  as_of DATE NOT NULL,
  lines INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  digest TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX deliveries_by_kind ON deliveries (kind, region);

CREATE TRIGGER deliveries_stay BEFORE UPDATE OR DELETE ON deliveries FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE delivered (
  delivery TEXT NOT NULL REFERENCES deliveries,
  line INTEGER NOT NULL,
  id_index BYTEA NOT NULL,
  starts DATE NOT NULL,
  ends DATE,
  PRIMARY KEY (delivery, line)
);

CREATE INDEX delivered_by_id_index ON delivered (id_index);

CREATE TRIGGER delivered_stay BEFORE UPDATE OR DELETE ON delivered FOR EACH ROW EXECUTE FUNCTION refuse_change();
