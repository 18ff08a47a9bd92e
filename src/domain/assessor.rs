//! 考评员: who may judge whose skill.

crate::key!(
    /// The key of an assessor.
    AssessorId
);

crate::code!(
    /// 考评员等级: which levels a card covers.
    Grade {
        /// 考评员: 五级 to 三级.
        Assessor = "assessor",
        /// 高级考评员: 五级 to 一级.
        Senior = "senior",
    }
);
