-- 证书

-- 登记册根密钥: vouches for the keys of issuers
CREATE TABLE registry_keys (
  id TEXT NOT NULL PRIMARY KEY,
  algorithm TEXT NOT NULL,
  public BLOB NOT NULL,
  private_sealed BLOB NOT NULL,
  created_at TEXT NOT NULL,
  retired_at TEXT
) STRICT;

-- 签发密钥: per institution and year
CREATE TABLE issuer_keys (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT NOT NULL REFERENCES institutions,
  year INTEGER NOT NULL,
  algorithm TEXT NOT NULL,
  public BLOB NOT NULL,
  private_sealed BLOB NOT NULL,
  vouched_by TEXT NOT NULL REFERENCES registry_keys,
  voucher BLOB NOT NULL,
  created_at TEXT NOT NULL,
  retired_at TEXT
) STRICT;

CREATE INDEX issuer_keys_by_institution_year ON issuer_keys (institution, year);

-- 证书流水: gap-free, moved in the same transaction
CREATE TABLE counters (
  institution TEXT NOT NULL REFERENCES institutions,
  series TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (institution, series)
) STRICT;

-- 状态名单: indices are drawn at random from each list
CREATE TABLE status_lists (
  institution TEXT NOT NULL REFERENCES institutions,
  list INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  bits BLOB NOT NULL,
  PRIMARY KEY (institution, list)
) STRICT;

-- 证书
CREATE TABLE certificates (
  id TEXT NOT NULL PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('level', 'completion')),
  institution TEXT NOT NULL REFERENCES institutions,
  person TEXT NOT NULL REFERENCES people,
  sitting TEXT REFERENCES sittings,
  candidate TEXT UNIQUE REFERENCES candidates,
  enrolment TEXT UNIQUE REFERENCES enrolments,
  entitlement TEXT REFERENCES entitlements,
  holder TEXT NOT NULL,
  id_kind TEXT NOT NULL,
  id_tail TEXT NOT NULL,
  occupation TEXT,
  occupation_name TEXT NOT NULL,
  work_type TEXT,
  level TEXT,
  course_name TEXT,
  hours INTEGER,
  began TEXT,
  ended TEXT,
  issued_on TEXT NOT NULL,
  expires_on TEXT,
  print INTEGER NOT NULL,
  key_id TEXT NOT NULL REFERENCES issuer_keys,
  cose BLOB NOT NULL,
  status_list INTEGER NOT NULL,
  status_index INTEGER NOT NULL,
  issued_at TEXT NOT NULL,
  issued_by TEXT NOT NULL
) STRICT;

CREATE INDEX certificates_by_institution_issued_on_id ON certificates (institution, issued_on, id);

CREATE INDEX certificates_by_person ON certificates (person);

CREATE INDEX certificates_by_sitting ON certificates (sitting);

CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: certificates'); END;

CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: certificates'); END;

-- 在效证书: one live certificate per person, occupation and level
CREATE TABLE holdings (
  person TEXT NOT NULL REFERENCES people,
  occupation TEXT NOT NULL,
  level TEXT NOT NULL,
  certificate TEXT NOT NULL UNIQUE REFERENCES certificates,
  PRIMARY KEY (person, occupation, level)
) STRICT;

-- 撤销申请
CREATE TABLE revocation_proposals (
  id TEXT NOT NULL PRIMARY KEY,
  certificate TEXT NOT NULL REFERENCES certificates,
  reason_class TEXT NOT NULL,
  basis TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX revocation_proposals_by_certificate ON revocation_proposals (certificate);

CREATE TRIGGER revocation_proposals_no_update BEFORE UPDATE ON revocation_proposals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: revocation_proposals'); END;

CREATE TRIGGER revocation_proposals_no_delete BEFORE DELETE ON revocation_proposals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: revocation_proposals'); END;

-- 撤回的撤销申请
CREATE TABLE dropped_proposals (
  proposal TEXT NOT NULL PRIMARY KEY REFERENCES revocation_proposals,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER dropped_proposals_no_update BEFORE UPDATE ON dropped_proposals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: dropped_proposals'); END;

CREATE TRIGGER dropped_proposals_no_delete BEFORE DELETE ON dropped_proposals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: dropped_proposals'); END;

-- 撤销: proposed by one person, confirmed by another
CREATE TABLE revocations (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  proposal TEXT NOT NULL REFERENCES revocation_proposals,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER revocations_no_update BEFORE UPDATE ON revocations BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: revocations'); END;

CREATE TRIGGER revocations_no_delete BEFORE DELETE ON revocations BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: revocations'); END;

-- 换发
CREATE TABLE replacements (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  successor TEXT NOT NULL UNIQUE REFERENCES certificates,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER replacements_no_update BEFORE UPDATE ON replacements BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: replacements'); END;

CREATE TRIGGER replacements_no_delete BEFORE DELETE ON replacements BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: replacements'); END;
