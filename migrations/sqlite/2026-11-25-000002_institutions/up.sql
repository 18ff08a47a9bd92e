-- 机构与资质

-- 机构
CREATE TABLE institutions (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  name_en TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  uscc TEXT NOT NULL UNIQUE,
  region TEXT NOT NULL,
  trains INTEGER NOT NULL CHECK (trains IN (0, 1)),
  assesses INTEGER NOT NULL CHECK (assesses IN (0, 1)),
  letter TEXT CHECK (letter IN ('Y', 'S', 'J')),
  filing_code TEXT,
  site TEXT,
  licence TEXT NOT NULL,
  address TEXT NOT NULL,
  contact TEXT NOT NULL,
  registered_at TEXT NOT NULL,
  registered_by TEXT
) STRICT;

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
  starts TEXT NOT NULL,
  ends TEXT NOT NULL,
  document TEXT NOT NULL,
  filed_at TEXT NOT NULL,
  filed_by TEXT NOT NULL
) STRICT;

CREATE INDEX entitlements_by_institution_role ON entitlements (institution, role);

CREATE TRIGGER entitlements_no_update BEFORE UPDATE ON entitlements BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: entitlements'); END;

CREATE TRIGGER entitlements_no_delete BEFORE DELETE ON entitlements BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: entitlements'); END;

-- 资质变更
CREATE TABLE entitlement_changes (
  id TEXT NOT NULL PRIMARY KEY,
  entitlement TEXT NOT NULL REFERENCES entitlements,
  kind TEXT NOT NULL CHECK (kind IN ('extended', 'shortened')),
  ends TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX entitlement_changes_by_entitlement ON entitlement_changes (entitlement);

CREATE TRIGGER entitlement_changes_no_update BEFORE UPDATE ON entitlement_changes BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: entitlement_changes'); END;

CREATE TRIGGER entitlement_changes_no_delete BEFORE DELETE ON entitlement_changes BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: entitlement_changes'); END;

-- 暂停
CREATE TABLE suspensions (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT NOT NULL REFERENCES institutions,
  starts TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX suspensions_by_institution ON suspensions (institution);

CREATE TRIGGER suspensions_no_update BEFORE UPDATE ON suspensions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: suspensions'); END;

CREATE TRIGGER suspensions_no_delete BEFORE DELETE ON suspensions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: suspensions'); END;

-- 恢复
CREATE TABLE reinstatements (
  suspension TEXT NOT NULL PRIMARY KEY REFERENCES suspensions,
  ends TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER reinstatements_no_update BEFORE UPDATE ON reinstatements BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: reinstatements'); END;

CREATE TRIGGER reinstatements_no_delete BEFORE DELETE ON reinstatements BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: reinstatements'); END;

-- 紧缺职业目录
CREATE TABLE demands (
  id TEXT NOT NULL PRIMARY KEY,
  region TEXT NOT NULL,
  occupation TEXT NOT NULL,
  starts TEXT NOT NULL,
  ends TEXT,
  document TEXT NOT NULL,
  note TEXT NOT NULL,
  listed_at TEXT NOT NULL,
  listed_by TEXT NOT NULL
) STRICT;

CREATE INDEX demands_by_region_occupation ON demands (region, occupation);
