-- 签发之后: corrections, printings, suspensions, reinstatements

-- 更正申请: what is wrong on a certificate, and what it should say
CREATE TABLE correction_proposals (
  id TEXT NOT NULL PRIMARY KEY,
  certificate TEXT NOT NULL REFERENCES certificates,
  name TEXT,
  document_sealed BYTEA,
  id_tail TEXT,
  began DATE,
  ended DATE,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX correction_proposals_by_certificate ON correction_proposals (certificate);

CREATE TRIGGER correction_proposals_stay BEFORE UPDATE OR DELETE ON correction_proposals FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 撤回的更正申请
CREATE TABLE dropped_corrections (
  proposal TEXT NOT NULL PRIMARY KEY REFERENCES correction_proposals,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER dropped_corrections_stay BEFORE UPDATE OR DELETE ON dropped_corrections FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 更正: proposed by one person, confirmed by another; the new certificate is in replacements
CREATE TABLE corrections (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  proposal TEXT NOT NULL REFERENCES correction_proposals,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER corrections_stay BEFORE UPDATE OR DELETE ON corrections FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 人员更正: what a person's record said before
CREATE TABLE person_corrections (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  proposal TEXT NOT NULL REFERENCES correction_proposals,
  name TEXT NOT NULL,
  id_kind TEXT NOT NULL,
  id_sealed BYTEA NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX person_corrections_by_person ON person_corrections (person);

CREATE TRIGGER person_corrections_stay BEFORE UPDATE OR DELETE ON person_corrections FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 补印: every printing after the first
CREATE TABLE certificate_prints (
  certificate TEXT NOT NULL REFERENCES certificates,
  serial INTEGER NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (certificate, serial)
);

CREATE TRIGGER certificate_prints_stay BEFORE UPDATE OR DELETE ON certificate_prints FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 证书暂停
CREATE TABLE certificate_holds (
  id TEXT NOT NULL PRIMARY KEY,
  certificate TEXT NOT NULL REFERENCES certificates,
  reason_class TEXT NOT NULL,
  basis TEXT NOT NULL,
  reason TEXT NOT NULL,
  bureau BOOLEAN NOT NULL,
  starts DATE NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX certificate_holds_by_certificate ON certificate_holds (certificate);

CREATE TRIGGER certificate_holds_stay BEFORE UPDATE OR DELETE ON certificate_holds FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 证书恢复
CREATE TABLE hold_ends (
  hold TEXT NOT NULL PRIMARY KEY REFERENCES certificate_holds,
  reason TEXT NOT NULL,
  ends DATE NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER hold_ends_stay BEFORE UPDATE OR DELETE ON hold_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 暂停中的证书: moved with the two tables above
CREATE TABLE open_holds (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  hold TEXT NOT NULL REFERENCES certificate_holds,
  starts DATE NOT NULL,
  reason_class TEXT NOT NULL
);

-- 错撤恢复: a revocation that was wrong
CREATE TABLE restorations (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  basis TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER restorations_stay BEFORE UPDATE OR DELETE ON restorations FOR EACH ROW EXECUTE FUNCTION refuse_change();
