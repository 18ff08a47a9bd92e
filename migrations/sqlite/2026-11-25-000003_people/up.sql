-- 人员

-- 人员: one natural person, one row
CREATE TABLE people (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  id_kind TEXT NOT NULL,
  id_sealed BLOB NOT NULL,
  id_index BLOB NOT NULL UNIQUE,
  id_tail TEXT NOT NULL,
  sex TEXT CHECK (sex IN ('male', 'female')),
  birth_year INTEGER,
  nation TEXT,
  education TEXT,
  region TEXT,
  phone_sealed BLOB,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL
) STRICT;

CREATE INDEX people_by_name ON people (name);

-- 人员密钥: wrapped by the master key; destroyed to erase
CREATE TABLE person_keys (
  person TEXT NOT NULL PRIMARY KEY REFERENCES people,
  wrapped BLOB NOT NULL,
  master TEXT NOT NULL
) STRICT;

-- 重点群体身份
CREATE TABLE memberships (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  key_group TEXT NOT NULL,
  starts TEXT NOT NULL,
  ends TEXT,
  evidence_sealed BLOB,
  source TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL
) STRICT;

CREATE INDEX memberships_by_person ON memberships (person);

-- 查看敏感信息的记录
CREATE TABLE sights (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES people,
  field TEXT NOT NULL,
  purpose TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;

CREATE INDEX sights_by_person ON sights (person);

CREATE INDEX sights_by_account ON sights (account);

CREATE TRIGGER sights_no_update BEFORE UPDATE ON sights BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: sights'); END;

CREATE TRIGGER sights_no_delete BEFORE DELETE ON sights BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: sights'); END;

-- 教师
CREATE TABLE teachers (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT NOT NULL REFERENCES institutions,
  person TEXT NOT NULL REFERENCES people,
  name TEXT NOT NULL,
  occupation TEXT,
  qualification TEXT NOT NULL,
  card TEXT NOT NULL,
  valid_until TEXT NOT NULL,
  registered_at TEXT NOT NULL,
  registered_by TEXT NOT NULL
) STRICT;

CREATE INDEX teachers_by_institution ON teachers (institution);

-- 考评员
CREATE TABLE assessors (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  name TEXT NOT NULL,
  employer TEXT NOT NULL,
  card TEXT NOT NULL UNIQUE,
  grade TEXT NOT NULL CHECK (grade IN ('assessor', 'senior')),
  starts TEXT NOT NULL,
  ends TEXT NOT NULL,
  registered_at TEXT NOT NULL,
  registered_by TEXT NOT NULL
) STRICT;

CREATE INDEX assessors_by_person ON assessors (person);

-- 考评职业
CREATE TABLE assessor_trades (
  assessor TEXT NOT NULL REFERENCES assessors,
  occupation TEXT NOT NULL,
  PRIMARY KEY (assessor, occupation)
) STRICT;
