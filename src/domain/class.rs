//! 班期: one running of a course.

crate::key!(
    /// The key of a class.
    ClassId
);
crate::key!(
    /// The key of a lesson: one half-day of a class's timetable.
    LessonId
);
