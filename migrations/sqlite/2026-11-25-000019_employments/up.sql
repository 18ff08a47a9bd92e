-- 就业去向

-- 就业去向: what became of a trainee; the last entry for a month counts, the earlier ones stay
CREATE TABLE employments (
  id TEXT NOT NULL PRIMARY KEY,
  enrolment TEXT NOT NULL REFERENCES enrolments,
  months INTEGER NOT NULL CHECK (months IN (3, 6, 12)),
  day TEXT NOT NULL,
  outcome TEXT NOT NULL,
  employer TEXT NOT NULL,
  uscc TEXT NOT NULL,
  occupation TEXT NOT NULL,
  wage_fen INTEGER,
  evidence TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('institution', 'call_back', 'department')),
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX employments_by_enrolment_months ON employments (enrolment, months);

CREATE INDEX employments_by_at ON employments (at);

CREATE TRIGGER employments_no_update BEFORE UPDATE ON employments BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: employments'); END;

CREATE TRIGGER employments_no_delete BEFORE DELETE ON employments BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: employments'); END;
