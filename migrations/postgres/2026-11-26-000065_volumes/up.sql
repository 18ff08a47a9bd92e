-- 合订本、装订

-- 合订本: what came on record in one month about days of one month, a milestone, a fate or a payment a line; made from the rows
CREATE TABLE volumes (
  shelf TEXT NOT NULL CHECK (shelf IN ('steps', 'fates', 'payments')),
  recorded TEXT NOT NULL,
  month TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (shelf, recorded, month)
);

-- They are read whole: unpacking would take longer than reading.
ALTER TABLE volumes ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TRIGGER volumes_stay BEFORE UPDATE ON volumes FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 装订: the months of recording whose volumes are complete
CREATE TABLE bindings (
  recorded TEXT NOT NULL PRIMARY KEY,
  bound_at TIMESTAMP NOT NULL
);
