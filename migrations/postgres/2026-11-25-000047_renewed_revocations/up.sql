-- 恢复后再次撤销、登记册密钥泄露

-- 再次撤销: of a certificate whose first revocation was taken back
CREATE TABLE renewed_revocations (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES restorations,
  proposal TEXT NOT NULL UNIQUE REFERENCES revocation_proposals,
  reason_class TEXT NOT NULL,
  day DATE NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER renewed_revocations_stay BEFORE UPDATE OR DELETE ON renewed_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 登记册密钥泄露: keys of the registry itself in strange hands
CREATE TABLE lost_registry_keys (
  key_id TEXT NOT NULL PRIMARY KEY REFERENCES registry_keys,
  since TIMESTAMP NOT NULL,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL REFERENCES accounts
);

CREATE TRIGGER lost_registry_keys_stay BEFORE UPDATE OR DELETE ON lost_registry_keys FOR EACH ROW EXECUTE FUNCTION refuse_change();
