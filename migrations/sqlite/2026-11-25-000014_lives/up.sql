-- 签发之后: corrections, printings, suspensions, reinstatements

-- 更正申请: what is wrong on a certificate, and what it should say
CREATE TABLE correction_proposals (
  id TEXT NOT NULL PRIMARY KEY,
  certificate TEXT NOT NULL REFERENCES certificates,
  name TEXT,
  document_sealed BLOB,
  id_tail TEXT,
  began TEXT,
  ended TEXT,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX correction_proposals_by_certificate ON correction_proposals (certificate);

CREATE TRIGGER correction_proposals_no_update BEFORE UPDATE ON correction_proposals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: correction_proposals'); END;

CREATE TRIGGER correction_proposals_no_delete BEFORE DELETE ON correction_proposals BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: correction_proposals'); END;

-- 撤回的更正申请
CREATE TABLE dropped_corrections (
  proposal TEXT NOT NULL PRIMARY KEY REFERENCES correction_proposals,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER dropped_corrections_no_update BEFORE UPDATE ON dropped_corrections BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: dropped_corrections'); END;

CREATE TRIGGER dropped_corrections_no_delete BEFORE DELETE ON dropped_corrections BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: dropped_corrections'); END;

-- 更正: proposed by one person, confirmed by another; the new certificate is in replacements
CREATE TABLE corrections (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  proposal TEXT NOT NULL REFERENCES correction_proposals,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER corrections_no_update BEFORE UPDATE ON corrections BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: corrections'); END;

CREATE TRIGGER corrections_no_delete BEFORE DELETE ON corrections BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: corrections'); END;

-- 人员更正: what a person's record said before
CREATE TABLE person_corrections (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  proposal TEXT NOT NULL REFERENCES correction_proposals,
  name TEXT NOT NULL,
  id_kind TEXT NOT NULL,
  id_sealed BLOB NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX person_corrections_by_person ON person_corrections (person);

CREATE TRIGGER person_corrections_no_update BEFORE UPDATE ON person_corrections BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: person_corrections'); END;

CREATE TRIGGER person_corrections_no_delete BEFORE DELETE ON person_corrections BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: person_corrections'); END;

-- 补印: every printing after the first
CREATE TABLE certificate_prints (
  certificate TEXT NOT NULL REFERENCES certificates,
  serial INTEGER NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (certificate, serial)
) STRICT;

CREATE TRIGGER certificate_prints_no_update BEFORE UPDATE ON certificate_prints BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: certificate_prints'); END;

CREATE TRIGGER certificate_prints_no_delete BEFORE DELETE ON certificate_prints BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: certificate_prints'); END;

-- 证书暂停
CREATE TABLE certificate_holds (
  id TEXT NOT NULL PRIMARY KEY,
  certificate TEXT NOT NULL REFERENCES certificates,
  reason_class TEXT NOT NULL,
  basis TEXT NOT NULL,
  reason TEXT NOT NULL,
  bureau INTEGER NOT NULL CHECK (bureau IN (0, 1)),
  starts TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX certificate_holds_by_certificate ON certificate_holds (certificate);

CREATE TRIGGER certificate_holds_no_update BEFORE UPDATE ON certificate_holds BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: certificate_holds'); END;

CREATE TRIGGER certificate_holds_no_delete BEFORE DELETE ON certificate_holds BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: certificate_holds'); END;

-- 证书恢复
CREATE TABLE hold_ends (
  hold TEXT NOT NULL PRIMARY KEY REFERENCES certificate_holds,
  reason TEXT NOT NULL,
  ends TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER hold_ends_no_update BEFORE UPDATE ON hold_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: hold_ends'); END;

CREATE TRIGGER hold_ends_no_delete BEFORE DELETE ON hold_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: hold_ends'); END;

-- 暂停中的证书: moved with the two tables above
CREATE TABLE open_holds (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  hold TEXT NOT NULL REFERENCES certificate_holds,
  starts TEXT NOT NULL,
  reason_class TEXT NOT NULL
) STRICT;

-- 错撤恢复: a revocation that was wrong
CREATE TABLE restorations (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  basis TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER restorations_no_update BEFORE UPDATE ON restorations BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: restorations'); END;

CREATE TRIGGER restorations_no_delete BEFORE DELETE ON restorations BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: restorations'); END;
