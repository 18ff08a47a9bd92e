//! 术语: the field's words and rules.
//!
//! The glossary. One concept, one word: the same in the type, the file, the table, the address, the
//! template, the test and the ledger. A new concept gets its line here first.
//!
//! | word | 中文 | source | table | address |
//! |---|---|---|---|---|
//! | account, role, scope | 账号、角色、范围 | — | `accounts` | `/accounts` |
//! | assessment (a sitting) | 技能评价（批次） | 人社鉴发〔2019〕2号 | `sittings`, `sitting_steps` | `/sittings` |
//! | assessor, grade, card | 考评员、等级、证卡 | 考评人员管理办法 | `assessors`, `assessor_trades` | `/assessors` |
//! | attendance, presence | 考勤、出勤 | 开班管理 | `attendances` | `/classes/<id>/attendance` |
//! | base (of people) | 底数 | 底数台账 | (from `people`, `wishes`) | `/base` |
//! | candidate | 考生 | 国家职业标准编制技术规程 2023 | `candidates` | `/sittings/<id>` |
//! | cascade, notice, reply, exclusion | 连带撤销、告知、陈述申辩、不予撤销 | 行政处罚法 44、45 | `cascades`, `cascade_members`, `cascade_notices`, `cascade_replies`, `cascade_exclusions`, `cascade_ends` | `/cascades` |
//! | certificate, its number | 证书、证书编号 | 人社鉴发〔2021〕1号；〔2019〕2号 | `certificates`, `counters` | `/certificates`, `/v/<token>` |
//! | claim, line, cut, payment | 补贴申请、明细、核减、拨付 | 职业培训补贴 | `claims`, `claim_lines`, `claim_refusals`, `claim_steps`, `claim_cuts`, `claim_rights`, `claim_publicities`, `claim_objections`, `claim_settlements`, `claim_payments` | `/claims` |
//! | class, step | 班期、进程 | 开班申请/备案 | `classes`, `class_steps` | `/classes` |
//! | authority (of certificates), leaf, list | 证书签发中心、数字证书、吊销列表 | RFC 5280 | `authorities`, `leaves`, `leaf_lists` | `/trust/ca.crt`, `/trust/ca.crl` |
//! | clause (of eligibility) | 申报条件 | 国家职业标准编制技术规程 2023 | `candidates.clause` | — |
//! | comparison (of a list) | 名单比对 | — | `comparisons`, `compared` | `/comparisons` |
//! | completion | 结业结论 | 结业考核 | `completions` | `/classes/<id>` |
//! | course, hours, threshold | 培训项目、学时、出勤要求 | 教学大纲 | `courses` | `/courses` |
//! | deed | 记事 | — | `deeds` | `/ledger` |
//! | contact | 联系记录 | 底数台账 | `contacts` | `/base/<id>` |
//! | correction | 更正（见新证） | 人社鉴发〔2021〕1号 | `corrections`, `correction_proposals`, `dropped_corrections`, `person_corrections` | `/certificates/<id>/correction` |
//! | demand (a trade in demand) | 紧缺职业 | 各地紧缺职业目录 | `demands` | `/demands` |
//! | enrolment, admission, withdrawal | 学员、录取、退学 | 开班申请/备案 | `enrolments`, `admissions`, `withdrawals` | `/enrolments` |
//! | employment (what became of a trainee), fate | 就业去向 | 职业培训补贴 | `employments` | `/classes/<id>/employments` |
//! | enterprise (a class trains for), cooperation | 合作企业、校企合作班 | 订单、定向、定岗培训 | `class_enterprises` | `/classes/<id>`, `/figures/shortages` |
//! | entitlement, change, subject | 资质（备案范围）、变更 | 评价机构备案 | `entitlements`, `entitlement_changes` | `/entitlements` |
//! | figure, indicator, cut, breakdown | 统计、指标、口径、分组 | 统计报表 | (from `milestones`, read from `volumes`) | `/figures` |
//! | public figure, merged (published with the month before) | 公开数据、与上月合并公布 | 小数保护 | (from `milestones`) | `/figures/public` |
//! | fund, payment behind it | 补贴资金、拨付明细 | 统计报表 | (from `claim_payments`, read from `volumes`) | `/figures/payments` |
//! | grant (to a department) | 部门授权 | 个人信息保护法第六条 | `grants`, `grant_ends` | `/grants`, `/granted` |
//! | freeze | 月报封存 | 月报 | `freezes` | `/freezes` |
//! | holiday, working day | 节假日、工作日 | 国务院办公厅节假日安排 | `holidays` | `/holidays` |
//! | hold, its end | 证书暂停、恢复使用 | — | `certificate_holds`, `hold_ends`, `open_holds` | `/certificates/<id>/hold` |
//! | holder, one-time code | 持证人、一次性代码 | 个人信息保护法第四十五、四十七条 | `holder_codes`, `holder_sessions` | `/me`, `/sign-in/holder` |
//! | share, copy | 分享链接、加注副本 | — | `shares`, `copies` | `/shared/<token>`, `/c/<token>` |
//! | look | 查验记录 | — | `looks` | — |
//! | petition | 持证人申请 | 个人信息保护法第四十六、四十七条 | `petitions`, `petition_answers` | `/petitions` |
//! | holding | 在效证书 | — | `holdings` | — |
//! | institution | 机构（培训机构、评价机构） | 人社鉴发〔2019〕2号 | `institutions` | `/institutions` |
//! | issuer class | 机构类别 Y、S、J | 人社鉴发〔2019〕2号 | `institutions.letter` | — |
//! | key group | 重点群体 | 职业培训补贴对象 | `memberships`, `group_snapshots` | — |
//! | witness, cosignature, mirror, monitor | 见证方、见证签名、镜像、监看 | C2SP tlog-witness, tlog-cosignature | `log_witnesses` | `/log` |
//! | log event, leaf, checkpoint, tile | 日志事项、叶、检查点、瓦片 | RFC 6962；C2SP tlog-tiles | `log_events`, `log_tiles`, `log_heads`, `log_checkpoints` | `/log` |
//! | lesson, half | 课次、上午/下午 | 课程表 | `lessons` | `/classes/<id>` |
//! | employer, claim | 用人单位、核验凭证 | — | `employers` | `/employers` |
//! | watch, call | 关注、通知 | — | `watches`, `watched`, `watch_places`, `watch_calls` | `/watches/<key>` |
//! | list check, line, claim, guess | 名单核验、未查到的行 | — | `list_checks`, `list_guesses` | `/verify/list` |
//! | mark, score, signature | 成绩、分数、签字 | 国家职业标准编制技术规程 2023 | `marks`, `mark_signatures` | `/sittings/<id>/marks` |
//! | milestone | 节点 | 统计报表 | `milestones` | — |
//! | volume, binding | 合订本、装订 | 统计报表 | `volumes`, `bindings` | — |
//! | objection, settlement | 异议、处理 | 公示 | `objections`, `settlements` | `/publicity/<id>` |
//! | occupation, work type | 职业、工种 | 职业分类大典 2022 | (data) | `/occupations` |
//! | outcome list | 去向名单 | 职业培训补贴 | — | `/classes/<id>/employments/lists` |
//! | outcome, verdict | 评价结论 | 国家职业标准编制技术规程 2023 | — | — |
//! | panel, seat | 考评组 | 保育师标准 2021, 1.9.3 | `panel_members` | `/sittings/<id>` |
//! | part | 科目：理论、操作、综合评审 | 国家职业标准编制技术规程 2023 | `marks.part` | — |
//! | permit, admission (to a trade) | 操作证、准入 | 国家职业资格目录 2021 | (data) | `/v/<token>` |
//! | name in Latin letters | 拉丁字母姓名 | ICAO 9303; GB/T 28039 | `latin_names` | `/people/<id>` |
//! | person | 人员 | GB 11643 | `people`, `person_keys` | — |
//! | photo, face (of a certificate) | 照片、证书所载 | 人社鉴发〔2021〕1号 | `photos`, `certificate_faces` | `/people/<id>/photo` |
//! | place (a region) | 行政区划 | GB/T 2260, GB/T 10114 | (data) | — |
//! | print (serial) | 补印、印制次数 | 人社鉴发〔2021〕1号 | `certificate_prints` | `/certificates/<id>/prints` |
//! | provenance | 可溯源 | — | — | `/v/<token>/provenance` |
//! | publicity | 公示 | 补贴信息公开 2017 | `publicities` | `/publicity` |
//! | receipt (of a check) | 核验回执 | — | — | `/receipts` |
//! | red flag, disposition | 疑点、处置 | 审计署专项审计 | `red_flags`, `red_flag_rows`, `dispositions` | `/red-flags` |
//! | draw | 随机抽查（双随机、一公开） | 国办发〔2015〕58号 | `draws`, `draw_reveals` | `/inspections` |
//! | delivery | 部门数据 | — | `deliveries`, `delivered` | `/deliveries` |
//! | recovery | 追回 | 职业培训补贴 | `recoveries`, `recovery_ends` | `/recoveries` |
//! | replacement | 换发 | 人社鉴发〔2021〕1号 | `replacements` | `/certificates/<id>/replacement` |
//! | renewed revocation | 恢复后再次撤销 | — | `renewed_revocations` | `/certificates/<id>/revocation` |
//! | lost registry key | 登记册密钥泄露 | — | `lost_registry_keys` | `/registry-keys/<id>/compromise` |
//! | restoration | 错撤恢复 | — | `restorations` | `/certificates/<id>/restoration` |
//! | revocation, proposal | 撤销、撤销申请 | — | `revocations`, `revocation_proposals`, `dropped_proposals` | `/certificates/<id>/revocation` |
//! | roster, finding | 花名册、核验问题 | 开班申请/备案 | `rosters`, `roster_lines` | `/rosters` |
//! | seal (of records), late entry | 封存、补录 | — | `seal_runs`, `seal_backlog` | `/log` |
//! | second factor, one-time code | 动态口令 | RFC 6238 | `second_factors`, `step_ups` | `/second-factor` |
//! | sight | 查看敏感信息 | 个人信息保护法 | `sights` | — |
//! | key standing, fate, cut-off | 密钥状态、处置、截止时间 | — | `key_events` | `/keys` |
//! | issuer key, root key, voucher | 签发密钥、根密钥、担保 | — | `issuer_keys`, `registry_keys`, `key_vouchers` | — |
//! | log link | 日志密钥更换 | — | `log_links` | `/log-keys` |
//! | recovered leaf | 补回的叶 | — | `recovered_leaves` | — |
//! | skipped numbers | 跳过的号段 | — | `number_skips` | — |
//! | root link | 根密钥更换 | — | `root_links` | `/root-keys` |
//! | report (of a list check) | 核验报告 | ETSI EN 319 142-1 | `registry_leaves` | `/verify/list/<id>/pdf` |
//! | reply (to an idempotency key) | 幂等 | — | `replies` | — |
//! | signed file, paper signature | 版式文件、版式文件签名 | ETSI EN 319 142-1 | `paper_signatures` | `/certificates/<id>/pdf`, `/verify/pdf` |
//! | skill level | 技能等级 | 人社部发〔2022〕14号 | — | — |
//! | standing | 状态：有效、撤销、换发、更正、过期、暂停 | — | — | `/v/<token>` |
//! | status list, place | 状态名单 | IETF Token Status List | `status_lists` | — |
//! | startup course | 创业课程 | GYB、SYB、IYB、EYB、网络创业 | `courses.startup` | — |
//! | subsidy rule, right | 补贴标准、申领资格 | 职业培训补贴 | `subsidy_rules`, `subsidy_rule_ends` | `/subsidy-rules` |
//! | suspension, reinstatement | 暂停、恢复 | 评价机构监管 | `suspensions`, `reinstatements` | `/institutions/<id>` |
//! | target | 年度任务 | 年度目标任务 | `targets` | `/targets` |
//! | teacher | 教师 | 开班申请/备案 | `teachers`, `class_teachers` | `/teachers` |
//! | training kind | 培训类别 | 人社部发〔2025〕10号 | `courses.kind` | — |
//! | turn (of a certificate: anything that became of it) | 变动 | — | `turned_certificates` | — |
//! | trust bundle, root key | 信任包、根公钥 | — | — | `/trust/bundle`, `/trust/root` |
//! | USCC | 统一社会信用代码 | GB 32100 | `institutions.uscc` | — |
//! | vacancy, shortage | 岗位需求、供需缺口 | 供需对照 | `vacancies` | `/vacancies`, `/figures/shortages` |
//! | wider correction | 一并更正 | — | `corrections` | `/certificates/<id>/wider-correction` |
//! | wish request, its verdict | 意愿申请（自己登记）、核实 | 底数台账 | `wish_requests`, `open_wish_requests`, `wish_request_ends` | `/wishes/new`, `/wish-requests` |
//! | vacancy report, its verdict | 岗位自报、核实 | 单位自报 | `vacancy_reports`, `open_vacancy_reports`, `vacancy_report_ends` | `/employers/vacancies`, `/vacancies/reports` |
//! | wish (for training), its end | 培训意愿、了结 | 底数台账 | `wishes`, `open_wishes`, `wish_ends` | `/base/<id>` |
//!
//! Numbers that a locality may set are defaults here and settings at the counter: seats of a class,
//! days of publicity, days a passed part is kept.

