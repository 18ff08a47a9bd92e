-- 持证人: one-time codes, her sessions, what she shares, who looked, what she asks for

-- 一次性代码: given by an institution, used once
CREATE TABLE holder_codes (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  code BYTEA NOT NULL,
  made_at TIMESTAMP NOT NULL,
  made_by TEXT NOT NULL,
  ends_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);

CREATE INDEX holder_codes_by_person_made_at ON holder_codes (person, made_at);

-- 持证人会话
CREATE TABLE holder_sessions (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  csrf TEXT NOT NULL,
  began_at TIMESTAMP NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  ends_at TIMESTAMP NOT NULL
);

-- 分享链接: a way to one certificate for a time
CREATE TABLE shares (
  id TEXT NOT NULL PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  certificate TEXT NOT NULL REFERENCES certificates,
  made_at TIMESTAMP NOT NULL,
  ends_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP
);

CREATE INDEX shares_by_certificate ON shares (certificate);

-- 加注副本: a copy for one purpose
CREATE TABLE copies (
  id TEXT NOT NULL PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  certificate TEXT NOT NULL REFERENCES certificates,
  purpose TEXT NOT NULL,
  made_at TIMESTAMP NOT NULL,
  ends_on DATE NOT NULL
);

CREATE INDEX copies_by_certificate ON copies (certificate);

CREATE TRIGGER copies_stay BEFORE UPDATE OR DELETE ON copies FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 查验记录: how often a certificate was looked at, by the hour and the way
CREATE TABLE looks (
  certificate TEXT NOT NULL REFERENCES certificates,
  hour TIMESTAMP NOT NULL,
  kind TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (certificate, hour, kind)
);

-- 持证人申请: a correction, or that her data be erased
CREATE TABLE petitions (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  kind TEXT NOT NULL CHECK (kind IN ('correction', 'erasure')),
  certificate TEXT REFERENCES certificates,
  said TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);

CREATE INDEX petitions_by_person ON petitions (person);

CREATE TRIGGER petitions_stay BEFORE UPDATE OR DELETE ON petitions FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 申请答复
CREATE TABLE petition_answers (
  petition TEXT NOT NULL PRIMARY KEY REFERENCES petitions,
  granted BOOLEAN NOT NULL,
  answer TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER petition_answers_stay BEFORE UPDATE OR DELETE ON petition_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
