DROP TABLE log_checkpoints;
DROP TABLE log_heads;
DROP TABLE log_tiles;
DROP TABLE log_events;
