//! 技能评价: a sitting, its marks and its outcome.

crate::key!(
    /// The key of a sitting: one assessment of one occupation and level, on one day, in one place.
    SittingId
);
crate::key!(
    /// The key of a candidate: one person in one sitting.
    CandidateId
);
crate::key!(
    /// The key of a mark: what one assessor gave one candidate for one part.
    MarkId
);

crate::code!(
    /// 科目: one part of an assessment, marked out of 100.
    Part {
        /// 理论知识考试
        Theory = "theory",
        /// 操作技能考核
        Practice = "practice",
        /// 综合评审
        Review = "review",
    }
);

crate::code!(
    /// 批次状态: how far a sitting is.
    SittingState {
        /// 筹备: candidates and panel are being named.
        Planned = "planned",
        /// 评分中: the panel marks.
        Marking = "marking",
        /// 已评分: every assessor has signed.
        Marked = "marked",
        /// 公示中: results are shown.
        InPublicity = "in_publicity",
        /// 已发证
        Issued = "issued",
        /// 已取消
        Cancelled = "cancelled",
    }
);
