DROP TABLE paper_signatures;
DROP TABLE leaf_lists;
DROP TABLE leaves;
DROP TABLE authorities;
