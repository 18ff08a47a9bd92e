DROP TABLE lessons;
DROP TABLE class_teachers;
DROP TABLE class_steps;
DROP TABLE classes;
DROP TABLE courses;
