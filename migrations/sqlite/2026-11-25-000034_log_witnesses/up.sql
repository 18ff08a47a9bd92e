-- 日志见证方: how far each witness has come, and what stood in its way
CREATE TABLE log_witnesses (
  vkey TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  signed_at TEXT,
  asked_at TEXT NOT NULL,
  trouble TEXT NOT NULL
) STRICT;
