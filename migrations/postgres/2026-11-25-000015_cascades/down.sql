DROP TABLE cascade_ends;
DROP TABLE cascade_exclusions;
DROP TABLE cascade_replies;
DROP TABLE cascade_notices;
DROP TABLE cascade_members;
DROP TABLE cascades;
