-- 连带撤销

-- 连带撤销: a list of certificates to be revoked on one ground
CREATE TABLE cascades (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT REFERENCES institutions,
  sitting TEXT REFERENCES sittings,
  assessor TEXT REFERENCES assessors,
  starts TEXT,
  ends TEXT,
  reason_class TEXT NOT NULL,
  basis TEXT NOT NULL,
  reason TEXT NOT NULL,
  listed INTEGER NOT NULL,
  digest TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER cascades_no_update BEFORE UPDATE ON cascades BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascades'); END;

CREATE TRIGGER cascades_no_delete BEFORE DELETE ON cascades BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascades'); END;

-- 连带撤销名单
CREATE TABLE cascade_members (
  cascade TEXT NOT NULL REFERENCES cascades,
  certificate TEXT NOT NULL REFERENCES certificates,
  PRIMARY KEY (cascade, certificate)
) STRICT;

CREATE INDEX cascade_members_by_certificate ON cascade_members (certificate);

CREATE TRIGGER cascade_members_no_update BEFORE UPDATE ON cascade_members BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_members'); END;

CREATE TRIGGER cascade_members_no_delete BEFORE DELETE ON cascade_members BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_members'); END;

-- 拟撤销告知: from which day until which the holders may answer
CREATE TABLE cascade_notices (
  cascade TEXT NOT NULL PRIMARY KEY REFERENCES cascades,
  opens TEXT NOT NULL,
  closes TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER cascade_notices_no_update BEFORE UPDATE ON cascade_notices BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_notices'); END;

CREATE TRIGGER cascade_notices_no_delete BEFORE DELETE ON cascade_notices BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_notices'); END;

-- 陈述申辩
CREATE TABLE cascade_replies (
  id TEXT NOT NULL PRIMARY KEY,
  cascade TEXT NOT NULL REFERENCES cascades,
  certificate TEXT REFERENCES certificates,
  speaker TEXT NOT NULL,
  said TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX cascade_replies_by_cascade ON cascade_replies (cascade);

CREATE TRIGGER cascade_replies_no_update BEFORE UPDATE ON cascade_replies BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_replies'); END;

CREATE TRIGGER cascade_replies_no_delete BEFORE DELETE ON cascade_replies BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_replies'); END;

-- 不予撤销: one of the list that is left alone
CREATE TABLE cascade_exclusions (
  cascade TEXT NOT NULL REFERENCES cascades,
  certificate TEXT NOT NULL REFERENCES certificates,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (cascade, certificate)
) STRICT;

CREATE TRIGGER cascade_exclusions_no_update BEFORE UPDATE ON cascade_exclusions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_exclusions'); END;

CREATE TRIGGER cascade_exclusions_no_delete BEFORE DELETE ON cascade_exclusions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_exclusions'); END;

-- 连带撤销结论
CREATE TABLE cascade_ends (
  cascade TEXT NOT NULL PRIMARY KEY REFERENCES cascades,
  confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
  reason TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  digest TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER cascade_ends_no_update BEFORE UPDATE ON cascade_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_ends'); END;

CREATE TRIGGER cascade_ends_no_delete BEFORE DELETE ON cascade_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: cascade_ends'); END;
