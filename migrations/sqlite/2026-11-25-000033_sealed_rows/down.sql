DROP TRIGGER carried_marks_stay;

DROP TRIGGER carried_marks_no_update;

DROP TRIGGER candidates_stay;

DROP TRIGGER candidates_no_update;

DROP TRIGGER sittings_no_delete;

DROP TRIGGER sittings_keep_what_they_are;

DROP TRIGGER lessons_keep_their_day;

DROP TRIGGER rosters_no_delete;

DROP TRIGGER rosters_no_update;
