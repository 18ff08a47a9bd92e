//! 脱敏: how names and telephone numbers stand on lists the public may read.
//!
//! A public list lets a person find herself and tells a stranger as little as may be: the surname
//! or first character and one asterisk, however long the name (人社厅、财政厅 joint notice of
//! December 2017). Identity numbers mask themselves: [`crate::domain::id_number`].

use crate::ground::text;

/// Surnames of two characters in use today. Kept whole, since 欧* would be another family.
const COMPOUND_SURNAMES: [&str; 48] = [
    "欧阳", "上官", "司马", "司徒", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文",
    "长孙", "东方", "南宫", "西门", "独孤", "轩辕", "端木", "百里", "呼延", "钟离", "闻人", "申屠",
    "濮阳", "淳于", "单于", "太史", "公冶", "宗政", "赫连", "澹台", "仲孙", "闾丘", "鲜于", "司空",
    "司寇", "公羊", "公良", "拓跋", "东郭", "南门", "纳兰", "完颜", "叶赫", "第五", "梁丘", "左丘",
];

/// `张*`, `欧阳*`, `娜*`; a name of one character becomes `*`.
///
/// Names of Mongolian and other peoples carry no surname in front; their first character is kept.
pub fn name(full: &str) -> String {
    let full = text::name(full);
    let characters = full.chars().count();
    let compound = COMPOUND_SURNAMES
        .iter()
        .find(|surname| characters > 2 && full.starts_with(*surname));
    match (compound, full.chars().next()) {
        (Some(surname), _) => format!("{surname}*"),
        (None, Some(first)) if characters > 1 => format!("{first}*"),
        (None, Some(_)) => "*".to_owned(),
        (None, None) => String::new(),
    }
}

/// `138****8000`; anything shorter than seven digits shows nothing.
pub fn phone(number: &str) -> String {
    let digits = text::digits(number);
    if digits.len() < 7 {
        return "*".repeat(digits.len());
    }
    let hidden = digits.len() - 7;
    format!(
        "{}{}{}",
        &digits[..3],
        "*".repeat(hidden.max(1)),
        &digits[digits.len() - 4..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_keep_what_tells_families_apart() {
        for (full, shown) in [
            ("张三", "张*"),
            ("张三丰", "张*"),
            ("欧阳娜娜", "欧阳*"),
            ("欧阳修", "欧阳*"),
            ("欧阳", "欧*"),
            ("娜仁图雅", "娜*"),
            ("巴特尔·苏和", "巴*"),
            ("𠮷田一郎", "𠮷*"),
            ("John Smith", "J*"),
            ("张", "*"),
            ("  张　三 ", "张*"),
            ("", ""),
        ] {
            assert_eq!(name(full), shown, "{full}");
        }
    }

    #[test]
    fn telephones_keep_both_ends() {
        assert_eq!(phone("13800138000"), "138****8000");
        assert_eq!(phone("138 0013-8000"), "138****8000");
        assert_eq!(phone("0474-8320000"), "047****0000");
        assert_eq!(phone("8320000"), "832*0000");
        assert_eq!(phone("120"), "***");
        assert_eq!(phone(""), "");
    }

    proptest! {
        #[test]
        fn the_given_name_never_shows(surname in "[张王李娜巴]", given in "[三四五仁图雅·特尔]{1,6}") {
            let shown = name(&format!("{surname}{given}"));
            prop_assert_eq!(shown, format!("{surname}*"));
        }
    }
}
