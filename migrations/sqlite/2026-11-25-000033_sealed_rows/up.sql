-- 封存的行: what no rule changes after it was sealed, no hand changes either

-- 花名册: what was uploaded
CREATE TRIGGER rosters_no_update BEFORE UPDATE ON rosters BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: rosters'); END;

CREATE TRIGGER rosters_no_delete BEFORE DELETE ON rosters BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: rosters'); END;

-- 课次: a lesson somebody was marked at keeps its day and its hours
CREATE TRIGGER lessons_keep_their_day BEFORE UPDATE ON lessons
WHEN (NEW.id <> OLD.id OR NEW.class <> OLD.class OR NEW.day <> OLD.day OR NEW.half <> OLD.half OR NEW.hours <> OLD.hours)
  AND EXISTS (SELECT 1 FROM attendances a WHERE a.lesson = OLD.id)
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: lessons'); END;

-- 评价批次: only its state moves
CREATE TRIGGER sittings_keep_what_they_are BEFORE UPDATE ON sittings
WHEN NEW.id <> OLD.id OR NEW.institution <> OLD.institution OR NEW.name <> OLD.name OR NEW.occupation <> OLD.occupation
  OR NEW.work_type IS NOT OLD.work_type OR NEW.level <> OLD.level OR NEW.day <> OLD.day OR NEW.place <> OLD.place
  OR NEW.planned_at <> OLD.planned_at OR NEW.planned_by <> OLD.planned_by
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: sittings'); END;

CREATE TRIGGER sittings_no_delete BEFORE DELETE ON sittings BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: sittings'); END;

-- 考生: taken out before the results, never after; never changed
CREATE TRIGGER candidates_no_update BEFORE UPDATE ON candidates BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: candidates'); END;

CREATE TRIGGER candidates_stay BEFORE DELETE ON candidates
WHEN EXISTS (SELECT 1 FROM sittings s WHERE s.id = OLD.sitting AND s.state IN ('marked', 'in_publicity', 'issued'))
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: candidates'); END;

-- 补考结转
CREATE TRIGGER carried_marks_no_update BEFORE UPDATE ON carried_marks BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: carried_marks'); END;

CREATE TRIGGER carried_marks_stay BEFORE DELETE ON carried_marks
WHEN EXISTS (SELECT 1 FROM candidates c JOIN sittings s ON s.id = c.sitting WHERE c.id = OLD.candidate AND s.state IN ('marked', 'in_publicity', 'issued'))
BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: carried_marks'); END;
