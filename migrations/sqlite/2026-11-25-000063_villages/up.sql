-- 账号: the 嘎查（村） a township's worker is held to
ALTER TABLE accounts ADD COLUMN village TEXT;
