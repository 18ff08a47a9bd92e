DROP TRIGGER carried_marks_stay ON carried_marks;

DROP FUNCTION refuse_carried_mark_removal;

DROP TRIGGER carried_marks_no_update ON carried_marks;

DROP TRIGGER candidates_stay ON candidates;

DROP FUNCTION refuse_candidate_removal;

DROP TRIGGER candidates_no_update ON candidates;

DROP TRIGGER sittings_no_delete ON sittings;

DROP TRIGGER sittings_keep_what_they_are ON sittings;

DROP FUNCTION refuse_sitting_change;

DROP TRIGGER lessons_keep_their_day ON lessons;

DROP FUNCTION refuse_lesson_change;

DROP TRIGGER rosters_stay ON rosters;
