DROP TABLE completions;
DROP TABLE attendances;
DROP TABLE group_snapshots;
DROP TABLE withdrawals;
DROP TABLE enrolments;
DROP TABLE admissions;
DROP TABLE roster_lines;
DROP TABLE rosters;
