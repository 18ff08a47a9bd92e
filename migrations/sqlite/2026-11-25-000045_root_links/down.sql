DROP TABLE root_links;
