-- 照片与第二重验证

-- 照片: sealed under the person's own key; the newest counts, the others stay until she is erased
CREATE TABLE photos (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  sealed BLOB NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX photos_by_person ON photos (person, at);

CREATE TRIGGER photos_no_update BEFORE UPDATE ON photos BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: photos'); END;

CREATE TRIGGER photos_no_delete BEFORE DELETE ON photos BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: photos'); END;

-- 拉丁字母姓名
CREATE TABLE latin_names (
  person TEXT NOT NULL PRIMARY KEY REFERENCES people,
  name TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

-- 证书所载: what a certificate shows of its holder as she was when it was issued
CREATE TABLE certificate_faces (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  photo TEXT REFERENCES photos,
  latin_name TEXT
) STRICT;

CREATE TRIGGER certificate_faces_no_update BEFORE UPDATE ON certificate_faces BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: certificate_faces'); END;

CREATE TRIGGER certificate_faces_no_delete BEFORE DELETE ON certificate_faces BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: certificate_faces'); END;

-- 动态口令: the secret sealed; the last step used, so that a code works once
CREATE TABLE second_factors (
  account TEXT NOT NULL PRIMARY KEY REFERENCES accounts,
  secret_sealed BLOB NOT NULL,
  began_at TEXT NOT NULL,
  confirmed_at TEXT,
  last_step INTEGER NOT NULL,
  misses INTEGER NOT NULL,
  missed_at TEXT
) STRICT;

-- 再次验证: sessions in which a code was given, and until when that counts
CREATE TABLE step_ups (
  session TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  until TEXT NOT NULL
) STRICT;

CREATE INDEX step_ups_by_account ON step_ups (account);
