-- 补贴标准

-- 补贴标准: what a region pays, on which document, from when on
CREATE TABLE subsidy_rules (
  id TEXT NOT NULL PRIMARY KEY,
  region TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('training', 'assessment')),
  training TEXT,
  level TEXT,
  key_group TEXT,
  per TEXT NOT NULL CHECK (per IN ('head', 'hour')),
  amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
  most_fen BIGINT,
  least_hours INTEGER NOT NULL,
  per_year INTEGER,
  within_months INTEGER,
  document TEXT NOT NULL,
  starts DATE NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX subsidy_rules_by_kind_region ON subsidy_rules (kind, region);

CREATE TRIGGER subsidy_rules_stay BEFORE UPDATE OR DELETE ON subsidy_rules FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 补贴标准终止: the last day, as somebody said; the earliest counts
CREATE TABLE subsidy_rule_ends (
  id TEXT NOT NULL PRIMARY KEY,
  rule TEXT NOT NULL REFERENCES subsidy_rules,
  ends DATE NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX subsidy_rule_ends_by_rule ON subsidy_rule_ends (rule);

CREATE TRIGGER subsidy_rule_ends_stay BEFORE UPDATE OR DELETE ON subsidy_rule_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
