-- 合订本、装订

-- 合订本: what came on record in one month about days of one month, a milestone, a fate or a payment a line; made from the rows
CREATE TABLE volumes (
  shelf TEXT NOT NULL CHECK (shelf IN ('steps', 'fates', 'payments')),
  recorded TEXT NOT NULL,
  month TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (shelf, recorded, month)
) STRICT;

CREATE TRIGGER volumes_no_update BEFORE UPDATE ON volumes BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: volumes'); END;

-- 装订: the months of recording whose volumes are complete
CREATE TABLE bindings (
  recorded TEXT NOT NULL PRIMARY KEY,
  bound_at TEXT NOT NULL
) STRICT;
