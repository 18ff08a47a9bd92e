DROP TABLE log_links;

DROP TABLE number_skips;

DROP TABLE recovered_leaves;
