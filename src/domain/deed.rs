//! 记事: the kinds of line in the ledger.

crate::key!(
    /// The key of one line in the ledger.
    DeedId
);

crate::code!(
    /// 记事类别: what a line tells of, `noun.past-participle`. A code is never renamed.
    Deed {
        /// 登录
        AccountSignedIn = "account.signed-in",
        /// 开户
        AccountOpened = "account.opened",
        /// 换角色
        AccountMoved = "account.moved",
        /// 销户
        AccountClosed = "account.closed",
        /// 改密码
        PasswordChanged = "account.password-changed",
        /// 发放接口令牌
        TokenMade = "token.made",
        /// 收回接口令牌
        TokenEnded = "token.ended",
        /// 记节假日
        HolidayRecorded = "holiday.recorded",
        /// 删节假日
        HolidayRemoved = "holiday.removed",
        /// 登记机构
        InstitutionRegistered = "institution.registered",
        /// 变更登记
        InstitutionAmended = "institution.amended",
        /// 暂停机构
        InstitutionSuspended = "institution.suspended",
        /// 恢复机构
        InstitutionReinstated = "institution.reinstated",
        /// 资质备案
        EntitlementFiled = "entitlement.filed",
        /// 资质延续
        EntitlementExtended = "entitlement.extended",
        /// 资质缩短
        EntitlementShortened = "entitlement.shortened",
        /// 列入紧缺职业目录
        DemandListed = "demand.listed",
        /// 移出紧缺职业目录
        DemandEnded = "demand.ended",
    }
);
