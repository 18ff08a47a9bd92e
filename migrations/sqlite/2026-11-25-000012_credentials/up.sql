-- 机器可读凭证

-- 凭证: signed when first asked for, kept byte for byte; signed again only when its key is compromised
CREATE TABLE credentials (
  certificate TEXT NOT NULL REFERENCES certificates,
  format TEXT NOT NULL CHECK (format IN ('ld', 'jwt')),
  key_id TEXT NOT NULL REFERENCES issuer_keys,
  body BLOB NOT NULL,
  signed_at TEXT NOT NULL,
  PRIMARY KEY (certificate, format, key_id)
) STRICT;

CREATE TRIGGER credentials_no_update BEFORE UPDATE ON credentials BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: credentials'); END;

CREATE TRIGGER credentials_no_delete BEFORE DELETE ON credentials BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: credentials'); END;
