DROP TABLE bindings;

DROP TABLE volumes;
