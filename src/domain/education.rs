//! 文化程度: the highest schooling a person has finished.

use crate::domain::code_set::named;

crate::code!(
    /// 文化程度, with the codes of GB/T 4658.
    Education {
        /// 研究生
        Postgraduate = "10",
        /// 大学本科
        Bachelor = "20",
        /// 大学专科
        College = "30",
        /// 中等专业学校
        Secondary = "40",
        /// 技工学校
        Technical = "50",
        /// 高中
        SeniorHigh = "60",
        /// 初中
        JuniorHigh = "70",
        /// 小学
        Primary = "80",
        /// 文盲或半文盲
        None = "90",
    }
);

named!(Education, "education");

impl Education {
    /// What a roster means: by code, by name, or by a word in everyday use.
    pub fn read_word(word: &str) -> Option<Self> {
        let word = word.trim();
        let everyday = match word {
            "硕士" | "博士" | "硕士研究生" | "博士研究生" => Some(Self::Postgraduate),
            "本科" | "大学" | "学士" => Some(Self::Bachelor),
            "大专" | "专科" | "高职" => Some(Self::College),
            "中专" | "职高" | "中职" => Some(Self::Secondary),
            "技校" | "技工" | "技师学院" => Some(Self::Technical),
            "普通高中" => Some(Self::SeniorHigh),
            "文盲" | "半文盲" | "无" => Some(Self::None),
            _ => None,
        };
        everyday
            .or_else(|| Self::read(word))
            .or_else(|| Self::ALL.iter().copied().find(|value| value.name() == word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schooling_is_found_by_code_name_and_everyday_word() {
        for (word, value) in [
            ("30", Education::College),
            ("大专", Education::College),
            ("大学专科", Education::College),
            (" 初中 ", Education::JuniorHigh),
        ] {
            assert_eq!(Education::read_word(word), Some(value), "{word}");
        }
        assert_eq!(Education::read_word("夜校"), None);
    }
}
