DROP TABLE key_vouchers;
DROP TABLE registry_leaves;
DROP TABLE list_guesses;
ALTER TABLE list_checks DROP COLUMN done;
ALTER TABLE list_checks DROP COLUMN state;
