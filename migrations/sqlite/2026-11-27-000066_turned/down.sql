DROP TRIGGER certificate_prints_turn;
DROP TRIGGER open_holds_turn;
DROP TRIGGER corrections_turn;
DROP TRIGGER replacements_turn;
DROP TRIGGER revocations_turn;
DROP TABLE turned_certificates;
