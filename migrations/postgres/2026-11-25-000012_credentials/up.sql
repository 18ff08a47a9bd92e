-- 机器可读凭证

-- 凭证: signed when first asked for, kept byte for byte; signed again only when its key is compromised
CREATE TABLE credentials (
  certificate TEXT NOT NULL REFERENCES certificates,
  format TEXT NOT NULL CHECK (format IN ('ld', 'jwt')),
  key_id TEXT NOT NULL REFERENCES issuer_keys,
  body BYTEA NOT NULL,
  signed_at TIMESTAMP NOT NULL,
  PRIMARY KEY (certificate, format, key_id)
);

CREATE TRIGGER credentials_stay BEFORE UPDATE OR DELETE ON credentials FOR EACH ROW EXECUTE FUNCTION refuse_change();
