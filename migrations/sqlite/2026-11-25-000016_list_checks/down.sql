DROP TABLE list_checks;
