DROP TABLE contacts;
DROP TABLE open_wishes;
DROP TABLE wish_ends;
DROP TABLE wishes;
