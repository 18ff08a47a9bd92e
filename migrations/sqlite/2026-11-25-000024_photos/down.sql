DROP TABLE step_ups;
DROP TABLE second_factors;
DROP TABLE certificate_faces;
DROP TABLE latin_names;
DROP TABLE photos;
