//! 证书所载与核验依据: what a verdict page tells of a certificate, ready to be shown.

use crate::seal::finding::Light;
use crate::web::words::Words;
use chrono::NaiveDate;

/// What the register says of a certificate, in the order of the paper.
#[derive(Clone, Debug)]
pub struct Certified {
    /// 姓名.
    pub holder: String,
    /// The name in Latin letters, when the paper carries it.
    pub romanised: Option<String>,
    /// 证件类型, in the visitor's language.
    pub id_kind: String,
    /// The last four characters of the identity number; nothing more of it is public.
    pub id_tail: String,
    /// What was certified.
    pub subject: Subject,
    /// 证书编号.
    pub number: String,
    /// The issuing organisation, as filed.
    pub issuer: String,
    /// 发证日期, in words.
    pub issued_on: String,
    /// 有效期至 or 长期有效, in words.
    pub until: String,
    /// Which printing this is; 1 is the first.
    pub print: u32,
    /// The address of the photograph, when showing it in public is switched on.
    pub photo: Option<String>,
}

/// What was certified.
#[derive(Clone, Debug)]
pub enum Subject {
    /// 职业技能等级证书.
    Level {
        /// 职业名称.
        occupation: String,
        /// Its English name, when known.
        occupation_en: Option<String>,
        /// 工种/职业方向; none is printed `--`.
        work_type: Option<String>,
        /// The level's code: `5` … `1`, `T`, `S`.
        level: &'static str,
        /// The work also needs a separate permit (准入), whatever the level; which, as far as it is
        /// known, in the visitor's language.
        permit: Option<String>,
    },
    /// 培训合格证书.
    Completion {
        /// 培训项目.
        course: String,
        /// 学时.
        hours: i64,
        /// First and last day of the class.
        span: (NaiveDate, NaiveDate),
    },
}

/// 撤销: why a certificate no longer stands.
#[derive(Clone, Debug)]
pub struct Revoked {
    /// When.
    pub on: NaiveDate,
    /// The reason's class, in words.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// How the holder can object: a telephone or an address; may be empty.
    pub appeal: String,
}

/// 暂停使用: since when and why a certificate is not to be used.
#[derive(Clone, Debug)]
pub struct Suspended {
    /// Since when.
    pub since: NaiveDate,
    /// The reason's class, in words.
    pub reason: String,
}

/// 核验依据: one thing that was looked at.
#[derive(Clone, Debug)]
pub struct Check {
    /// How it turned out.
    pub light: Light,
    /// What was looked at, as a statement.
    pub title: String,
    /// With what result; may be empty.
    pub about: String,
}

impl Check {
    /// The check `content`, `issuer`, `standing` or `log`; the words are at
    /// `verify.check.<what>.<good|bad|open>`, `about` is finished.
    pub fn new(w: Words, what: &str, light: Light, about: impl Into<String>) -> Self {
        let title = w
            .c("verify.check", format!("{what}.{}", light.code()))
            .to_owned();
        Self {
            light,
            title,
            about: about.into(),
        }
    }
}
