-- 封存: how far attendance and deeds are sealed, and what was there before everything was

-- 封存批: one stretch of time, sealed once, whichever server came first
CREATE TABLE seal_runs (
  kind TEXT NOT NULL CHECK (kind IN ('attendance', 'deeds')),
  until TEXT NOT NULL,
  since TEXT NOT NULL,
  entries INTEGER NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (kind, until)
) STRICT;

CREATE TRIGGER seal_runs_no_update BEFORE UPDATE ON seal_runs BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: seal_runs'); END;

CREATE TRIGGER seal_runs_no_delete BEFORE DELETE ON seal_runs BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: seal_runs'); END;

-- 待补封存: what is older than sealing; it is sealed as it stands now
CREATE TABLE seal_backlog (
  kind TEXT NOT NULL CHECK (kind IN ('key', 'roster', 'sheet', 'results')),
  subject TEXT NOT NULL,
  PRIMARY KEY (kind, subject)
) STRICT;

INSERT INTO seal_backlog (kind, subject)
SELECT 'key', k.id FROM issuer_keys k WHERE NOT EXISTS (SELECT 1 FROM log_events e WHERE e.log = 1 AND e.subject = k.id)
UNION SELECT 'key', k.id FROM registry_keys k WHERE NOT EXISTS (SELECT 1 FROM log_events e WHERE e.log = 1 AND e.subject = k.id)
UNION SELECT 'roster', a.id FROM rosters a
UNION SELECT 'sheet', s.sitting || '/' || s.assessor FROM mark_signatures s
UNION SELECT 'results', s.id FROM sittings s WHERE s.state IN ('marked', 'in_publicity', 'issued');

CREATE TRIGGER seal_backlog_no_insert BEFORE INSERT ON seal_backlog BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: seal_backlog'); END;

CREATE TRIGGER seal_backlog_no_update BEFORE UPDATE ON seal_backlog BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: seal_backlog'); END;

CREATE TRIGGER seal_backlog_no_delete BEFORE DELETE ON seal_backlog BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: seal_backlog'); END;
