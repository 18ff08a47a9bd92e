-- 有变动的证书

-- 有变动的证书: those of which there is more to tell than their issue; noted by the database itself
CREATE TABLE turned_certificates (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates
);

INSERT INTO turned_certificates
SELECT certificate FROM revocations
UNION SELECT certificate FROM replacements
UNION SELECT certificate FROM corrections
UNION SELECT certificate FROM open_holds
UNION SELECT certificate FROM certificate_prints;

CREATE TRIGGER turned_certificates_stay BEFORE UPDATE OR DELETE ON turned_certificates FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- once for all that one statement adds
CREATE FUNCTION note_turns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO turned_certificates SELECT certificate FROM added ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER revocations_turn AFTER INSERT ON revocations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_turns();

CREATE TRIGGER replacements_turn AFTER INSERT ON replacements REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_turns();

CREATE TRIGGER corrections_turn AFTER INSERT ON corrections REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_turns();

CREATE TRIGGER open_holds_turn AFTER INSERT ON open_holds REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_turns();

CREATE TRIGGER certificate_prints_turn AFTER INSERT ON certificate_prints REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_turns();
