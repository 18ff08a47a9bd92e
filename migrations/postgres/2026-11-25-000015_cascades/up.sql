-- 连带撤销

-- 连带撤销: a list of certificates to be revoked on one ground
CREATE TABLE cascades (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT REFERENCES institutions,
  sitting TEXT REFERENCES sittings,
  assessor TEXT REFERENCES assessors,
  starts DATE,
  ends DATE,
  reason_class TEXT NOT NULL,
  basis TEXT NOT NULL,
  reason TEXT NOT NULL,
  listed INTEGER NOT NULL,
  digest TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER cascades_stay BEFORE UPDATE OR DELETE ON cascades FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 连带撤销名单
CREATE TABLE cascade_members (
  cascade TEXT NOT NULL REFERENCES cascades,
  certificate TEXT NOT NULL REFERENCES certificates,
  PRIMARY KEY (cascade, certificate)
);

CREATE INDEX cascade_members_by_certificate ON cascade_members (certificate);

CREATE TRIGGER cascade_members_stay BEFORE UPDATE OR DELETE ON cascade_members FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 拟撤销告知: from which day until which the holders may answer
CREATE TABLE cascade_notices (
  cascade TEXT NOT NULL PRIMARY KEY REFERENCES cascades,
  opens DATE NOT NULL,
  closes DATE NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER cascade_notices_stay BEFORE UPDATE OR DELETE ON cascade_notices FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 陈述申辩
CREATE TABLE cascade_replies (
  id TEXT NOT NULL PRIMARY KEY,
  cascade TEXT NOT NULL REFERENCES cascades,
  certificate TEXT REFERENCES certificates,
  speaker TEXT NOT NULL,
  said TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX cascade_replies_by_cascade ON cascade_replies (cascade);

CREATE TRIGGER cascade_replies_stay BEFORE UPDATE OR DELETE ON cascade_replies FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 不予撤销: one of the list that is left alone
CREATE TABLE cascade_exclusions (
  cascade TEXT NOT NULL REFERENCES cascades,
  certificate TEXT NOT NULL REFERENCES certificates,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (cascade, certificate)
);

CREATE TRIGGER cascade_exclusions_stay BEFORE UPDATE OR DELETE ON cascade_exclusions FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 连带撤销结论
CREATE TABLE cascade_ends (
  cascade TEXT NOT NULL PRIMARY KEY REFERENCES cascades,
  confirmed BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  digest TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER cascade_ends_stay BEFORE UPDATE OR DELETE ON cascade_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
