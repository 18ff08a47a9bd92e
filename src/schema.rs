//! 表: the tables' shape, the same on both databases.
//!
//! Keys and codes are text, times are UTC without zone, sealed fields are bytes.
//! `tests/twins.rs` holds this file against both sets of migrations.

#![allow(
    missing_docs,
    reason = "the columns are explained where their nouns are"
)]

diesel::table! {
    /// the one row writers queue on
    pen (id) {
        id -> Integer,
        taken_at -> Timestamp,
    }
}

diesel::table! {
    /// a known text sealed by the master key, so that a wrong key is noticed at start
    vault_checks (id) {
        id -> Integer,
        sealed -> Binary,
    }
}

diesel::table! {
    /// 记事: who did what, when
    deeds (id) {
        id -> Text,
        at -> Timestamp,
        kind -> Text,
        account -> Nullable<Text>,
        actor -> Text,
        institution -> Nullable<Text>,
        noun -> Text,
        subject -> Text,
        facts -> Text,
    }
}

diesel::table! {
    /// 节假日调休: days that break the week
    holidays (day) {
        day -> Date,
        works -> Bool,
        name -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    /// 幂等: answers given once to a key
    replies (account, key) {
        account -> Text,
        key -> Text,
        digest -> Text,
        status -> Integer,
        body -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 机构
    institutions (id) {
        id -> Text,
        name -> Text,
        name_en -> Text,
        slug -> Text,
        uscc -> Text,
        region -> Text,
        trains -> Bool,
        assesses -> Bool,
        letter -> Nullable<Text>,
        filing_code -> Nullable<Text>,
        site -> Nullable<Text>,
        licence -> Text,
        address -> Text,
        contact -> Text,
        registered_at -> Timestamp,
        registered_by -> Nullable<Text>,
    }
}

diesel::table! {
    /// 资质（备案范围）
    entitlements (id) {
        id -> Text,
        institution -> Text,
        role -> Text,
        occupation -> Nullable<Text>,
        startup -> Nullable<Text>,
        level -> Nullable<Text>,
        starts -> Date,
        ends -> Date,
        document -> Text,
        filed_at -> Timestamp,
        filed_by -> Text,
    }
}

diesel::table! {
    /// 资质变更
    entitlement_changes (id) {
        id -> Text,
        entitlement -> Text,
        kind -> Text,
        ends -> Date,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 暂停
    suspensions (id) {
        id -> Text,
        institution -> Text,
        starts -> Date,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 恢复
    reinstatements (suspension) {
        suspension -> Text,
        ends -> Date,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 紧缺职业目录
    demands (id) {
        id -> Text,
        region -> Text,
        occupation -> Text,
        starts -> Date,
        ends -> Nullable<Date>,
        document -> Text,
        note -> Text,
        listed_at -> Timestamp,
        listed_by -> Text,
    }
}

diesel::table! {
    /// 人员: one natural person, one row
    people (id) {
        id -> Text,
        name -> Text,
        id_kind -> Text,
        id_sealed -> Binary,
        id_index -> Binary,
        id_tail -> Text,
        sex -> Nullable<Text>,
        birth_year -> Nullable<Integer>,
        nation -> Nullable<Text>,
        education -> Nullable<Text>,
        region -> Nullable<Text>,
        phone_sealed -> Nullable<Binary>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    /// 人员密钥: wrapped by the master key; destroyed to erase
    person_keys (person) {
        person -> Text,
        wrapped -> Binary,
        master -> Text,
    }
}

diesel::table! {
    /// 重点群体身份
    memberships (id) {
        id -> Text,
        person -> Text,
        key_group -> Text,
        starts -> Date,
        ends -> Nullable<Date>,
        evidence_sealed -> Nullable<Binary>,
        source -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    /// 查看敏感信息的记录
    sights (id) {
        id -> Text,
        account -> Text,
        person -> Text,
        field -> Text,
        purpose -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 教师
    teachers (id) {
        id -> Text,
        institution -> Text,
        person -> Text,
        name -> Text,
        occupation -> Nullable<Text>,
        qualification -> Text,
        card -> Text,
        valid_until -> Date,
        registered_at -> Timestamp,
        registered_by -> Text,
    }
}

diesel::table! {
    /// 考评员
    assessors (id) {
        id -> Text,
        person -> Text,
        name -> Text,
        employer -> Text,
        card -> Text,
        grade -> Text,
        starts -> Date,
        ends -> Date,
        registered_at -> Timestamp,
        registered_by -> Text,
    }
}

diesel::table! {
    /// 考评职业
    assessor_trades (assessor, occupation) {
        assessor -> Text,
        occupation -> Text,
    }
}

diesel::table! {
    /// 账号
    accounts (id) {
        id -> Text,
        login -> Text,
        name -> Text,
        role -> Text,
        institution -> Nullable<Text>,
        region -> Nullable<Text>,
        village -> Nullable<Text>,
        assessor -> Nullable<Text>,
        password -> Text,
        opened_at -> Timestamp,
        opened_by -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        closed_by -> Nullable<Text>,
    }
}

diesel::table! {
    /// 会话
    sessions (id) {
        id -> Text,
        account -> Text,
        csrf -> Text,
        began_at -> Timestamp,
        seen_at -> Timestamp,
        ends_at -> Timestamp,
    }
}

diesel::table! {
    /// 接口令牌
    api_tokens (id) {
        id -> Text,
        account -> Text,
        name -> Text,
        hash -> Text,
        scopes -> Text,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// 登录失败
    sign_in_failures (id) {
        id -> Text,
        login -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 培训项目
    courses (id) {
        id -> Text,
        institution -> Text,
        name -> Text,
        kind -> Text,
        occupation -> Nullable<Text>,
        work_type -> Nullable<Text>,
        startup -> Nullable<Text>,
        level -> Nullable<Text>,
        theory_hours -> Integer,
        practice_hours -> Integer,
        threshold -> Integer,
        syllabus -> Text,
        place -> Text,
        registered_at -> Timestamp,
        registered_by -> Text,
    }
}

diesel::table! {
    /// 班期
    classes (id) {
        id -> Text,
        course -> Text,
        institution -> Text,
        region -> Text,
        name -> Text,
        public_name -> Text,
        starts -> Date,
        ends -> Date,
        place -> Text,
        capacity -> Integer,
        state -> Text,
        drafted_at -> Timestamp,
        drafted_by -> Text,
    }
}

diesel::table! {
    /// 班期进程
    class_steps (id) {
        id -> Text,
        class -> Text,
        turn -> Integer,
        step -> Text,
        reason -> Nullable<Text>,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 任课教师
    class_teachers (class, teacher) {
        class -> Text,
        teacher -> Text,
    }
}

diesel::table! {
    /// 合作企业
    class_enterprises (class) {
        class -> Text,
        name -> Text,
        uscc -> Text,
    }
}

diesel::table! {
    /// 课次: half-day sessions of the timetable
    lessons (id) {
        id -> Text,
        class -> Text,
        day -> Date,
        half -> Text,
        hours -> Integer,
        content -> Text,
        teacher -> Text,
    }
}

diesel::table! {
    /// 花名册
    rosters (id) {
        id -> Text,
        class -> Text,
        file_name -> Text,
        digest -> Text,
        lines -> Integer,
        refused -> Integer,
        warned -> Integer,
        uploaded_at -> Timestamp,
        uploaded_by -> Text,
    }
}

diesel::table! {
    /// 花名册行
    roster_lines (roster, line) {
        roster -> Text,
        line -> Integer,
        name -> Text,
        sealed -> Binary,
        findings -> Text,
        verdict -> Text,
    }
}

diesel::table! {
    /// 录取
    admissions (roster) {
        roster -> Text,
        admitted -> Integer,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 学员: a person in a class
    enrolments (id) {
        id -> Text,
        class -> Text,
        person -> Text,
        roster -> Nullable<Text>,
        line -> Nullable<Integer>,
        enrolled_at -> Timestamp,
        enrolled_by -> Text,
    }
}

diesel::table! {
    /// 退学
    withdrawals (enrolment) {
        enrolment -> Text,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 重点群体快照: as they were when the class began
    group_snapshots (enrolment, key_group) {
        enrolment -> Text,
        key_group -> Text,
    }
}

diesel::table! {
    /// 考勤: the last entry counts, the earlier ones stay
    attendances (id) {
        id -> Text,
        lesson -> Text,
        enrolment -> Text,
        turn -> Integer,
        presence -> Text,
        late -> Bool,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 结业结论
    completions (enrolment) {
        enrolment -> Text,
        attended -> Integer,
        held -> Integer,
        outcome -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 评价批次
    sittings (id) {
        id -> Text,
        institution -> Text,
        name -> Text,
        occupation -> Text,
        work_type -> Nullable<Text>,
        level -> Text,
        day -> Date,
        place -> Text,
        state -> Text,
        planned_at -> Timestamp,
        planned_by -> Text,
    }
}

diesel::table! {
    /// 批次进程
    sitting_steps (id) {
        id -> Text,
        sitting -> Text,
        step -> Text,
        reason -> Nullable<Text>,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 考评组
    panel_members (sitting, assessor, part) {
        sitting -> Text,
        assessor -> Text,
        part -> Text,
        head -> Bool,
    }
}

diesel::table! {
    /// 考生
    candidates (id) {
        id -> Text,
        sitting -> Text,
        person -> Text,
        enrolment -> Nullable<Text>,
        seat -> Text,
        clause -> Text,
        parts -> Text,
        entered_at -> Timestamp,
        entered_by -> Text,
    }
}

diesel::table! {
    /// 补考结转: parts passed in an earlier sitting and brought along
    carried_marks (candidate, part) {
        candidate -> Text,
        part -> Text,
        origin -> Text,
        tenths -> Integer,
    }
}

diesel::table! {
    /// 成绩: the highest version counts, the others stay
    marks (id) {
        id -> Text,
        candidate -> Text,
        part -> Text,
        assessor -> Text,
        version -> Integer,
        tenths -> Nullable<Integer>,
        absent -> Bool,
        reason -> Nullable<Text>,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 成绩签字
    mark_signatures (sitting, assessor, part) {
        sitting -> Text,
        assessor -> Text,
        part -> Text,
        digest -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 公示
    publicities (sitting) {
        sitting -> Text,
        opens -> Date,
        closes -> Date,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 异议
    objections (id) {
        id -> Text,
        sitting -> Text,
        about -> Text,
        said -> Text,
        contact_sealed -> Nullable<Binary>,
        lodged_at -> Timestamp,
    }
}

diesel::table! {
    /// 异议处理
    settlements (objection) {
        objection -> Text,
        upheld -> Bool,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 登记册根密钥: vouches for the keys of issuers
    registry_keys (id) {
        id -> Text,
        algorithm -> Text,
        public -> Binary,
        private_sealed -> Binary,
        created_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
        purpose -> Text,
    }
}

diesel::table! {
    /// 密钥事件: retired, or compromised with a cut-off
    key_events (id) {
        id -> Text,
        key_id -> Text,
        kind -> Text,
        cut_off -> Nullable<Timestamp>,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
        log_size -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// 接替: the root key before signs the one that takes its place
    root_links (id) {
        id -> Text,
        before -> Text,
        signature -> Binary,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 凭证: signed when first asked for, kept byte for byte
    credentials (certificate, format, key_id) {
        certificate -> Text,
        format -> Text,
        key_id -> Text,
        body -> Binary,
        signed_at -> Timestamp,
    }
}

diesel::table! {
    /// 签发密钥: per institution and year
    issuer_keys (id) {
        id -> Text,
        institution -> Text,
        year -> Integer,
        algorithm -> Text,
        public -> Binary,
        private_sealed -> Binary,
        vouched_by -> Text,
        voucher -> Binary,
        created_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// 证书流水: gap-free, moved in the same transaction
    counters (institution, series) {
        institution -> Text,
        series -> Text,
        last -> Integer,
    }
}

diesel::table! {
    /// 状态名单: indices are drawn at random from each list
    status_lists (institution, list) {
        institution -> Text,
        list -> Integer,
        taken -> Integer,
        bits -> Binary,
    }
}

diesel::table! {
    /// 证书
    certificates (id) {
        id -> Text,
        token -> Text,
        number -> Text,
        kind -> Text,
        institution -> Text,
        person -> Text,
        sitting -> Nullable<Text>,
        candidate -> Nullable<Text>,
        enrolment -> Nullable<Text>,
        entitlement -> Nullable<Text>,
        holder -> Text,
        id_kind -> Text,
        id_tail -> Text,
        occupation -> Nullable<Text>,
        occupation_name -> Text,
        work_type -> Nullable<Text>,
        level -> Nullable<Text>,
        course_name -> Nullable<Text>,
        hours -> Nullable<Integer>,
        began -> Nullable<Date>,
        ended -> Nullable<Date>,
        issued_on -> Date,
        expires_on -> Nullable<Date>,
        print -> Integer,
        key_id -> Text,
        cose -> Binary,
        status_list -> Integer,
        status_index -> Integer,
        issued_at -> Timestamp,
        issued_by -> Text,
    }
}

diesel::table! {
    /// 在效证书: one live certificate per person, occupation and level
    holdings (person, occupation, level) {
        person -> Text,
        occupation -> Text,
        level -> Text,
        certificate -> Text,
    }
}

diesel::table! {
    /// 撤销申请
    revocation_proposals (id) {
        id -> Text,
        certificate -> Text,
        reason_class -> Text,
        basis -> Text,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 撤回的撤销申请
    dropped_proposals (proposal) {
        proposal -> Text,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 撤销: proposed by one person, confirmed by another
    revocations (certificate) {
        certificate -> Text,
        proposal -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 换发
    replacements (certificate) {
        certificate -> Text,
        successor -> Text,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 证书签发中心: the certificates of the registry's keys that vouch for PDF signatures
    authorities (id) {
        id -> Text,
        der -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// 数字证书: whom the authority vouches for, and signers' certificates of other authorities
    leaves (id) {
        id -> Text,
        authority -> Nullable<Text>,
        institution -> Text,
        key_id -> Text,
        der -> Binary,
        until -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// 证书吊销列表
    leaf_lists (authority, number) {
        authority -> Text,
        number -> Integer,
        der -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 版式文件签名: what a signed PDF needs to be drawn again, byte for byte
    paper_signatures (id) {
        id -> Text,
        certificate -> Text,
        print -> Integer,
        drawing -> Integer,
        leaf -> Text,
        issuer_name -> Text,
        issuer_name_en -> Text,
        base_url -> Text,
        room -> Integer,
        certificates -> Binary,
        lists -> Binary,
        credential -> Nullable<Binary>,
        proof -> Nullable<Text>,
        cms -> Binary,
        stamped -> Bool,
        hash -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 更正申请: what is wrong on a certificate, and what it should say
    correction_proposals (id) {
        id -> Text,
        certificate -> Text,
        name -> Nullable<Text>,
        document_sealed -> Nullable<Binary>,
        id_tail -> Nullable<Text>,
        began -> Nullable<Date>,
        ended -> Nullable<Date>,
        reason -> Text,
        evidence -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 撤回的更正申请
    dropped_corrections (proposal) {
        proposal -> Text,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 更正: proposed by one person, confirmed by another; the new certificate is in replacements
    corrections (certificate) {
        certificate -> Text,
        proposal -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 人员更正: what a person's record said before
    person_corrections (id) {
        id -> Text,
        person -> Text,
        proposal -> Text,
        name -> Text,
        id_kind -> Text,
        id_sealed -> Binary,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 补印: every printing after the first
    certificate_prints (certificate, serial) {
        certificate -> Text,
        serial -> Integer,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 证书暂停
    certificate_holds (id) {
        id -> Text,
        certificate -> Text,
        reason_class -> Text,
        basis -> Text,
        reason -> Text,
        bureau -> Bool,
        starts -> Date,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 证书恢复
    hold_ends (hold) {
        hold -> Text,
        reason -> Text,
        ends -> Date,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 暂停中的证书: moved with the two tables above
    open_holds (certificate) {
        certificate -> Text,
        hold -> Text,
        starts -> Date,
        reason_class -> Text,
    }
}

diesel::table! {
    /// 有变动的证书: those of which there is more to tell than their issue; noted by the database itself
    turned_certificates (certificate) {
        certificate -> Text,
    }
}

diesel::table! {
    /// 错撤恢复: a revocation that was wrong
    restorations (certificate) {
        certificate -> Text,
        basis -> Text,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 连带撤销: a list of certificates to be revoked on one ground
    cascades (id) {
        id -> Text,
        institution -> Nullable<Text>,
        sitting -> Nullable<Text>,
        assessor -> Nullable<Text>,
        starts -> Nullable<Date>,
        ends -> Nullable<Date>,
        reason_class -> Text,
        basis -> Text,
        reason -> Text,
        listed -> Integer,
        digest -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 连带撤销名单
    cascade_members (cascade, certificate) {
        cascade -> Text,
        certificate -> Text,
    }
}

diesel::table! {
    /// 拟撤销告知: from which day until which the holders may answer
    cascade_notices (cascade) {
        cascade -> Text,
        opens -> Date,
        closes -> Date,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 陈述申辩
    cascade_replies (id) {
        id -> Text,
        cascade -> Text,
        certificate -> Nullable<Text>,
        speaker -> Text,
        said -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 不予撤销: one of the list that is left alone
    cascade_exclusions (cascade, certificate) {
        cascade -> Text,
        certificate -> Text,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 连带撤销结论
    cascade_ends (cascade) {
        cascade -> Text,
        confirmed -> Bool,
        reason -> Text,
        revoked -> Integer,
        digest -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 照片: sealed under the person's own key
    photos (id) {
        id -> Text,
        person -> Text,
        sealed -> Binary,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 拉丁字母姓名
    latin_names (person) {
        person -> Text,
        name -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 证书所载: what a certificate shows of its holder
    certificate_faces (certificate) {
        certificate -> Text,
        photo -> Nullable<Text>,
        latin_name -> Nullable<Text>,
    }
}

diesel::table! {
    /// 动态口令
    second_factors (account) {
        account -> Text,
        secret_sealed -> Binary,
        began_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        last_step -> BigInt,
        misses -> Integer,
        missed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// 再次验证: until when a code given in a session counts
    step_ups (session) {
        session -> Text,
        account -> Text,
        until -> Timestamp,
    }
}

diesel::table! {
    /// 日志事项: entered with what they tell of, numbered afterwards
    log_events (id) {
        id -> Text,
        log -> Integer,
        kind -> Text,
        institution -> Nullable<Text>,
        subject -> Text,
        reference -> Text,
        n -> Integer,
        person -> Nullable<Text>,
        sealed -> Binary,
        leaf -> Binary,
        at -> Timestamp,
        seq -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// 再次撤销: of a certificate whose first revocation was taken back
    renewed_revocations (certificate) {
        certificate -> Text,
        proposal -> Text,
        reason_class -> Text,
        day -> Date,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 登记册密钥泄露: keys of the registry itself in strange hands
    lost_registry_keys (key_id) {
        key_id -> Text,
        since -> Timestamp,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
        log_size -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// 补回的叶: entries that were put back from a mirror; their records are lost
    recovered_leaves (event) {
        event -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 跳过的号段: numbers that certificates without a record may bear
    number_skips (institution, series, first) {
        institution -> Text,
        series -> Text,
        first -> Integer,
        last -> Integer,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 日志密钥接替: the log's key before signs the one that takes its place
    log_links (id) {
        id -> Text,
        before -> Text,
        note -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 封存批: one stretch of time, sealed once, whichever server came first
    seal_runs (kind, until) {
        kind -> Text,
        until -> Timestamp,
        since -> Timestamp,
        entries -> BigInt,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 待补封存: what is older than sealing; it is sealed as it stands now
    seal_backlog (kind, subject) {
        kind -> Text,
        subject -> Text,
    }
}

diesel::table! {
    /// 瓦片: one row each; a partial tile is the row's beginning
    log_tiles (log, level, n) {
        log -> Integer,
        level -> Integer,
        n -> BigInt,
        data -> Binary,
    }
}

diesel::table! {
    /// 日志头: how far each log has come
    log_heads (log) {
        log -> Integer,
        origin -> Text,
        size -> BigInt,
        note -> Text,
    }
}

diesel::table! {
    /// 检查点: what was signed; cosignatures come later
    log_checkpoints (log, size) {
        log -> Integer,
        size -> BigInt,
        note -> Text,
        cosignatures -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 日志见证方: how far each witness has come, and what stood in its way
    log_witnesses (vkey) {
        vkey -> Text,
        size -> BigInt,
        signed_at -> Nullable<Timestamp>,
        asked_at -> Timestamp,
        trouble -> Text,
    }
}

diesel::table! {
    /// 节点: a dated step of a person that figures count
    milestones (kind, subject) {
        kind -> Text,
        subject -> Text,
        origin -> Text,
        day -> Date,
        recorded_at -> Timestamp,
        recorded_by -> Text,
        person -> Text,
        enrolment -> Text,
        institution -> Text,
        batch -> Text,
        region -> Text,
        home -> Text,
        training -> Text,
        startup -> Text,
        course -> Text,
        occupation -> Text,
        level -> Text,
        sex -> Text,
        age -> Integer,
    }
}

diesel::table! {
    /// 合订本: milestones and fates of closed months, as the figures read them
    volumes (shelf, recorded, month) {
        shelf -> Text,
        recorded -> Text,
        month -> Text,
        body -> Text,
    }
}

diesel::table! {
    /// 装订: the months that are bound
    bindings (recorded) {
        recorded -> Text,
        bound_at -> Timestamp,
    }
}

diesel::table! {
    /// 年度目标
    targets (id) {
        id -> Text,
        year -> Integer,
        region -> Text,
        indicator -> Text,
        amount -> BigInt,
        document -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 岗位需求
    vacancies (id) {
        id -> Text,
        list -> Text,
        region -> Text,
        occupation -> Text,
        month -> Date,
        employer -> Text,
        posts -> BigInt,
        origin -> Text,
        at -> Timestamp,
        by -> Text,
        uscc -> Text,
    }
}

diesel::table! {
    /// 岗位自报
    vacancy_reports (id) {
        id -> Text,
        list -> Text,
        employer -> Text,
        name -> Text,
        uscc -> Text,
        region -> Text,
        occupation -> Text,
        month -> Date,
        posts -> BigInt,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 待核实的岗位自报
    open_vacancy_reports (uscc, region, occupation, month) {
        uscc -> Text,
        region -> Text,
        occupation -> Text,
        month -> Date,
        report -> Text,
    }
}

diesel::table! {
    /// 岗位自报核实
    vacancy_report_ends (report) {
        report -> Text,
        verdict -> Text,
        vacancy -> Nullable<Text>,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::joinable!(open_vacancy_reports -> vacancy_reports (report));
diesel::joinable!(vacancy_report_ends -> vacancy_reports (report));

diesel::table! {
    /// 月报封存
    freezes (id) {
        id -> Text,
        region -> Text,
        until -> Date,
        known_at -> Timestamp,
        body -> Text,
        digest -> Text,
        key_id -> Text,
        signature -> Binary,
        frozen_at -> Timestamp,
        frozen_by -> Text,
    }
}

diesel::table! {
    /// 就业去向
    employments (id) {
        id -> Text,
        enrolment -> Text,
        months -> Integer,
        day -> Date,
        outcome -> Text,
        employer -> Text,
        uscc -> Text,
        occupation -> Text,
        wage_fen -> Nullable<BigInt>,
        evidence -> Text,
        source -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    red_flags (id) {
        id -> Text,
        rule -> Text,
        variant -> Text,
        severity -> Text,
        subject -> Text,
        region -> Text,
        institution -> Nullable<Text>,
        facts -> Text,
        raised_at -> Timestamp,
    }
}

diesel::table! {
    red_flag_rows (flag, turn) {
        flag -> Text,
        turn -> Integer,
        noun -> Text,
        record -> Text,
    }
}

diesel::table! {
    dispositions (id) {
        id -> Text,
        flag -> Text,
        turn -> Integer,
        verdict -> Text,
        reason -> Text,
        recovered_fen -> BigInt,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    flag_runs (day) {
        day -> Date,
        began_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        raised -> Integer,
    }
}

diesel::table! {
    phone_marks (person) {
        person -> Text,
        sealed -> Binary,
        mark -> Text,
    }
}

diesel::table! {
    draws (id) {
        id -> Text,
        region -> Text,
        title -> Text,
        starts -> Date,
        ends -> Date,
        permille -> Integer,
        population -> Integer,
        population_digest -> Text,
        commitment -> Text,
        seed_sealed -> Binary,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    draw_reveals (draw) {
        draw -> Text,
        seed -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Text,
        department -> Text,
        kind -> Text,
        region -> Text,
        as_of -> Date,
        lines -> Integer,
        refused -> Integer,
        file_name -> Text,
        digest -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    delivered (delivery, line) {
        delivery -> Text,
        line -> Integer,
        id_index -> Binary,
        starts -> Date,
        ends -> Nullable<Date>,
    }
}

diesel::table! {
    /// 一次性代码
    holder_codes (id) {
        id -> Text,
        person -> Text,
        code -> Binary,
        made_at -> Timestamp,
        made_by -> Text,
        ends_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// 持证人会话
    holder_sessions (id) {
        id -> Text,
        person -> Text,
        csrf -> Text,
        began_at -> Timestamp,
        seen_at -> Timestamp,
        ends_at -> Timestamp,
    }
}

diesel::table! {
    /// 分享链接
    shares (id) {
        id -> Text,
        token -> Text,
        certificate -> Text,
        made_at -> Timestamp,
        ends_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// 加注副本
    copies (id) {
        id -> Text,
        token -> Text,
        certificate -> Text,
        purpose -> Text,
        made_at -> Timestamp,
        ends_on -> Date,
    }
}

diesel::table! {
    /// 查验记录
    looks (certificate, hour, kind) {
        certificate -> Text,
        hour -> Timestamp,
        kind -> Text,
        n -> Integer,
    }
}

diesel::table! {
    /// 培训意愿
    wishes (id) {
        id -> Text,
        person -> Text,
        region -> Text,
        village -> Text,
        trade -> Text,
        occupation -> Text,
        day -> Date,
        origin -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 意愿了结
    wish_ends (wish) {
        wish -> Text,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 有效意愿
    open_wishes (person) {
        person -> Text,
        wish -> Text,
    }
}

diesel::table! {
    /// 联系记录
    contacts (id) {
        id -> Text,
        person -> Text,
        day -> Date,
        way -> Text,
        note -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 意愿申请
    wish_requests (id) {
        id -> Text,
        region -> Text,
        village -> Text,
        trade -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 待核实的意愿申请
    open_wish_requests (request) {
        request -> Text,
        region -> Text,
        id_index -> Binary,
        told_sealed -> Binary,
    }
}

diesel::table! {
    /// 意愿申请核实
    wish_request_ends (request) {
        request -> Text,
        verdict -> Text,
        person -> Nullable<Text>,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::joinable!(open_wish_requests -> wish_requests (request));
diesel::joinable!(wish_request_ends -> wish_requests (request));

diesel::joinable!(wishes -> people (person));
diesel::joinable!(wish_ends -> wishes (wish));
diesel::joinable!(open_wishes -> wishes (wish));
diesel::joinable!(contacts -> people (person));

diesel::table! {
    /// 部门授权
    grants (id) {
        id -> Text,
        account -> Text,
        department -> Text,
        key_group -> Text,
        purpose -> Text,
        starts -> Date,
        ends -> Date,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 授权收回
    grant_ends (granted) {
        granted -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 名单比对
    comparisons (id) {
        id -> Text,
        purpose -> Text,
        granted -> Nullable<Text>,
        region -> Text,
        key_group -> Text,
        file_name -> Text,
        digest -> Text,
        lines -> Integer,
        known -> Integer,
        trained -> Integer,
        certified -> Integer,
        employed -> Integer,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 比对结果
    compared (comparison, line) {
        comparison -> Text,
        line -> Integer,
        verdict -> Text,
        trained -> Bool,
        certified -> Bool,
        employed -> Bool,
    }
}

diesel::joinable!(grants -> accounts (account));
diesel::joinable!(grant_ends -> grants (granted));
diesel::joinable!(compared -> comparisons (comparison));

diesel::table! {
    /// 持证人申请
    petitions (id) {
        id -> Text,
        person -> Text,
        kind -> Text,
        certificate -> Nullable<Text>,
        said -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    /// 申请答复
    petition_answers (petition) {
        petition -> Text,
        granted -> Bool,
        answer -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::joinable!(red_flag_rows -> red_flags (flag));
diesel::joinable!(dispositions -> red_flags (flag));
diesel::joinable!(draw_reveals -> draws (draw));
diesel::joinable!(delivered -> deliveries (delivery));
diesel::joinable!(employments -> enrolments (enrolment));
diesel::joinable!(certificate_faces -> photos (photo));

diesel::table! {
    /// 名单核验: results kept for a day
    list_checks (id) {
        id -> Text,
        lines -> Integer,
        good -> Integer,
        result -> Binary,
        made_at -> Timestamp,
        state -> Text,
        done -> Integer,
    }
}

diesel::table! {
    /// 公平使用: wrong lines by asker and hour
    list_guesses (who, hour) {
        who -> Binary,
        hour -> Integer,
        guesses -> Integer,
    }
}

diesel::table! {
    /// 用人单位
    employers (id) {
        id -> Text,
        claim -> Text,
        name -> Text,
        uscc -> Text,
        contact -> Binary,
        state -> Text,
        asked_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
        token -> Nullable<Binary>,
        day -> Integer,
        used -> Integer,
    }
}

diesel::table! {
    /// 关注
    watches (id) {
        id -> Text,
        made_at -> Timestamp,
        hook -> Binary,
        mail -> Binary,
        mail_proof -> Text,
    }
}

diesel::table! {
    /// 关注的证书, and what was told of each last
    watched (watch, certificate) {
        watch -> Text,
        certificate -> Text,
        told -> Text,
    }
}

diesel::table! {
    /// 看到哪里: the place of the public log up to which watchers were told
    watch_places (id) {
        id -> Integer,
        seq -> BigInt,
    }
}

diesel::table! {
    /// 通知
    watch_calls (id) {
        id -> Text,
        watch -> Text,
        certificate -> Text,
        way -> Text,
        verdict -> Text,
        state -> Text,
        tries -> Integer,
        due_at -> Timestamp,
        made_at -> Timestamp,
        trouble -> Text,
    }
}

diesel::table! {
    /// 担保: the root's word for the registry's other keys
    key_vouchers (key_id) {
        key_id -> Text,
        vouched_by -> Text,
        voucher -> Binary,
    }
}

diesel::table! {
    /// 登记册的数字证书: what the registry's own keys sign files with
    registry_leaves (id) {
        id -> Text,
        authority -> Text,
        key_id -> Text,
        der -> Binary,
        until -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// 补贴标准: what a region pays, on which document, from when on
    subsidy_rules (id) {
        id -> Text,
        region -> Text,
        kind -> Text,
        training -> Nullable<Text>,
        level -> Nullable<Text>,
        key_group -> Nullable<Text>,
        per -> Text,
        amount_fen -> BigInt,
        most_fen -> Nullable<BigInt>,
        least_hours -> Integer,
        per_year -> Nullable<Integer>,
        within_months -> Nullable<Integer>,
        document -> Text,
        starts -> Date,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 补贴标准终止: the last day, as somebody said; the earliest counts
    subsidy_rule_ends (id) {
        id -> Text,
        rule -> Text,
        ends -> Date,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 补贴申请: one class, one kind of subsidy
    claims (id) {
        id -> Text,
        class -> Text,
        institution -> Text,
        region -> Text,
        kind -> Text,
        lines -> Integer,
        asked_fen -> BigInt,
        state -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 补贴申请进程
    claim_steps (id) {
        id -> Text,
        claim -> Text,
        turn -> Integer,
        step -> Text,
        reason -> Nullable<Text>,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 申请明细: every yuan is for a person, a class, an attendance, a result and a certificate
    claim_lines (id) {
        id -> Text,
        claim -> Text,
        enrolment -> Text,
        person -> Text,
        rule -> Text,
        certificate -> Text,
        attended -> Integer,
        held -> Integer,
        what -> Text,
        year -> Integer,
        amount_fen -> BigInt,
    }
}

diesel::table! {
    /// 不予申请: who of the class is not claimed for, and why
    claim_refusals (claim, enrolment, why) {
        claim -> Text,
        enrolment -> Text,
        why -> Text,
        fact -> Text,
    }
}

diesel::table! {
    /// 核减
    claim_cuts (id) {
        id -> Text,
        line -> Text,
        cut_fen -> BigInt,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 已申请的权利: once for a person, a kind, a trade and level; moved with the lines
    claim_rights (person, kind, what) {
        person -> Text,
        kind -> Text,
        what -> Text,
        year -> Integer,
        line -> Text,
    }
}

diesel::table! {
    /// 补贴公示
    claim_publicities (claim) {
        claim -> Text,
        opens -> Date,
        closes -> Date,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 对补贴公示的异议
    claim_objections (id) {
        id -> Text,
        claim -> Text,
        about -> Text,
        said -> Text,
        contact_sealed -> Nullable<Binary>,
        lodged_at -> Timestamp,
    }
}

diesel::table! {
    /// 异议处理
    claim_settlements (objection) {
        objection -> Text,
        upheld -> Bool,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 拨付: by another person than who reviewed
    claim_payments (claim) {
        claim -> Text,
        paid_fen -> BigInt,
        day -> Date,
        reference -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 追回: what was paid on a certificate that was revoked
    recoveries (id) {
        id -> Text,
        line -> Text,
        certificate -> Text,
        due_fen -> BigInt,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::table! {
    /// 追回结清
    recovery_ends (recovery) {
        recovery -> Text,
        outcome -> Text,
        day -> Date,
        reference -> Text,
        reason -> Text,
        at -> Timestamp,
        by -> Text,
    }
}

diesel::joinable!(subsidy_rule_ends -> subsidy_rules (rule));
diesel::joinable!(claims -> classes (class));
diesel::joinable!(claims -> institutions (institution));
diesel::joinable!(claim_steps -> claims (claim));
diesel::joinable!(claim_lines -> claims (claim));
diesel::joinable!(claim_lines -> enrolments (enrolment));
diesel::joinable!(claim_lines -> people (person));
diesel::joinable!(claim_lines -> subsidy_rules (rule));
diesel::joinable!(claim_lines -> certificates (certificate));
diesel::joinable!(claim_refusals -> claims (claim));
diesel::joinable!(claim_refusals -> enrolments (enrolment));
diesel::joinable!(claim_cuts -> claim_lines (line));
diesel::joinable!(claim_rights -> people (person));
diesel::joinable!(claim_rights -> claim_lines (line));
diesel::joinable!(claim_publicities -> claims (claim));
diesel::joinable!(claim_objections -> claims (claim));
diesel::joinable!(claim_settlements -> claim_objections (objection));
diesel::joinable!(claim_payments -> claims (claim));
diesel::joinable!(recoveries -> claim_lines (line));
diesel::joinable!(recoveries -> certificates (certificate));
diesel::joinable!(recovery_ends -> recoveries (recovery));
diesel::joinable!(entitlements -> institutions (institution));
diesel::joinable!(entitlement_changes -> entitlements (entitlement));
diesel::joinable!(suspensions -> institutions (institution));
diesel::joinable!(reinstatements -> suspensions (suspension));
diesel::joinable!(person_keys -> people (person));
diesel::joinable!(memberships -> people (person));
diesel::joinable!(sights -> people (person));
diesel::joinable!(teachers -> institutions (institution));
diesel::joinable!(teachers -> people (person));
diesel::joinable!(assessors -> people (person));
diesel::joinable!(assessor_trades -> assessors (assessor));
diesel::joinable!(accounts -> institutions (institution));
diesel::joinable!(accounts -> assessors (assessor));
diesel::joinable!(sessions -> accounts (account));
diesel::joinable!(api_tokens -> accounts (account));
diesel::joinable!(courses -> institutions (institution));
diesel::joinable!(classes -> courses (course));
diesel::joinable!(classes -> institutions (institution));
diesel::joinable!(class_steps -> classes (class));
diesel::joinable!(class_teachers -> classes (class));
diesel::joinable!(class_enterprises -> classes (class));
diesel::joinable!(class_teachers -> teachers (teacher));
diesel::joinable!(lessons -> classes (class));
diesel::joinable!(lessons -> teachers (teacher));
diesel::joinable!(rosters -> classes (class));
diesel::joinable!(roster_lines -> rosters (roster));
diesel::joinable!(admissions -> rosters (roster));
diesel::joinable!(enrolments -> classes (class));
diesel::joinable!(enrolments -> people (person));
diesel::joinable!(enrolments -> rosters (roster));
diesel::joinable!(withdrawals -> enrolments (enrolment));
diesel::joinable!(group_snapshots -> enrolments (enrolment));
diesel::joinable!(attendances -> lessons (lesson));
diesel::joinable!(attendances -> enrolments (enrolment));
diesel::joinable!(completions -> enrolments (enrolment));
diesel::joinable!(sittings -> institutions (institution));
diesel::joinable!(sitting_steps -> sittings (sitting));
diesel::joinable!(panel_members -> sittings (sitting));
diesel::joinable!(panel_members -> assessors (assessor));
diesel::joinable!(candidates -> sittings (sitting));
diesel::joinable!(candidates -> people (person));
diesel::joinable!(candidates -> enrolments (enrolment));
diesel::joinable!(marks -> candidates (candidate));
diesel::joinable!(marks -> assessors (assessor));
diesel::joinable!(mark_signatures -> sittings (sitting));
diesel::joinable!(mark_signatures -> assessors (assessor));
diesel::joinable!(publicities -> sittings (sitting));
diesel::joinable!(objections -> sittings (sitting));
diesel::joinable!(settlements -> objections (objection));
diesel::joinable!(issuer_keys -> institutions (institution));
diesel::joinable!(counters -> institutions (institution));
diesel::joinable!(status_lists -> institutions (institution));
diesel::joinable!(issuer_keys -> registry_keys (vouched_by));
diesel::joinable!(key_events -> issuer_keys (key_id));
diesel::joinable!(root_links -> registry_keys (id));
diesel::joinable!(log_links -> registry_keys (id));
diesel::joinable!(recovered_leaves -> log_events (event));
diesel::joinable!(credentials -> certificates (certificate));
diesel::joinable!(credentials -> issuer_keys (key_id));
diesel::joinable!(certificates -> entitlements (entitlement));
diesel::joinable!(certificates -> institutions (institution));
diesel::joinable!(certificates -> people (person));
diesel::joinable!(certificates -> sittings (sitting));
diesel::joinable!(certificates -> candidates (candidate));
diesel::joinable!(certificates -> enrolments (enrolment));
diesel::joinable!(certificates -> issuer_keys (key_id));
diesel::joinable!(holdings -> people (person));
diesel::joinable!(holdings -> certificates (certificate));
diesel::joinable!(revocation_proposals -> certificates (certificate));
diesel::joinable!(dropped_proposals -> revocation_proposals (proposal));
diesel::joinable!(revocations -> certificates (certificate));
diesel::joinable!(revocations -> revocation_proposals (proposal));
diesel::joinable!(authorities -> registry_keys (id));
diesel::joinable!(leaves -> authorities (authority));
diesel::joinable!(leaves -> institutions (institution));
diesel::joinable!(paper_signatures -> certificates (certificate));
diesel::joinable!(paper_signatures -> leaves (leaf));
diesel::joinable!(correction_proposals -> certificates (certificate));
diesel::joinable!(certificate_holds -> certificates (certificate));
diesel::joinable!(cascades -> institutions (institution));
diesel::joinable!(cascade_members -> certificates (certificate));
diesel::joinable!(holder_sessions -> people (person));
diesel::joinable!(shares -> certificates (certificate));
diesel::joinable!(copies -> certificates (certificate));
diesel::joinable!(looks -> certificates (certificate));
diesel::joinable!(petitions -> people (person));
diesel::joinable!(petition_answers -> petitions (petition));

// Apart from the long list below: they are never asked with more than these.
diesel::allow_tables_to_appear_in_same_query!(watched, certificates);

diesel::allow_tables_to_appear_in_same_query!(
    subsidy_rules,
    subsidy_rule_ends,
    claims,
    claim_steps,
    claim_lines,
    claim_refusals,
    claim_cuts,
    claim_rights,
    claim_publicities,
    claim_objections,
    claim_settlements,
    claim_payments,
    recoveries,
    recovery_ends,
    employments,
    freezes,
    milestones,
    targets,
    wish_requests,
    open_wish_requests,
    wish_request_ends,
    vacancies,
    vacancy_reports,
    open_vacancy_reports,
    vacancy_report_ends,
    pen,
    vault_checks,
    deeds,
    holidays,
    replies,
    institutions,
    entitlements,
    entitlement_changes,
    suspensions,
    reinstatements,
    demands,
    people,
    person_keys,
    memberships,
    sights,
    teachers,
    assessors,
    assessor_trades,
    accounts,
    sessions,
    api_tokens,
    sign_in_failures,
    courses,
    classes,
    class_steps,
    class_teachers,
    class_enterprises,
    lessons,
    list_checks,
    list_guesses,
    key_vouchers,
    registry_leaves,
    rosters,
    roster_lines,
    admissions,
    enrolments,
    withdrawals,
    group_snapshots,
    attendances,
    completions,
    sittings,
    sitting_steps,
    panel_members,
    candidates,
    carried_marks,
    marks,
    mark_signatures,
    publicities,
    objections,
    settlements,
    registry_keys,
    issuer_keys,
    key_events,
    root_links,
    credentials,
    counters,
    status_lists,
    certificates,
    holdings,
    revocation_proposals,
    dropped_proposals,
    revocations,
    replacements,
    authorities,
    leaves,
    leaf_lists,
    paper_signatures,
    correction_proposals,
    dropped_corrections,
    corrections,
    person_corrections,
    certificate_prints,
    certificate_holds,
    hold_ends,
    open_holds,
    turned_certificates,
    restorations,
    cascades,
    cascade_members,
    cascade_notices,
    cascade_replies,
    cascade_exclusions,
    cascade_ends,
    photos,
    latin_names,
    certificate_faces,
    second_factors,
    step_ups,
    log_events,
    renewed_revocations,
    lost_registry_keys,
    recovered_leaves,
    number_skips,
    log_links,
    seal_backlog,
    seal_runs,
    log_tiles,
    log_heads,
    log_checkpoints,
    log_witnesses,
    red_flags,
    red_flag_rows,
    dispositions,
    flag_runs,
    phone_marks,
    draws,
    draw_reveals,
    deliveries,
    delivered,
    holder_codes,
    holder_sessions,
    shares,
    copies,
    looks,
    petitions,
    petition_answers,
    wishes,
    wish_ends,
    open_wishes,
    contacts,
    grants,
    grant_ends,
    comparisons,
    compared,
);
