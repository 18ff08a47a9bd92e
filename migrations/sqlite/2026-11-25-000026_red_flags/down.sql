DROP TABLE draw_reveals;
DROP TABLE draws;
DROP TABLE phone_marks;
DROP TABLE flag_runs;
DROP TABLE dispositions;
DROP TABLE red_flag_rows;
DROP TABLE red_flags;
