//! 核验结论: the verdicts there are, and how each is told apart.

use rocket::http::Status;

/// 核验结论.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 证书有效.
    Valid,
    /// 证书已撤销.
    Revoked,
    /// 内容与登记不符: what was scanned differs from the register.
    Mismatch,
    /// 证书已过有效期.
    Expired,
    /// 签发存疑: its key may have been in strange hands when it was signed.
    Doubtful,
    /// 证书暂停使用: neither good nor bad for the time being.
    Suspended,
    /// 已换发新证.
    Replaced,
    /// 已更正，见新证.
    Corrected,
    /// 签名有效(离线): the signature holds, the register was not asked.
    Offline,
    /// 未查到该证书.
    NotFound,
    /// 核验码格式不对.
    Malformed,
    /// 不是本系统的证书码: something else was scanned.
    NotOurs,
    /// 文件已被改动: the file's signature no longer fits it.
    Altered,
    /// 文件不能证明真伪: no signature of this register's.
    Unproven,
    /// 暂时无法核验: our fault, not the certificate's.
    Unsure,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 15] = [
        Self::Valid,
        Self::Revoked,
        Self::Mismatch,
        Self::Expired,
        Self::Doubtful,
        Self::Suspended,
        Self::Replaced,
        Self::Corrected,
        Self::Offline,
        Self::NotFound,
        Self::Malformed,
        Self::NotOurs,
        Self::Altered,
        Self::Unproven,
        Self::Unsure,
    ];

    /// Those a scanner can come to; the other is told of files that the server looks at.
    pub const SCANNED: [Self; 14] = [
        Self::Valid,
        Self::Revoked,
        Self::Mismatch,
        Self::Expired,
        Self::Doubtful,
        Self::Suspended,
        Self::Replaced,
        Self::Corrected,
        Self::Offline,
        Self::NotFound,
        Self::Malformed,
        Self::NotOurs,
        Self::Altered,
        Self::Unsure,
    ];

    /// Its code: the words are at `verdict.<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Revoked => "revoked",
            Self::Mismatch => "mismatch",
            Self::Expired => "expired",
            Self::Doubtful => "doubtful",
            Self::Suspended => "suspended",
            Self::Replaced => "replaced",
            Self::Corrected => "corrected",
            Self::Offline => "offline",
            Self::NotFound => "not_found",
            Self::Malformed => "malformed",
            Self::NotOurs => "not_ours",
            Self::Altered => "altered",
            Self::Unproven => "unproven",
            Self::Unsure => "unsure",
        }
    }

    /// The ground it stands on.
    pub const fn css(self) -> &'static str {
        match self {
            Self::Valid => "ok",
            Self::Revoked | Self::Mismatch | Self::Altered => "bad",
            Self::Expired | Self::Doubtful | Self::Suspended | Self::Replaced | Self::Corrected => {
                "late"
            }
            Self::NotFound | Self::Malformed | Self::NotOurs | Self::Unproven => "none",
            Self::Offline | Self::Unsure => "wait",
        }
    }

    /// The answer's status. `Unsure` also wants a `Retry-After`.
    pub fn status(self) -> Status {
        match self {
            Self::NotFound => Status::NotFound,
            Self::Malformed => Status::BadRequest,
            Self::Unsure => Status::ServiceUnavailable,
            _ => Status::Ok,
        }
    }
}
