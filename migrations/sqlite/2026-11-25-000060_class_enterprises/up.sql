-- 合作企业: for whom a class trains; one a class at most, and the same for ever once it is approved
CREATE TABLE class_enterprises (
  class TEXT NOT NULL PRIMARY KEY REFERENCES classes,
  name TEXT NOT NULL,
  uscc TEXT NOT NULL
) STRICT;

CREATE INDEX class_enterprises_by_uscc ON class_enterprises (uscc);

CREATE TRIGGER class_enterprises_no_update BEFORE UPDATE ON class_enterprises BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: class_enterprises'); END;

CREATE TRIGGER class_enterprises_stay BEFORE DELETE ON class_enterprises
WHEN EXISTS (SELECT 1 FROM classes k WHERE k.id = OLD.class AND k.state NOT IN ('drafted', 'returned'))
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: class_enterprises'); END;

CREATE TRIGGER class_enterprises_come_first BEFORE INSERT ON class_enterprises
WHEN EXISTS (SELECT 1 FROM classes k WHERE k.id = NEW.class AND k.state NOT IN ('drafted', 'returned'))
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: class_enterprises'); END;
