DROP TABLE assessor_trades;
DROP TABLE assessors;
DROP TABLE teachers;
DROP TABLE sights;
DROP TABLE memberships;
DROP TABLE person_keys;
DROP TABLE people;
