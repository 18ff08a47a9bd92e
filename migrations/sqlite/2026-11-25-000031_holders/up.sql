-- 持证人: one-time codes, her sessions, what she shares, who looked, what she asks for

-- 一次性代码: given by an institution, used once
CREATE TABLE holder_codes (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  code BLOB NOT NULL,
  made_at TEXT NOT NULL,
  made_by TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  used_at TEXT
) STRICT;

CREATE INDEX holder_codes_by_person_made_at ON holder_codes (person, made_at);

-- 持证人会话
CREATE TABLE holder_sessions (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  csrf TEXT NOT NULL,
  began_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  ends_at TEXT NOT NULL
) STRICT;

-- 分享链接: a way to one certificate for a time
CREATE TABLE shares (
  id TEXT NOT NULL PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  certificate TEXT NOT NULL REFERENCES certificates,
  made_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;

CREATE INDEX shares_by_certificate ON shares (certificate);

-- 加注副本: a copy for one purpose
CREATE TABLE copies (
  id TEXT NOT NULL PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  certificate TEXT NOT NULL REFERENCES certificates,
  purpose TEXT NOT NULL,
  made_at TEXT NOT NULL,
  ends_on TEXT NOT NULL
) STRICT;

CREATE INDEX copies_by_certificate ON copies (certificate);

CREATE TRIGGER copies_no_update BEFORE UPDATE ON copies BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: copies'); END;

CREATE TRIGGER copies_no_delete BEFORE DELETE ON copies BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: copies'); END;

-- 查验记录: how often a certificate was looked at, by the hour and the way
CREATE TABLE looks (
  certificate TEXT NOT NULL REFERENCES certificates,
  hour TEXT NOT NULL,
  kind TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (certificate, hour, kind)
) STRICT;

-- 持证人申请: a correction, or that her data be erased
CREATE TABLE petitions (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  kind TEXT NOT NULL CHECK (kind IN ('correction', 'erasure')),
  certificate TEXT REFERENCES certificates,
  said TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;

CREATE INDEX petitions_by_person ON petitions (person);

CREATE TRIGGER petitions_no_update BEFORE UPDATE ON petitions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: petitions'); END;

CREATE TRIGGER petitions_no_delete BEFORE DELETE ON petitions BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: petitions'); END;

-- 申请答复
CREATE TABLE petition_answers (
  petition TEXT NOT NULL PRIMARY KEY REFERENCES petitions,
  granted INTEGER NOT NULL CHECK (granted IN (0, 1)),
  answer TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER petition_answers_no_update BEFORE UPDATE ON petition_answers BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: petition_answers'); END;

CREATE TRIGGER petition_answers_no_delete BEFORE DELETE ON petition_answers BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: petition_answers'); END;
