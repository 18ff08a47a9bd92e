DROP TABLE subsidy_rule_ends;
DROP TABLE subsidy_rules;
