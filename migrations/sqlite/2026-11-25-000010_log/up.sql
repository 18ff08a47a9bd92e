-- 公开日志

-- 日志事项: entered with what they tell of, numbered afterwards
CREATE TABLE log_events (
  id TEXT NOT NULL PRIMARY KEY,
  log INTEGER NOT NULL,
  kind TEXT NOT NULL,
  institution TEXT REFERENCES institutions,
  subject TEXT NOT NULL,
  reference TEXT NOT NULL,
  n INTEGER NOT NULL,
  person TEXT REFERENCES people,
  sealed BLOB NOT NULL,
  leaf BLOB NOT NULL,
  at TEXT NOT NULL,
  seq INTEGER
) STRICT;

CREATE UNIQUE INDEX log_events_by_seq ON log_events (log, seq);

CREATE UNIQUE INDEX log_events_by_subject_n ON log_events (subject, log, n);

CREATE INDEX log_events_waiting ON log_events (log, id) WHERE seq IS NULL;

CREATE TRIGGER log_events_no_update BEFORE UPDATE ON log_events
WHEN OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.id <> OLD.id OR NEW.log <> OLD.log OR NEW.kind <> OLD.kind
  OR NEW.institution IS NOT OLD.institution OR NEW.subject <> OLD.subject OR NEW.reference <> OLD.reference OR NEW.n <> OLD.n
  OR NEW.person IS NOT OLD.person OR NEW.sealed <> OLD.sealed OR NEW.leaf <> OLD.leaf OR NEW.at <> OLD.at
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_events'); END;

CREATE TRIGGER log_events_no_delete BEFORE DELETE ON log_events BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_events'); END;

-- 瓦片: one row each; a partial tile is the row's beginning
CREATE TABLE log_tiles (
  log INTEGER NOT NULL,
  level INTEGER NOT NULL,
  n INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (log, level, n)
) STRICT;

CREATE TRIGGER log_tiles_only_grow BEFORE UPDATE ON log_tiles
WHEN NEW.log <> OLD.log OR NEW.level <> OLD.level OR NEW.n <> OLD.n OR substr(NEW.data, 1, length(OLD.data)) <> OLD.data
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_tiles'); END;

CREATE TRIGGER log_tiles_no_delete BEFORE DELETE ON log_tiles BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_tiles'); END;

-- 日志头: how far each log has come
CREATE TABLE log_heads (
  log INTEGER NOT NULL PRIMARY KEY,
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;

CREATE TRIGGER log_heads_only_grow BEFORE UPDATE ON log_heads
WHEN NEW.log <> OLD.log OR NEW.origin <> OLD.origin OR NEW.size <= OLD.size
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_heads'); END;

CREATE TRIGGER log_heads_no_delete BEFORE DELETE ON log_heads BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_heads'); END;

-- 检查点: what was signed; cosignatures come later
CREATE TABLE log_checkpoints (
  log INTEGER NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  cosignatures TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (log, size)
) STRICT;

CREATE TRIGGER log_checkpoints_no_update BEFORE UPDATE ON log_checkpoints
WHEN NEW.log <> OLD.log OR NEW.size <> OLD.size OR NEW.note <> OLD.note OR NEW.at <> OLD.at
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_checkpoints'); END;

CREATE TRIGGER log_checkpoints_no_delete BEFORE DELETE ON log_checkpoints BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: log_checkpoints'); END;
