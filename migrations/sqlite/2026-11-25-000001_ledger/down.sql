DROP TABLE replies;
DROP TABLE holidays;
DROP TABLE deeds;
DROP TABLE vault_checks;
DROP TABLE pen;
