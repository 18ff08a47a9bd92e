-- 用人单位: who asked to check more and longer lists than a stranger may; her contact lies sealed, of her
-- claim and her token there are only hashes
CREATE TABLE employers (
  id TEXT NOT NULL PRIMARY KEY,
  claim TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  uscc TEXT NOT NULL,
  contact BLOB NOT NULL,
  state TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  decided_at TEXT,
  decided_by TEXT REFERENCES accounts,
  token BLOB UNIQUE,
  day INTEGER NOT NULL,
  used INTEGER NOT NULL
) STRICT;

CREATE INDEX employers_by_state ON employers (state, id);

CREATE INDEX employers_by_uscc ON employers (uscc);
