DROP TABLE replacements;
DROP TABLE revocations;
DROP TABLE revocation_proposals;
DROP TABLE holdings;
DROP TABLE certificates;
DROP TABLE status_lists;
DROP TABLE counters;
DROP TABLE issuer_keys;
