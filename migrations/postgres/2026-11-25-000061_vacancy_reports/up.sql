-- 单位自报的岗位

-- 岗位需求: the code of an employer who reported it herself; empty for what an officer entered
ALTER TABLE vacancies ADD COLUMN uscc TEXT NOT NULL DEFAULT '';

-- 岗位自报: what an employer reported with her token; it counts only once an officer confirms it
CREATE TABLE vacancy_reports (
  id TEXT NOT NULL PRIMARY KEY,
  list TEXT NOT NULL,
  employer TEXT NOT NULL REFERENCES employers,
  name TEXT NOT NULL,
  uscc TEXT NOT NULL,
  region TEXT NOT NULL,
  occupation TEXT NOT NULL,
  month DATE NOT NULL,
  posts BIGINT NOT NULL CHECK (posts >= 0),
  at TIMESTAMP NOT NULL
);

CREATE INDEX vacancy_reports_by_uscc ON vacancy_reports (uscc, id);

CREATE TRIGGER vacancy_reports_stay BEFORE UPDATE OR DELETE ON vacancy_reports FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 待核实: one an employer, place, trade and month at most; a newer one takes its place
CREATE TABLE open_vacancy_reports (
  uscc TEXT NOT NULL,
  region TEXT NOT NULL,
  occupation TEXT NOT NULL,
  month DATE NOT NULL,
  report TEXT NOT NULL UNIQUE REFERENCES vacancy_reports,
  PRIMARY KEY (uscc, region, occupation, month)
);

CREATE INDEX open_vacancy_reports_by_region ON open_vacancy_reports (region);

-- 核实: whether what was reported counts; a confirmed one became a vacancy
CREATE TABLE vacancy_report_ends (
  report TEXT NOT NULL PRIMARY KEY REFERENCES vacancy_reports,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'refused')),
  vacancy TEXT REFERENCES vacancies,
  reason TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE TRIGGER vacancy_report_ends_stay BEFORE UPDATE OR DELETE ON vacancy_report_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
