-- 人员

-- 人员: one natural person, one row
CREATE TABLE people (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  id_kind TEXT NOT NULL,
  id_sealed BYTEA NOT NULL,
  id_index BYTEA NOT NULL UNIQUE,
  id_tail TEXT NOT NULL,
  sex TEXT CHECK (sex IN ('male', 'female')),
  birth_year INTEGER,
  nation TEXT,
  education TEXT,
  region TEXT,
  phone_sealed BYTEA,
  recorded_at TIMESTAMP NOT NULL,
  recorded_by TEXT NOT NULL
);

CREATE INDEX people_by_name ON people (name);

-- 人员密钥: wrapped by the master key; destroyed to erase
CREATE TABLE person_keys (
  person TEXT NOT NULL PRIMARY KEY REFERENCES people,
  wrapped BYTEA NOT NULL,
  master TEXT NOT NULL
);

-- 重点群体身份
CREATE TABLE memberships (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  key_group TEXT NOT NULL,
  starts DATE NOT NULL,
  ends DATE,
  evidence_sealed BYTEA,
  source TEXT NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  recorded_by TEXT NOT NULL
);

CREATE INDEX memberships_by_person ON memberships (person);

-- 查看敏感信息的记录
CREATE TABLE sights (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES people,
  field TEXT NOT NULL,
  purpose TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);

CREATE INDEX sights_by_person ON sights (person);

CREATE INDEX sights_by_account ON sights (account);

CREATE TRIGGER sights_stay BEFORE UPDATE OR DELETE ON sights FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 教师
CREATE TABLE teachers (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT NOT NULL REFERENCES institutions,
  person TEXT NOT NULL REFERENCES people,
  name TEXT NOT NULL,
  occupation TEXT,
  qualification TEXT NOT NULL,
  card TEXT NOT NULL,
  valid_until DATE NOT NULL,
  registered_at TIMESTAMP NOT NULL,
  registered_by TEXT NOT NULL
);

CREATE INDEX teachers_by_institution ON teachers (institution);

-- 考评员
CREATE TABLE assessors (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  name TEXT NOT NULL,
  employer TEXT NOT NULL,
  card TEXT NOT NULL UNIQUE,
  grade TEXT NOT NULL CHECK (grade IN ('assessor', 'senior')),
  starts DATE NOT NULL,
  ends DATE NOT NULL,
  registered_at TIMESTAMP NOT NULL,
  registered_by TEXT NOT NULL
);

CREATE INDEX assessors_by_person ON assessors (person);

-- 考评职业
CREATE TABLE assessor_trades (
  assessor TEXT NOT NULL REFERENCES assessors,
  occupation TEXT NOT NULL,
  PRIMARY KEY (assessor, occupation)
);
