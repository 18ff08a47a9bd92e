-- 封存: how far attendance and deeds are sealed, and what was there before everything was

-- 封存批: one stretch of time, sealed once, whichever server came first
CREATE TABLE seal_runs (
  kind TEXT NOT NULL CHECK (kind IN ('attendance', 'deeds')),
  until TIMESTAMP NOT NULL,
  since TIMESTAMP NOT NULL,
  entries BIGINT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (kind, until)
);

CREATE TRIGGER seal_runs_stay BEFORE UPDATE OR DELETE ON seal_runs FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 待补封存: what is older than sealing; it is sealed as it stands now
CREATE TABLE seal_backlog (
  kind TEXT NOT NULL CHECK (kind IN ('key', 'roster', 'sheet', 'results')),
  subject TEXT NOT NULL,
  PRIMARY KEY (kind, subject)
);

INSERT INTO seal_backlog (kind, subject)
SELECT 'key', k.id FROM issuer_keys k WHERE NOT EXISTS (SELECT 1 FROM log_events e WHERE e.log = 1 AND e.subject = k.id)
UNION SELECT 'key', k.id FROM registry_keys k WHERE NOT EXISTS (SELECT 1 FROM log_events e WHERE e.log = 1 AND e.subject = k.id)
UNION SELECT 'roster', a.id FROM rosters a
UNION SELECT 'sheet', s.sitting || '/' || s.assessor FROM mark_signatures s
UNION SELECT 'results', s.id FROM sittings s WHERE s.state IN ('marked', 'in_publicity', 'issued');

CREATE TRIGGER seal_backlog_stay BEFORE INSERT OR UPDATE OR DELETE ON seal_backlog FOR EACH ROW EXECUTE FUNCTION refuse_change();
