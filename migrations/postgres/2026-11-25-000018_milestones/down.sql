DROP TABLE freezes;
DROP TABLE targets;
DROP TABLE milestones;
