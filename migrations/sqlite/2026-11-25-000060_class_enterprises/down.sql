DROP TABLE class_enterprises;
