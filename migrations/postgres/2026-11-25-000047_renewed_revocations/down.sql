DROP TABLE lost_registry_keys;

DROP TABLE renewed_revocations;
