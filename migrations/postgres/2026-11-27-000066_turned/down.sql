DROP TRIGGER certificate_prints_turn ON certificate_prints;
DROP TRIGGER open_holds_turn ON open_holds;
DROP TRIGGER corrections_turn ON corrections;
DROP TRIGGER replacements_turn ON replacements;
DROP TRIGGER revocations_turn ON revocations;
DROP FUNCTION note_turns();
DROP TABLE turned_certificates;
