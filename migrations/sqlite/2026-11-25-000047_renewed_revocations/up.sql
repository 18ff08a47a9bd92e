-- 恢复后再次撤销、登记册密钥泄露

-- 再次撤销: of a certificate whose first revocation was taken back
CREATE TABLE renewed_revocations (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES restorations,
  proposal TEXT NOT NULL UNIQUE REFERENCES revocation_proposals,
  reason_class TEXT NOT NULL,
  day TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER renewed_revocations_no_update BEFORE UPDATE ON renewed_revocations BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: renewed_revocations'); END;

CREATE TRIGGER renewed_revocations_no_delete BEFORE DELETE ON renewed_revocations BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: renewed_revocations'); END;

-- 登记册密钥泄露: keys of the registry itself in strange hands
CREATE TABLE lost_registry_keys (
  key_id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  since TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES accounts
) STRICT;

CREATE TRIGGER lost_registry_keys_no_update BEFORE UPDATE ON lost_registry_keys BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: lost_registry_keys'); END;

CREATE TRIGGER lost_registry_keys_no_delete BEFORE DELETE ON lost_registry_keys BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: lost_registry_keys'); END;
