DROP TABLE class_enterprises;

DROP FUNCTION refuse_enterprise_change;
