-- 自己登记的培训意愿

-- 意愿申请: what somebody who gave a name asked for; a wish only once a keeper of the ledger has verified it
CREATE TABLE wish_requests (
  id TEXT NOT NULL PRIMARY KEY,
  region TEXT NOT NULL,
  village TEXT NOT NULL,
  trade TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;

CREATE TRIGGER wish_requests_no_update BEFORE UPDATE ON wish_requests BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: wish_requests'); END;

CREATE TRIGGER wish_requests_no_delete BEFORE DELETE ON wish_requests BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: wish_requests'); END;

-- 待核实: who asked, sealed; the row goes when it is decided, and with it everything she told of herself
CREATE TABLE open_wish_requests (
  request TEXT NOT NULL PRIMARY KEY REFERENCES wish_requests,
  region TEXT NOT NULL,
  id_index BLOB NOT NULL,
  told_sealed BLOB NOT NULL
) STRICT;

CREATE INDEX open_wish_requests_by_region ON open_wish_requests (region);

CREATE INDEX open_wish_requests_by_id_index ON open_wish_requests (id_index);

-- 核实: whether it became a wish, and whose, or why not
CREATE TABLE wish_request_ends (
  request TEXT NOT NULL PRIMARY KEY REFERENCES wish_requests,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'dismissed')),
  person TEXT REFERENCES people,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TRIGGER wish_request_ends_no_update BEFORE UPDATE ON wish_request_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: wish_request_ends'); END;

CREATE TRIGGER wish_request_ends_no_delete BEFORE DELETE ON wish_request_ends BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: wish_request_ends'); END;
