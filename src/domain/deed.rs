//! 记事: the kinds of line in the ledger, and who writes each.
//!
//! A code is `noun.past-participle` and is never renamed: lines of past years bear it. The noun is
//! what the line's subject is a key of.

crate::key!(
    /// The key of one line in the ledger.
    DeedId
);

crate::code!(
    /// 记事种类
    Deed {
        /// 机构登记: an officer.
        InstitutionRegistered = "institution.registered",
        /// 机构信息变更: an officer.
        InstitutionAmended = "institution.amended",
        /// 机构暂停: an officer.
        InstitutionSuspended = "institution.suspended",
        /// 机构恢复: an officer.
        InstitutionReinstated = "institution.reinstated",
        /// 资质备案: an officer.
        EntitlementFiled = "entitlement.filed",
        /// 资质延续: an officer.
        EntitlementExtended = "entitlement.extended",
        /// 资质缩短: an officer.
        EntitlementShortened = "entitlement.shortened",
        /// 紧缺职业列入: a bureau officer.
        DemandListed = "demand.listed",
        /// 紧缺职业移出: a bureau officer.
        DemandEnded = "demand.ended",
        /// 岗位需求录入: an officer, for all that was entered together.
        VacanciesRecorded = "vacancy_list.recorded",
        /// 岗位自报: an employer, with her token.
        VacanciesReported = "vacancy_list.reported",
        /// 岗位自报核实: an officer.
        VacancyReportConfirmed = "vacancy_report.confirmed",
        /// 岗位自报不采用: an officer, with a reason.
        VacancyReportRefused = "vacancy_report.refused",
        /// 年度任务: a bureau officer sets or revises one.
        TargetSet = "target.given",
        /// 月报封存: a bureau officer.
        ReportFrozen = "report.frozen",
        /// 用人单位凭证同意: a bureau officer.
        EmployerGranted = "employer.granted",
        /// 用人单位凭证不同意: a bureau officer.
        EmployerRefused = "employer.refused",
        /// 用人单位凭证收回: a bureau officer.
        EmployerRevoked = "employer.revoked",
        /// 节假日录入: a bureau officer.
        HolidayRecorded = "holiday.recorded",
        /// 节假日删除: a bureau officer.
        HolidayRemoved = "holiday.removed",

        /// 账号开通: an administrator.
        AccountOpened = "account.opened",
        /// 账号换角色: an administrator.
        AccountMoved = "account.moved",
        /// 账号关闭: an administrator.
        AccountClosed = "account.closed",
        /// 登录: whoever signs in.
        AccountSignedIn = "account.signed-in",
        /// 退出: whoever signs out.
        AccountSignedOut = "account.signed-out",
        /// 口令更换: whoever's it is, or an administrator.
        PasswordChanged = "account.password-changed",
        /// 动态口令启用: whoever's it is.
        SecondFactorBegun = "second_factor.begun",
        /// 动态口令停用: whoever's it is, or an administrator with her password.
        SecondFactorEnded = "second_factor.ended",
        /// 接口令牌发放: whoever's it is.
        TokenMade = "token.made",
        /// 接口令牌收回: whoever's it is, or an administrator.
        TokenEnded = "token.ended",

        /// 教师登记: a clerk.
        TeacherRegistered = "teacher.registered",
        /// 教师证件变更: a clerk.
        TeacherChanged = "teacher.changed",
        /// 培训项目登记: a clerk.
        CourseRegistered = "course.registered",
        /// 培训项目变更: a clerk.
        CourseChanged = "course.changed",
        /// 班期起草: a clerk.
        ClassDrafted = "class.drafted",
        /// 班期草稿修改: a clerk.
        ClassChanged = "class.changed",
        /// 课表排定: a clerk.
        ClassScheduled = "class.scheduled",
        /// 班期申报: a clerk.
        ClassFiled = "class.filed",
        /// 班期核准: an officer.
        ClassApproved = "class.approved",
        /// 班期退回: an officer, with reasons.
        ClassReturned = "class.returned",
        /// 开班: a clerk.
        ClassBegun = "class.begun",
        /// 结业: a clerk.
        ClassCompleted = "class.completed",
        /// 归档: a clerk or an officer.
        ClassClosed = "class.closed",

        /// 花名册导入: a clerk.
        RosterUploaded = "roster.uploaded",
        /// 花名册录取: a clerk.
        RosterAdmitted = "roster.admitted",
        /// 人员建档: with her first enrolment or application.
        PersonRecorded = "person.recorded",
        /// 人员信息更正: a clerk.
        PersonCorrected = "person.corrected",
        /// 人员信息删除: the key to her sealed fields is destroyed.
        PersonErased = "person.erased",
        /// 重点群体身份登记: a clerk.
        MembershipRecorded = "membership.recorded",
        /// 重点群体身份终止: a clerk.
        MembershipEnded = "membership.ended",
        /// 收录照片: a clerk. The line's subject is the person.
        PhotoTaken = "photo.taken",
        /// 查看敏感信息: whoever looked.
        SightTaken = "sight.taken",
        /// 报名入班: a clerk.
        EnrolmentAdmitted = "enrolment.admitted",
        /// 退学: a clerk.
        EnrolmentWithdrawn = "enrolment.withdrawn",
        /// 考勤登记: a clerk.
        AttendanceMarked = "attendance.marked",

        /// 就业去向登记: a clerk or an officer.
        EmploymentRecorded = "enrolment.followed",

        /// 考评员登记: an assessment clerk.
        AssessorRegistered = "assessor.registered",
        /// 考评员证卡变更: an assessment clerk.
        AssessorChanged = "assessor.changed",
        /// 评价计划: an assessment clerk.
        SittingPlanned = "sitting.planned",
        /// 评价计划修改: an assessment clerk.
        SittingChanged = "sitting.changed",
        /// 评价取消: an assessment clerk.
        SittingCancelled = "sitting.cancelled",
        /// 评价开考: an assessment clerk.
        SittingBegun = "sitting.begun",
        /// 评价评分完成: with the last signature.
        SittingMarked = "sitting.marked",
        /// 评价发证: an assessment signatory.
        SittingIssued = "sitting.issued",
        /// 考评组指派: an assessment clerk.
        PanelAppointed = "panel.appointed",
        /// 考生报名: an assessment clerk.
        CandidateEntered = "candidate.entered",
        /// 考生撤回: an assessment clerk.
        CandidateWithdrawn = "candidate.withdrawn",
        /// 成绩录入: an assessor.
        MarkRecorded = "mark.recorded",
        /// 成绩签字: an assessor.
        MarkSigned = "mark.signed",
        /// 成绩更正: an assessor, with a reason.
        MarkCorrected = "mark.corrected",
        /// 公示开始: an assessment clerk.
        PublicityOpened = "publicity.opened",
        /// 提出异议: anyone.
        ObjectionLodged = "objection.lodged",
        /// 异议处理: an assessment clerk.
        ObjectionSettled = "objection.settled",

        /// 培训合格证书签发: a training institution's signatory, for a class.
        CompletionIssued = "completion.issued",
        /// 证书签发: a signatory.
        CertificateIssued = "certificate.issued",
        /// 撤销申请: a signatory.
        CertificateRevocationProposed = "certificate.revocation-proposed",
        /// 撤销申请撤回: a signatory.
        CertificateRevocationDropped = "certificate.revocation-dropped",
        /// 撤销: another signatory, or a bureau officer.
        CertificateRevoked = "certificate.revoked",
        /// 换发: a signatory.
        CertificateReplaced = "certificate.replaced",
        /// 更正申请: a signatory.
        CertificateCorrectionProposed = "certificate.correction-proposed",
        /// 更正申请撤回: a signatory.
        CertificateCorrectionDropped = "certificate.correction-dropped",
        /// 更正: another signatory, or a bureau officer.
        CertificateCorrected = "certificate.corrected",
        /// 补印: a signatory.
        CertificateReprinted = "certificate.reprinted",
        /// 证书暂停: a signatory, or a bureau officer.
        CertificateSuspended = "certificate.suspended",
        /// 证书恢复使用: whoever may lift it.
        CertificateResumed = "certificate.resumed",
        /// 错撤恢复: a bureau officer.
        CertificateRestored = "certificate.restored",
        /// 连带撤销列名单: a bureau officer.
        CascadeListed = "cascade.listed",
        /// 拟撤销告知: a bureau officer.
        CascadeNotified = "cascade.notified",
        /// 陈述申辩: the institution, or the bureau for a holder.
        CascadeReplied = "cascade.replied",
        /// 不予撤销: a bureau officer.
        CascadeExcluded = "cascade.excluded",
        /// 连带撤销确认: another bureau officer.
        CascadeConfirmed = "cascade.confirmed",
        /// 连带撤销终止: a bureau officer.
        CascadeDropped = "cascade.dropped",
        /// 证书制版: whoever drew the paper.
        CertificateDrawn = "certificate.drawn",
        /// 签发密钥生成: the registry, for an institution and a year.
        KeyCreated = "key.created",
        /// 签发密钥停用: the registry.
        KeyRetired = "key.retired",
        /// 签发密钥泄露: a bureau officer.
        KeyCompromised = "key.compromised",
        /// 根密钥接替: a bureau officer.
        RootKeyRotated = "root_key.rotated",
        /// 日志密钥接替: a bureau officer.
        LogKeyRotated = "log_key.rotated",
        /// 更换主密钥开始: a bureau officer.
        MasterKeySuccessionBegun = "master_key.succession-begun",
        /// 更换主密钥完成: a bureau officer.
        MasterKeyReplaced = "master_key.replaced",
        /// 证书签发中心接替: a bureau officer.
        AuthorityRenewed = "authority.renewed",
        /// 日志补叶: a bureau officer, after a restore.
        LogRecovered = "log.recovered",

        /// 疑点核实: an officer.
        RedFlagConfirmed = "red_flag.confirmed",
        /// 疑点排除: an officer.
        RedFlagDismissed = "red_flag.dismissed",
        /// 部门数据收录: an officer.
        DeliveryKept = "delivery.taken",
        /// 培训意愿登记: a township worker or an officer.
        WishRegistered = "wish.registered",
        /// 自己登记: anyone.
        WishRequestLodged = "wish_request.lodged",
        /// 自己登记查看证件和电话: whoever verifies it.
        WishRequestSeen = "wish_request.seen",
        /// 自己登记核实: a township worker or an officer.
        WishRequestConfirmed = "wish_request.confirmed",
        /// 自己登记不予登记: a township worker or an officer, with a reason.
        WishRequestDismissed = "wish_request.dismissed",
        /// 培训意愿了结: a township worker or an officer.
        WishEnded = "wish.ended",
        /// 意愿名单导入: a township worker or an officer.
        WishListKept = "wish_list.taken",
        /// 联系记录: a township worker or an officer.
        ContactMade = "contact.made",
        /// 底数名单下载: whoever took it away, for a purpose.
        BaseListTaken = "base_list.taken",
        /// 部门授权: a bureau officer.
        GrantGiven = "grant.given",
        /// 部门授权收回: a bureau officer.
        GrantEnded = "grant.ended",
        /// 名单比对: an officer or a department, for a purpose.
        ComparisonMade = "comparison.made",
        /// 比对结果下载: whoever compared.
        ComparisonTaken = "comparison.taken",
        /// 抽查公布: an officer, before anybody can know whom it draws.
        DrawCommitted = "draw.committed",
        /// 抽查揭晓: an officer.
        DrawRevealed = "draw.revealed",

        /// 补贴标准录入: a bureau officer.
        SubsidyRuleEntered = "subsidy_rule.entered",
        /// 补贴标准终止: a bureau officer.
        SubsidyRuleEnded = "subsidy_rule.ended",
        /// 补贴申请: a clerk.
        ClaimFiled = "claim.filed",
        /// 补贴核减: an officer.
        ClaimCut = "claim.reduced",
        /// 补贴审核通过: an officer.
        ClaimApproved = "claim.approved",
        /// 补贴退回: an officer, with reasons.
        ClaimReturned = "claim.returned",
        /// 补贴公示: an officer.
        ClaimPublished = "claim.published",
        /// 对补贴公示提出异议: anyone.
        ClaimObjected = "claim.objected",
        /// 补贴异议处理: an officer.
        ClaimObjectionSettled = "claim.objection-settled",
        /// 补贴拨付: another officer.
        ClaimPaid = "claim.payment-entered",
        /// 补贴追回: with a revocation.
        RecoveryRaised = "recovery.raised",
        /// 追回结清: an officer.
        RecoverySettled = "recovery.settled",

        /// 一次性代码发放: a clerk, to a holder.
        HolderAdmitted = "holder.admitted",
        /// 持证人登录: the holder.
        HolderEntered = "holder.entered",
        /// 分享链接: the holder.
        ShareMade = "share.made",
        /// 分享链接终止: the holder.
        ShareEnded = "share.ended",
        /// 加注副本: the holder.
        CopyMade = "copy.made",
        /// 持证人申请: the holder.
        PetitionLodged = "petition.lodged",
        /// 申请答复: a bureau officer.
        PetitionAnswered = "petition.answered",

        /// 登记册建立: nobody, once.
        RegistryFounded = "registry.founded",
        /// 登记册导出: an administrator or an auditor.
        RegistryExported = "registry.exported",
    }
);

impl Deed {
    /// The noun this line is about.
    pub fn noun(self) -> &'static str {
        self.as_str().split('.').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_a_noun_and_a_past_participle() {
        let mut seen = HashSet::new();
        for deed in Deed::ALL {
            let code = deed.as_str();
            assert!(seen.insert(code), "{code} twice");
            let (noun, verb) = code.split_once('.').unwrap();
            let plain = |text: &str| {
                text.bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_')
            };
            assert!(plain(noun) && plain(verb), "{code}");
            assert_eq!(deed.noun(), noun);
            let past = ["ed", "en", "un", "wn", "made", "signed-in", "signed-out"]
                .iter()
                .any(|end| verb.ends_with(end));
            assert!(past, "{code}");
        }
    }
}
