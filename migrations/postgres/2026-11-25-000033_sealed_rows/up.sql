-- 封存的行: what no rule changes after it was sealed, no hand changes either

-- 花名册: what was uploaded
CREATE TRIGGER rosters_stay BEFORE UPDATE OR DELETE ON rosters FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 课次: a lesson somebody was marked at keeps its day and its hours
CREATE FUNCTION refuse_lesson_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id <> OLD.id OR NEW.class <> OLD.class OR NEW.day <> OLD.day OR NEW.half <> OLD.half OR NEW.hours <> OLD.hours)
    AND EXISTS (SELECT 1 FROM attendances a WHERE a.lesson = OLD.id) THEN
    RAISE EXCEPTION 'records of the past are not changed: lessons';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lessons_keep_their_day BEFORE UPDATE ON lessons FOR EACH ROW EXECUTE FUNCTION refuse_lesson_change();

-- 评价批次: only its state moves
CREATE FUNCTION refuse_sitting_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.institution <> OLD.institution OR NEW.name <> OLD.name OR NEW.occupation <> OLD.occupation
    OR NEW.work_type IS DISTINCT FROM OLD.work_type OR NEW.level <> OLD.level OR NEW.day <> OLD.day OR NEW.place <> OLD.place
    OR NEW.planned_at <> OLD.planned_at OR NEW.planned_by <> OLD.planned_by THEN
    RAISE EXCEPTION 'records of the past are not changed: sittings';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER sittings_keep_what_they_are BEFORE UPDATE ON sittings FOR EACH ROW EXECUTE FUNCTION refuse_sitting_change();

CREATE TRIGGER sittings_no_delete BEFORE DELETE ON sittings FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 考生: taken out before the results, never after; never changed
CREATE TRIGGER candidates_no_update BEFORE UPDATE ON candidates FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_candidate_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM sittings s WHERE s.id = OLD.sitting AND s.state IN ('marked', 'in_publicity', 'issued')) THEN
    RAISE EXCEPTION 'records of the past are not changed: candidates';
  END IF;
  RETURN OLD;
END $$;

CREATE TRIGGER candidates_stay BEFORE DELETE ON candidates FOR EACH ROW EXECUTE FUNCTION refuse_candidate_removal();

-- 补考结转
CREATE TRIGGER carried_marks_no_update BEFORE UPDATE ON carried_marks FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_carried_mark_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM candidates c JOIN sittings s ON s.id = c.sitting WHERE c.id = OLD.candidate AND s.state IN ('marked', 'in_publicity', 'issued')) THEN
    RAISE EXCEPTION 'records of the past are not changed: carried_marks';
  END IF;
  RETURN OLD;
END $$;

CREATE TRIGGER carried_marks_stay BEFORE DELETE ON carried_marks FOR EACH ROW EXECUTE FUNCTION refuse_carried_mark_removal();
