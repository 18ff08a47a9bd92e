-- 名单比对

-- 名单比对: that a list was held against the registry, by whom, for what, and what it came to
CREATE TABLE comparisons (
  id TEXT NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  granted TEXT REFERENCES grants,
  region TEXT NOT NULL,
  key_group TEXT NOT NULL,
  file_name TEXT NOT NULL,
  digest TEXT NOT NULL,
  lines INTEGER NOT NULL,
  known INTEGER NOT NULL,
  trained INTEGER NOT NULL,
  certified INTEGER NOT NULL,
  employed INTEGER NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX comparisons_by_by ON comparisons (by);

CREATE TRIGGER comparisons_stay BEFORE UPDATE OR DELETE ON comparisons FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 比对结果: the answer for one line; the number it was about is kept nowhere
CREATE TABLE compared (
  comparison TEXT NOT NULL REFERENCES comparisons,
  line INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  trained BOOLEAN NOT NULL,
  certified BOOLEAN NOT NULL,
  employed BOOLEAN NOT NULL,
  PRIMARY KEY (comparison, line)
);

CREATE TRIGGER compared_stay BEFORE UPDATE OR DELETE ON compared FOR EACH ROW EXECUTE FUNCTION refuse_change();
