DROP TABLE grant_ends;
DROP TABLE grants;
