//! 日志事项: what is entered in the public log, and how a leaf is written.
//!
//! A leaf says when, which institution (a public body), what kind of event, the how-manieth of its
//! record, and a commitment to everything else. Nothing in it leads to a person: no number, no name,
//! no trade, not even a hash that could be tried.

crate::key!(
    /// The key of one event.
    LogEventId
);

crate::code!(
    /// 事项种类
    LogKind {
        /// 签发
        Issue = "issue",
        /// 换发: of the certificate that was replaced.
        Reissue = "reissue",
        /// 更正
        Correct = "correct",
        /// 暂停
        Suspend = "suspend",
        /// 恢复
        Resume = "resume",
        /// 撤销
        Revoke = "revoke",
        /// 成绩册封存: an assessor's marks at her signature; a sitting's results at the last one.
        Sheet = "sheet",
        /// 花名册封存: at its confirmation.
        Roster = "roster",
        /// 考勤册封存: what was entered for a class on one day.
        Attendance = "attendance",
        /// 密钥事项: created, retired, compromised.
        Key = "key",
        /// 内部记事的根: of every deed of an hour.
        Audit = "audit",
        /// 月报封存
        Report = "report",
        /// 数据导入: a file that was brought in, with every line of it.
        Import = "import",
    }
);

impl LogKind {
    /// Whether it tells of a certificate, and so belongs to a chain that begins with its issue.
    pub fn is_of_certificate(self) -> bool {
        matches!(
            self,
            Self::Issue
                | Self::Reissue
                | Self::Correct
                | Self::Suspend
                | Self::Resume
                | Self::Revoke
        )
    }
}

/// The registry itself, where a leaf names an institution.
pub const REGISTRY: &str = "registry";

/// A leaf: canonical JSON (RFC 8785), so that its members stand in this order.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// When, in seconds since 1970.
    pub at: i64,
    /// The commitment, in base64url.
    pub c: String,
    /// The public code of the institution.
    pub iss: String,
    /// 1, 2, …: the events of one record.
    pub n: i32,
    /// Sixteen random bytes, the same for all events of one record.
    #[serde(rename = "ref")]
    pub reference: String,
    /// What kind.
    pub t: LogKind,
    /// The version of this form.
    pub v: u8,
}

impl Leaf {
    /// The leaf's bytes.
    ///
    /// # Panics
    /// Never: text and whole numbers can always be written.
    pub fn bytes(&self) -> Vec<u8> {
        // Members are declared in alphabetical order, and every text in them is plain ASCII: this
        // is RFC 8785 without a further pass.
        serde_json::to_vec(self).expect("a leaf holds text and whole numbers only")
    }

    /// Reads a leaf; none unless it is written exactly as [`Leaf::bytes`] writes it.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let leaf: Self = serde_json::from_slice(bytes).ok()?;
        (leaf.bytes() == bytes).then_some(leaf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_is_written_one_way_only() {
        let leaf = Leaf {
            at: 1_790_000_000,
            c: "A".repeat(43),
            iss: "91150900MA0N0A0A0A".to_owned(),
            n: 1,
            reference: "B".repeat(22),
            t: LogKind::Issue,
            v: 1,
        };
        let bytes = leaf.bytes();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(
            text.starts_with("{\"at\":1790000000,\"c\":\"AAA")
                && text.ends_with("\"t\":\"issue\",\"v\":1}"),
            "{text}"
        );
        assert!(bytes.len() <= 512);
        assert_eq!(Leaf::read(&bytes), Some(leaf));
        assert_eq!(
            Leaf::read(text.replace(",\"v\"", ", \"v\"").as_bytes()),
            None
        );
        assert_eq!(Leaf::read(text.replace("issue", "issued").as_bytes()), None);
    }
}
