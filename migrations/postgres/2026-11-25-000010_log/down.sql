DROP TABLE log_checkpoints;
DROP TABLE log_heads;
DROP TABLE log_tiles;
DROP TABLE log_events;
DROP FUNCTION refuse_log_checkpoint_change;
DROP FUNCTION refuse_log_head_change;
DROP FUNCTION refuse_log_tile_change;
DROP FUNCTION refuse_log_event_change;
