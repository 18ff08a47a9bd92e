ALTER TABLE lost_registry_keys DROP COLUMN log_size;
