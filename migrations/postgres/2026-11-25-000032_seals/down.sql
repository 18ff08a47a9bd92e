DROP TABLE seal_backlog;

DROP TABLE seal_runs;
