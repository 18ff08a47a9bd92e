-- 岗位需求

-- 岗位需求: how many people an employer looked for in a trade and month; the last entry counts, the earlier ones stay
CREATE TABLE vacancies (
  id TEXT NOT NULL PRIMARY KEY,
  list TEXT NOT NULL,
  region TEXT NOT NULL,
  occupation TEXT NOT NULL,
  month TEXT NOT NULL,
  employer TEXT NOT NULL,
  posts INTEGER NOT NULL CHECK (posts >= 0),
  origin TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX vacancies_by_month_region ON vacancies (month, region);

CREATE TRIGGER vacancies_no_update BEFORE UPDATE ON vacancies BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: vacancies'); END;

CREATE TRIGGER vacancies_no_delete BEFORE DELETE ON vacancies BEGIN SELECT RAISE(ABORT, 'records of the past are not changed: vacancies'); END;
