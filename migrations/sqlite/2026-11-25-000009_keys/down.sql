DROP TABLE key_events;
ALTER TABLE registry_keys DROP COLUMN purpose;
