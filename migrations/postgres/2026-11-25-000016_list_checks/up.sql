-- 名单核验: what a list came to, sealed, for a day. No end of an identity number is in it.
CREATE TABLE list_checks (
  id TEXT NOT NULL PRIMARY KEY,
  lines INTEGER NOT NULL,
  good INTEGER NOT NULL,
  result BYTEA NOT NULL,
  made_at TIMESTAMP NOT NULL
);

CREATE INDEX list_checks_by_made_at ON list_checks (made_at);
