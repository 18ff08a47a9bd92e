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
  sealed BYTEA NOT NULL,
  leaf BYTEA NOT NULL,
  at TIMESTAMP NOT NULL,
  seq BIGINT
);

CREATE UNIQUE INDEX log_events_by_seq ON log_events (log, seq);

CREATE UNIQUE INDEX log_events_by_subject_n ON log_events (subject, log, n);

CREATE INDEX log_events_waiting ON log_events (log, id) WHERE seq IS NULL;

CREATE FUNCTION refuse_log_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.id <> OLD.id OR NEW.log <> OLD.log OR NEW.kind <> OLD.kind
    OR NEW.institution IS DISTINCT FROM OLD.institution OR NEW.subject <> OLD.subject OR NEW.reference <> OLD.reference OR NEW.n <> OLD.n
    OR NEW.person IS DISTINCT FROM OLD.person OR NEW.sealed <> OLD.sealed OR NEW.leaf <> OLD.leaf OR NEW.at <> OLD.at THEN
    RAISE EXCEPTION 'records of the past are not changed: log_events';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER log_events_stay BEFORE UPDATE ON log_events FOR EACH ROW EXECUTE FUNCTION refuse_log_event_change();

CREATE TRIGGER log_events_no_delete BEFORE DELETE ON log_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 瓦片: one row each; a partial tile is the row's beginning
CREATE TABLE log_tiles (
  log INTEGER NOT NULL,
  level INTEGER NOT NULL,
  n BIGINT NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (log, level, n)
);

CREATE FUNCTION refuse_log_tile_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.log <> OLD.log OR NEW.level <> OLD.level OR NEW.n <> OLD.n
    OR substring(NEW.data FROM 1 FOR octet_length(OLD.data)) <> OLD.data THEN
    RAISE EXCEPTION 'records of the past are not changed: log_tiles';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER log_tiles_only_grow BEFORE UPDATE ON log_tiles FOR EACH ROW EXECUTE FUNCTION refuse_log_tile_change();

CREATE TRIGGER log_tiles_no_delete BEFORE DELETE ON log_tiles FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 日志头: how far each log has come
CREATE TABLE log_heads (
  log INTEGER NOT NULL PRIMARY KEY,
  origin TEXT NOT NULL,
  size BIGINT NOT NULL,
  note TEXT NOT NULL
);

CREATE FUNCTION refuse_log_head_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.log <> OLD.log OR NEW.origin <> OLD.origin OR NEW.size <= OLD.size THEN
    RAISE EXCEPTION 'records of the past are not changed: log_heads';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER log_heads_only_grow BEFORE UPDATE ON log_heads FOR EACH ROW EXECUTE FUNCTION refuse_log_head_change();

CREATE TRIGGER log_heads_no_delete BEFORE DELETE ON log_heads FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 检查点: what was signed; cosignatures come later
CREATE TABLE log_checkpoints (
  log INTEGER NOT NULL,
  size BIGINT NOT NULL,
  note TEXT NOT NULL,
  cosignatures TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (log, size)
);

CREATE FUNCTION refuse_log_checkpoint_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.log <> OLD.log OR NEW.size <> OLD.size OR NEW.note <> OLD.note OR NEW.at <> OLD.at THEN
    RAISE EXCEPTION 'records of the past are not changed: log_checkpoints';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER log_checkpoints_stay BEFORE UPDATE ON log_checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_log_checkpoint_change();

CREATE TRIGGER log_checkpoints_no_delete BEFORE DELETE ON log_checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();
