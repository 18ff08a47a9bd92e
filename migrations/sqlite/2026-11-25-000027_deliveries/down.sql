DROP TABLE delivered;
DROP TABLE deliveries;
