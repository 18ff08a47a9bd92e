-- 日志密钥泄露: how many entries of the log a lost log key still proves
ALTER TABLE lost_registry_keys ADD COLUMN log_size INTEGER;
