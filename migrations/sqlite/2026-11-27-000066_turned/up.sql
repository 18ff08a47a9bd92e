-- 有变动的证书

-- 有变动的证书: those of which there is more to tell than their issue; noted by the database itself
CREATE TABLE turned_certificates (
  certificate TEXT NOT NULL PRIMARY KEY REFERENCES certificates
) STRICT;

INSERT INTO turned_certificates
SELECT certificate FROM revocations
UNION SELECT certificate FROM replacements
UNION SELECT certificate FROM corrections
UNION SELECT certificate FROM open_holds
UNION SELECT certificate FROM certificate_prints;

CREATE TRIGGER turned_certificates_no_update BEFORE UPDATE ON turned_certificates BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: turned_certificates'); END;

CREATE TRIGGER turned_certificates_no_delete BEFORE DELETE ON turned_certificates BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: turned_certificates'); END;

CREATE TRIGGER revocations_turn AFTER INSERT ON revocations BEGIN INSERT OR IGNORE INTO turned_certificates VALUES (NEW.certificate); END;

CREATE TRIGGER replacements_turn AFTER INSERT ON replacements BEGIN INSERT OR IGNORE INTO turned_certificates VALUES (NEW.certificate); END;

CREATE TRIGGER corrections_turn AFTER INSERT ON corrections BEGIN INSERT OR IGNORE INTO turned_certificates VALUES (NEW.certificate); END;

CREATE TRIGGER open_holds_turn AFTER INSERT ON open_holds BEGIN INSERT OR IGNORE INTO turned_certificates VALUES (NEW.certificate); END;

CREATE TRIGGER certificate_prints_turn AFTER INSERT ON certificate_prints BEGIN INSERT OR IGNORE INTO turned_certificates VALUES (NEW.certificate); END;
