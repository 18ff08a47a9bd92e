DROP TABLE compared;
DROP TABLE comparisons;
