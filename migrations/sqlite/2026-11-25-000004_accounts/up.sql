-- 账号

-- 账号
CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('bureau_officer', 'county_officer', 'institution_clerk', 'institution_signatory', 'assessment_clerk', 'assessment_signatory', 'assessor', 'administrator', 'auditor')),
  institution TEXT REFERENCES institutions,
  region TEXT,
  assessor TEXT REFERENCES assessors,
  password TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  opened_by TEXT,
  closed_at TEXT,
  closed_by TEXT
) STRICT;

CREATE INDEX accounts_by_institution ON accounts (institution);

-- 会话
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  csrf TEXT NOT NULL,
  began_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  ends_at TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_by_account ON sessions (account);

-- 接口令牌
CREATE TABLE api_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT
) STRICT;

CREATE INDEX api_tokens_by_account ON api_tokens (account);

-- 登录失败
CREATE TABLE sign_in_failures (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;

CREATE INDEX sign_in_failures_by_login_at ON sign_in_failures (login, at);
