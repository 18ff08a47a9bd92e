-- 自己登记的培训意愿

-- 意愿申请: what somebody who gave a name asked for; a wish only once a keeper of the ledger has verified it
CREATE TABLE wish_requests (
  id TEXT NOT NULL PRIMARY KEY,
  region TEXT NOT NULL,
  village TEXT NOT NULL,
  trade TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);

CREATE TRIGGER wish_requests_stay BEFORE UPDATE OR DELETE ON wish_requests FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 待核实: who asked, sealed; the row goes when it is decided, and with it everything she told of herself
CREATE TABLE open_wish_requests (
  request TEXT NOT NULL PRIMARY KEY REFERENCES wish_requests,
  region TEXT NOT NULL,
  id_index BYTEA NOT NULL,
  told_sealed BYTEA NOT NULL
);

CREATE INDEX open_wish_requests_by_region ON open_wish_requests (region);

CREATE INDEX open_wish_requests_by_id_index ON open_wish_requests (id_index);

-- 核实: whether it became a wish, and whose, or why not
CREATE TABLE wish_request_ends (
  request TEXT NOT NULL PRIMARY KEY REFERENCES wish_requests,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'dismissed')),
  person TEXT REFERENCES people,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER wish_request_ends_stay BEFORE UPDATE OR DELETE ON wish_request_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
