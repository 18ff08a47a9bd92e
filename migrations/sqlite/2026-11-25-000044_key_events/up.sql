-- 密钥事件: where the public log stood

-- 日志截止: of a compromised key, only what has a lower place in the public log stays good
ALTER TABLE key_events ADD COLUMN log_size INTEGER;

-- 某一密钥签发的证书
CREATE INDEX certificates_by_key_id ON certificates (key_id, issued_at);
