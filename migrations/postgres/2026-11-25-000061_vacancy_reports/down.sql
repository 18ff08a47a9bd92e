DROP TABLE vacancy_report_ends;
DROP TABLE open_vacancy_reports;
DROP TABLE vacancy_reports;
ALTER TABLE vacancies DROP COLUMN uscc;
