-- 照片与第二重验证

-- 照片: sealed under the person's own key; the newest counts, the others stay until she is erased
CREATE TABLE photos (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people,
  sealed BYTEA NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX photos_by_person ON photos (person, at);

CREATE TRIGGER photos_stay BEFORE UPDATE OR DELETE ON photos FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 拉丁字母姓名
CREATE TABLE latin_names (
  person TEXT NOT NULL PRIMARY KEY REFERENCES people,
  name TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

-- 证书所载: what a certificate shows of its holder as she was when it was issued
CREATE TABLE certificate_faces (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates,
  photo TEXT REFERENCES photos,
  latin_name TEXT
);

CREATE TRIGGER certificate_faces_stay BEFORE UPDATE OR DELETE ON certificate_faces FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 动态口令: the secret sealed; the last step used, so that a code works once
CREATE TABLE second_factors (
  account TEXT NOT NULL PRIMARY KEY REFERENCES accounts,
  secret_sealed BYTEA NOT NULL,
  began_at TIMESTAMP NOT NULL,
  confirmed_at TIMESTAMP,
  last_step BIGINT NOT NULL,
  misses INTEGER NOT NULL,
  missed_at TIMESTAMP
);

-- 再次验证: sessions in which a code was given, and until when that counts
CREATE TABLE step_ups (
  session TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  until TIMESTAMP NOT NULL
);

CREATE INDEX step_ups_by_account ON step_ups (account);
