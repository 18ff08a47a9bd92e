-- 日志见证方: how far each witness has come, and what stood in its way
CREATE TABLE log_witnesses (
  vkey TEXT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  signed_at TIMESTAMP,
  asked_at TIMESTAMP NOT NULL,
  trouble TEXT NOT NULL
);