pub mod account;
pub mod assessment;
pub mod assessor;
pub mod attendance;
pub mod cascade;
pub mod certificate;
pub mod certificate_number;
pub mod claim;
pub mod class;
pub mod code_set;
pub mod comparison;
pub mod completion_number;
pub mod course;
pub mod deed;
pub mod delivery;
pub mod demand;
pub mod draw;
pub mod education;
pub mod effect;
pub mod eligibility;
pub mod employer;
pub mod employment;
pub mod enrolment;
pub mod enterprise;
pub mod entitlement;
pub mod figure;
pub mod freeze;
pub mod grant;
pub mod holder;
pub mod id_kind;
pub mod id_number;
pub mod institution;
pub mod key_group;
pub mod latin_name;
pub mod lesson;
pub mod list_check;
pub mod log_event;
pub mod masking;
pub mod nation;
pub mod occupation;
pub mod outcome_list;
pub mod panel;
pub mod password;
pub mod person;
pub mod photo;
pub mod place;
pub mod province;
pub mod publicity;
pub mod red_flag;
pub mod refusal;
pub mod residence;
pub mod roster;
pub mod score;
pub mod signing_key;
pub mod skill_level;
pub mod small_cell;
pub mod status_list;
pub mod subsidy;
pub mod suspension;
pub mod target;
pub mod teacher;
pub mod uscc;
pub mod vacancy;
pub mod vacancy_report;
pub mod watch;
pub mod wish;
pub mod wish_list;
pub mod wish_request;
pub mod wording;
pub mod working_day;
