-- 合作企业: for whom a class trains; one a class at most, and the same for ever once it is approved
CREATE TABLE class_enterprises (
  class TEXT NOT NULL PRIMARY KEY REFERENCES classes,
  name TEXT NOT NULL,
  uscc TEXT NOT NULL
);

CREATE INDEX class_enterprises_by_uscc ON class_enterprises (uscc);

CREATE TRIGGER class_enterprises_no_update BEFORE UPDATE ON class_enterprises FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_enterprise_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM classes k WHERE k.id = COALESCE(NEW.class, OLD.class) AND k.state NOT IN ('drafted', 'returned')) THEN
    RAISE EXCEPTION 'records of the past are not changed: class_enterprises';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER class_enterprises_stay BEFORE INSERT OR DELETE ON class_enterprises FOR EACH ROW EXECUTE FUNCTION refuse_enterprise_change();
