DROP TABLE employments;
