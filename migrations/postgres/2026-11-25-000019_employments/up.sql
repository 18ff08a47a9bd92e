-- 就业去向

-- 就业去向: what became of a trainee; the last entry for a month counts, the earlier ones stay
CREATE TABLE employments (
  id TEXT NOT NULL PRIMARY KEY,
  enrolment TEXT NOT NULL REFERENCES enrolments,
  months INTEGER NOT NULL CHECK (months IN (3, 6, 12)),
  day DATE NOT NULL,
  outcome TEXT NOT NULL,
  employer TEXT NOT NULL,
  uscc TEXT NOT NULL,
  occupation TEXT NOT NULL,
  wage_fen BIGINT,
  evidence TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('institution', 'call_back', 'department')),
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX employments_by_enrolment_months ON employments (enrolment, months);

CREATE INDEX employments_by_at ON employments (at);

CREATE TRIGGER employments_stay BEFORE UPDATE OR DELETE ON employments FOR EACH ROW EXECUTE FUNCTION refuse_change();
