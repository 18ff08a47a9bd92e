-- 补贴申请

-- 补贴申请: one class, one kind of subsidy
CREATE TABLE claims (
  id TEXT NOT NULL PRIMARY KEY,
  class TEXT NOT NULL REFERENCES classes,
  institution TEXT NOT NULL REFERENCES institutions,
  region TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('training', 'assessment')),
  lines INTEGER NOT NULL CHECK (lines > 0),
  asked_fen BIGINT NOT NULL CHECK (asked_fen > 0),
  state TEXT NOT NULL CHECK (state IN ('filed', 'returned', 'approved', 'published', 'paid')),
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX claims_by_institution_id ON claims (institution, id);

CREATE INDEX claims_by_class ON claims (class);

CREATE UNIQUE INDEX claims_under_way ON claims (class, kind) WHERE state IN ('filed', 'approved', 'published');

CREATE TRIGGER claims_stay BEFORE DELETE ON claims FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 补贴申请进程
CREATE TABLE claim_steps (
  id TEXT NOT NULL PRIMARY KEY,
  claim TEXT NOT NULL REFERENCES claims,
  turn INTEGER NOT NULL,
  step TEXT NOT NULL,
  reason TEXT,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL,
  UNIQUE (claim, turn)
);

CREATE TRIGGER claim_steps_stay BEFORE UPDATE OR DELETE ON claim_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 申请明细: every yuan is for a person, a class, an attendance, a result and a certificate
CREATE TABLE claim_lines (
  id TEXT NOT NULL PRIMARY KEY,
  claim TEXT NOT NULL REFERENCES claims,
  enrolment TEXT NOT NULL REFERENCES enrolments,
  person TEXT NOT NULL REFERENCES people,
  rule TEXT NOT NULL REFERENCES subsidy_rules,
  certificate TEXT NOT NULL REFERENCES certificates,
  attended INTEGER NOT NULL,
  held INTEGER NOT NULL,
  what TEXT NOT NULL,
  year INTEGER NOT NULL,
  amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
  UNIQUE (claim, enrolment)
);

CREATE INDEX claim_lines_by_certificate ON claim_lines (certificate);

CREATE INDEX claim_lines_by_enrolment ON claim_lines (enrolment);

CREATE TRIGGER claim_lines_stay BEFORE UPDATE OR DELETE ON claim_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 不予申请: who of the class is not claimed for, and why
CREATE TABLE claim_refusals (
  claim TEXT NOT NULL REFERENCES claims,
  enrolment TEXT NOT NULL REFERENCES enrolments,
  why TEXT NOT NULL,
  fact TEXT NOT NULL,
  PRIMARY KEY (claim, enrolment, why)
);

CREATE TRIGGER claim_refusals_stay BEFORE UPDATE OR DELETE ON claim_refusals FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 核减
CREATE TABLE claim_cuts (
  id TEXT NOT NULL PRIMARY KEY,
  line TEXT NOT NULL REFERENCES claim_lines,
  cut_fen BIGINT NOT NULL CHECK (cut_fen > 0),
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX claim_cuts_by_line ON claim_cuts (line);

CREATE TRIGGER claim_cuts_stay BEFORE UPDATE OR DELETE ON claim_cuts FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 已申请的权利: once for a person, a kind, a trade and level; moved with the lines
CREATE TABLE claim_rights (
  person TEXT NOT NULL REFERENCES people,
  kind TEXT NOT NULL,
  what TEXT NOT NULL,
  year INTEGER NOT NULL,
  line TEXT NOT NULL UNIQUE REFERENCES claim_lines,
  PRIMARY KEY (person, kind, what)
);

-- 补贴公示
CREATE TABLE claim_publicities (
  claim TEXT NOT NULL PRIMARY KEY REFERENCES claims,
  opens DATE NOT NULL,
  closes DATE NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER claim_publicities_stay BEFORE UPDATE OR DELETE ON claim_publicities FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 对补贴公示的异议
CREATE TABLE claim_objections (
  id TEXT NOT NULL PRIMARY KEY,
  claim TEXT NOT NULL REFERENCES claims,
  about TEXT NOT NULL,
  said TEXT NOT NULL,
  contact_sealed BYTEA,
  lodged_at TIMESTAMP NOT NULL
);

CREATE INDEX claim_objections_by_claim ON claim_objections (claim);

CREATE TRIGGER claim_objections_stay BEFORE UPDATE OR DELETE ON claim_objections FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 异议处理
CREATE TABLE claim_settlements (
  objection TEXT NOT NULL PRIMARY KEY REFERENCES claim_objections,
  upheld BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER claim_settlements_stay BEFORE UPDATE OR DELETE ON claim_settlements FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 拨付: by another person than who reviewed
CREATE TABLE claim_payments (
  claim TEXT NOT NULL PRIMARY KEY REFERENCES claims,
  paid_fen BIGINT NOT NULL CHECK (paid_fen > 0),
  day DATE NOT NULL,
  reference TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX claim_payments_by_day ON claim_payments (day);

CREATE TRIGGER claim_payments_stay BEFORE UPDATE OR DELETE ON claim_payments FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 追回: what was paid on a certificate that was revoked
CREATE TABLE recoveries (
  id TEXT NOT NULL PRIMARY KEY,
  line TEXT NOT NULL UNIQUE REFERENCES claim_lines,
  certificate TEXT NOT NULL REFERENCES certificates,
  due_fen BIGINT NOT NULL CHECK (due_fen > 0),
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER recoveries_stay BEFORE UPDATE OR DELETE ON recoveries FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 追回结清
CREATE TABLE recovery_ends (
  recovery TEXT NOT NULL PRIMARY KEY REFERENCES recoveries,
  outcome TEXT NOT NULL CHECK (outcome IN ('repaid', 'waived')),
  day DATE NOT NULL,
  reference TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER recovery_ends_stay BEFORE UPDATE OR DELETE ON recovery_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
