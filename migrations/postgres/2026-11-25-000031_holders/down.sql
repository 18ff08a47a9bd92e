DROP TABLE petition_answers;
DROP TABLE petitions;
DROP TABLE looks;
DROP TABLE copies;
DROP TABLE shares;
DROP TABLE holder_sessions;
DROP TABLE holder_codes;
