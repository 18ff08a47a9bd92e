-- 机构与资质

-- 机构
CREATE TABLE institutions (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  name_en TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  uscc TEXT NOT NULL UNIQUE,
  region TEXT NOT NULL,
  trains BOOLEAN NOT NULL,
  assesses BOOLEAN NOT NULL,
  letter TEXT CHECK (letter IN ('Y', 'S', 'J')),
  filing_code TEXT,
  site TEXT,
  licence TEXT NOT NULL,
  address TEXT NOT NULL,
  contact TEXT NOT NULL,
  registered_at TIMESTAMP NOT NULL,
  registered_by TEXT
);

CREATE INDEX institutions_by_region ON institutions (region);

CREATE UNIQUE INDEX institutions_by_letter_filing_code_site ON institutions (letter, filing_code, site);

-- 资质（备案范围）
CREATE TABLE entitlements (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT NOT NULL REFERENCES institutions,
  role TEXT NOT NULL CHECK (role IN ('train', 'assess')),
  occupation TEXT,
  startup TEXT,
  level TEXT,
  starts DATE NOT NULL,
  ends DATE NOT NULL,
  document TEXT NOT NULL,
  filed_at TIMESTAMP NOT NULL,
  filed_by TEXT NOT NULL
);

CREATE INDEX entitlements_by_institution_role ON entitlements (institution, role);

CREATE TRIGGER entitlements_stay BEFORE UPDATE OR DELETE ON entitlements FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 资质变更
CREATE TABLE entitlement_changes (
  id TEXT NOT NULL PRIMARY KEY,
  entitlement TEXT NOT NULL REFERENCES entitlements,
  kind TEXT NOT NULL CHECK (kind IN ('extended', 'shortened')),
  ends DATE NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX entitlement_changes_by_entitlement ON entitlement_changes (entitlement);

CREATE TRIGGER entitlement_changes_stay BEFORE UPDATE OR DELETE ON entitlement_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 暂停
CREATE TABLE suspensions (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT NOT NULL REFERENCES institutions,
  starts DATE NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX suspensions_by_institution ON suspensions (institution);

CREATE TRIGGER suspensions_stay BEFORE UPDATE OR DELETE ON suspensions FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 恢复
CREATE TABLE reinstatements (
  suspension TEXT NOT NULL PRIMARY KEY REFERENCES suspensions,
  ends DATE NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER reinstatements_stay BEFORE UPDATE OR DELETE ON reinstatements FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 紧缺职业目录
CREATE TABLE demands (
  id TEXT NOT NULL PRIMARY KEY,
  region TEXT NOT NULL,
  occupation TEXT NOT NULL,
  starts DATE NOT NULL,
  ends DATE,
  document TEXT NOT NULL,
  note TEXT NOT NULL,
  listed_at TIMESTAMP NOT NULL,
  listed_by TEXT NOT NULL
);

CREATE INDEX demands_by_region_occupation ON demands (region, occupation);
