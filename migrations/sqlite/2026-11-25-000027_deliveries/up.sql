-- 部门数据

CREATE TABLE deliveries (
  id TEXT NOT NULL PRIMARY KEY,
  department TEXT NOT NULL,
  kind TEXT NOT NULL,
  region TEXT NOT NULL,
  as_of TEXT NOT NULL,
  lines INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  digest TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX deliveries_by_kind ON deliveries (kind, region);

CREATE TRIGGER deliveries_no_update BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: deliveries'); END;

CREATE TRIGGER deliveries_no_delete BEFORE DELETE ON deliveries BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: deliveries'); END;

CREATE TABLE delivered (
  delivery TEXT NOT NULL REFERENCES deliveries,
  line INTEGER NOT NULL,
  id_index BLOB NOT NULL,
  starts TEXT NOT NULL,
  ends TEXT,
  PRIMARY KEY (delivery, line)
) STRICT;

CREATE INDEX delivered_by_id_index ON delivered (id_index);

CREATE TRIGGER delivered_no_update BEFORE UPDATE ON delivered BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: delivered'); END;

CREATE TRIGGER delivered_no_delete BEFORE DELETE ON delivered BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: delivered'); END;
