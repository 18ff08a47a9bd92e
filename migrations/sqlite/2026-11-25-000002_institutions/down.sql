DROP TABLE demands;
DROP TABLE reinstatements;
DROP TABLE suspensions;
DROP TABLE entitlement_changes;
DROP TABLE entitlements;
DROP TABLE institutions;
