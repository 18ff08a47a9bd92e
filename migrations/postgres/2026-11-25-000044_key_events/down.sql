DROP INDEX certificates_by_key_id;
ALTER TABLE key_events DROP COLUMN log_size;
