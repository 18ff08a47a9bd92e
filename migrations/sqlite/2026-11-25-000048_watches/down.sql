DROP TABLE watch_calls;
DROP TABLE watch_places;
DROP TABLE watched;
DROP TABLE watches;
