//! 培训项目: what is taught, and in how many hours.

crate::key!(
    /// The key of a course.
    CourseId
);

use crate::domain::code_set::named;

crate::code!(
    /// 培训类别
    TrainingKind {
        /// 就业技能培训
        Employ = "EMPLOY",
        /// 岗位技能提升培训
        Post = "POST",
        /// 创业培训
        Startup = "STARTUP",
        /// 企业新型学徒制培训
        Apprentice = "APPRENTICE",
        /// 订单定向定岗培训
        Order = "ORDER",
        /// 项目制培训
        Project = "PROJECT",
        /// 安全技能培训
        Safety = "SAFETY",
    }
);
named!(TrainingKind, "train_kind");

crate::code!(
    /// 创业课程
    StartupCourse {
        /// 产生你的企业想法
        Generate = "GYB",
        /// 创办你的企业
        Start = "SYB",
        /// 改善你的企业
        Improve = "IYB",
        /// 扩大你的企业
        Expand = "EYB",
        /// 网络创业培训
        Online = "NET",
    }
);
named!(StartupCourse, "startup_course");
