DROP TABLE wish_request_ends;
DROP TABLE open_wish_requests;
DROP TABLE wish_requests;
