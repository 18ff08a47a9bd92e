ALTER TABLE accounts DROP COLUMN village;
