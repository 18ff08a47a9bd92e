-- 关注: somebody wants to hear what becomes of certificates. Who it is, nobody knows; where she is to be
-- told lies sealed.
CREATE TABLE watches (
  id TEXT NOT NULL PRIMARY KEY,
  made_at TEXT NOT NULL,
  hook BLOB NOT NULL,
  mail BLOB NOT NULL,
  mail_proof TEXT NOT NULL
) STRICT;

CREATE INDEX watches_by_made_at ON watches (made_at);

-- 关注的证书, and the verdict that was told last
CREATE TABLE watched (
  watch TEXT NOT NULL REFERENCES watches,
  certificate TEXT NOT NULL REFERENCES certificates,
  told TEXT NOT NULL,
  PRIMARY KEY (watch, certificate)
) STRICT;

CREATE INDEX watched_by_certificate ON watched (certificate);

-- 看到哪里: up to which place of the public log watchers were told
CREATE TABLE watch_places (
  id INTEGER NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT;

-- 通知: what is to be told, by which way, when next, and how often it was tried
CREATE TABLE watch_calls (
  id TEXT NOT NULL PRIMARY KEY,
  watch TEXT NOT NULL REFERENCES watches,
  certificate TEXT NOT NULL REFERENCES certificates,
  way TEXT NOT NULL,
  verdict TEXT NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  made_at TEXT NOT NULL,
  trouble TEXT NOT NULL
) STRICT;

CREATE INDEX watch_calls_by_due ON watch_calls (state, due_at);

CREATE INDEX watch_calls_by_watch ON watch_calls (watch);
