-- 培训项目与班期

-- 培训项目
CREATE TABLE courses (
  id TEXT NOT NULL PRIMARY KEY,
  institution TEXT NOT NULL REFERENCES institutions,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  occupation TEXT,
  work_type TEXT,
  startup TEXT,
  level TEXT,
  theory_hours INTEGER NOT NULL,
  practice_hours INTEGER NOT NULL,
  threshold INTEGER NOT NULL,
  syllabus TEXT NOT NULL,
  place TEXT NOT NULL,
  registered_at TIMESTAMP NOT NULL,
  registered_by TEXT NOT NULL
);

CREATE INDEX courses_by_institution ON courses (institution);

-- 班期
CREATE TABLE classes (
  id TEXT NOT NULL PRIMARY KEY,
  course TEXT NOT NULL REFERENCES courses,
  institution TEXT NOT NULL REFERENCES institutions,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  public_name TEXT NOT NULL,
  starts DATE NOT NULL,
  ends DATE NOT NULL,
  place TEXT NOT NULL,
  capacity INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('drafted', 'filed', 'approved', 'returned', 'begun', 'completed', 'closed')),
  drafted_at TIMESTAMP NOT NULL,
  drafted_by TEXT NOT NULL
);

CREATE INDEX classes_by_institution_starts ON classes (institution, starts);

CREATE INDEX classes_by_region_starts ON classes (region, starts);

CREATE INDEX classes_by_course ON classes (course);

-- 班期进程
CREATE TABLE class_steps (
  id TEXT NOT NULL PRIMARY KEY,
  class TEXT NOT NULL REFERENCES classes,
  turn INTEGER NOT NULL,
  step TEXT NOT NULL CHECK (step IN ('drafted', 'filed', 'approved', 'returned', 'begun', 'completed', 'closed')),
  reason TEXT,
  at TIMESTAMP NOT NULL,
  by TEXT NOT NULL
);

CREATE UNIQUE INDEX class_steps_by_class_turn ON class_steps (class, turn);

CREATE TRIGGER class_steps_stay BEFORE UPDATE OR DELETE ON class_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- 任课教师
CREATE TABLE class_teachers (
  class TEXT NOT NULL REFERENCES classes,
  teacher TEXT NOT NULL REFERENCES teachers,
  PRIMARY KEY (class, teacher)
);

-- 课次: half-day sessions of the timetable
CREATE TABLE lessons (
  id TEXT NOT NULL PRIMARY KEY,
  class TEXT NOT NULL REFERENCES classes,
  day DATE NOT NULL,
  half TEXT NOT NULL CHECK (half IN ('am', 'pm')),
  hours INTEGER NOT NULL,
  content TEXT NOT NULL,
  teacher TEXT NOT NULL REFERENCES teachers
);

CREATE UNIQUE INDEX lessons_by_class_day_half ON lessons (class, day, half);
