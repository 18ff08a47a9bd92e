-- 岗位需求

-- 岗位需求: how many people an employer looked for in a trade and month; the last entry counts, the earlier ones stay
CREATE TABLE vacancies (
  id TEXT NOT NULL PRIMARY KEY,
  list TEXT NOT NULL,
  region TEXT NOT NULL,
  occupation TEXT NOT NULL,
  month DATE NOT NULL,
  employer TEXT NOT NULL,
  posts BIGINT NOT NULL CHECK (posts >= 0),
  origin TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE INDEX vacancies_by_month_region ON vacancies (month, region);

CREATE TRIGGER vacancies_stay BEFORE UPDATE OR DELETE ON vacancies FOR EACH ROW EXECUTE FUNCTION refuse_change();
