//! 培训项目: what is taught, and in how many hours.

crate::key!(
    /// The key of a course.
    CourseId
);
