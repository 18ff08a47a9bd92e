//! 禁用字样: words a skill certificate may not carry.
//!
//! Source: the 2022 clean-up of sham certificates (“山寨证书”专项治理, 人社部办公厅, 2022): no
//! “中华人民共和国/中国/中华/国家/全国”, no “职业资格”, no “岗位合格”, no national or government
//! emblem, no other body's mark; and since 人社鉴发〔2021〕1号 says that certificates are made and
//! handed out by the assessment organisation with no government part in it, no “监制”.

/// The words, longest first where one holds another.
const WORDS: [&str; 9] = [
    "中华人民共和国",
    "中华",
    "中国",
    "国家",
    "全国",
    "职业资格",
    "岗位合格",
    "监制",
    "国徽",
];

/// The forbidden words that `text` contains.
///
/// Not for names: an organisation's filed name is exempt, and a person may well be called 李中华.
pub fn forbidden_words(text: &str) -> Vec<&'static str> {
    // Spaces and marks inserted between the characters do not make a word another word.
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    WORDS
        .into_iter()
        .filter(|word| bare.contains(word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_words_are_found() {
        for (text, expected) in [
            ("职业技能等级证书", vec![]),
            ("国家职业资格证书", vec!["国家", "职业资格"]),
            ("全 国 统 一", vec!["全国"]),
            (
                "中华人民共和国职业资格",
                vec!["中华人民共和国", "中华", "职业资格"],
            ),
            ("人社部门·监·制", vec!["监制"]),
            ("岗位合格证", vec!["岗位合格"]),
            ("中式烹调师", vec![]),
        ] {
            assert_eq!(forbidden_words(text), expected, "{text}");
        }
    }
}
