//! 民族: the fifty-six peoples, as identity papers name them (GB/T 3304-1991, numeric codes 01–56).

/// One of the fifty-six.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Nation(usize);

impl Nation {
    /// What is written: a name with or without 族, or a code.
    pub fn read(written: &str) -> Option<Self> {
        let written = written.trim();
        if let Ok(code) = written.parse::<usize>() {
            return code.checked_sub(1).filter(|at| *at < NAMES.len()).map(Self);
        }
        let short = written.strip_suffix('族').unwrap_or(written);
        let at = NAMES.iter().position(|name| *name == written);
        at.or_else(|| {
            NAMES
                .iter()
                .position(|name| name.strip_suffix('族') == Some(short))
        })
        .map(Self)
    }

    /// 名称: 蒙古族
    pub fn name(self) -> &'static str {
        NAMES[self.0]
    }

    /// Every name, in the order of the codes.
    pub fn names() -> &'static [&'static str] {
        &NAMES
    }
}

const NAMES: [&str; 56] = [
    "汉族",
    "蒙古族",
    "回族",
    "藏族",
    "维吾尔族",
    "苗族",
    "彝族",
    "壮族",
    "布依族",
    "朝鲜族",
    "满族",
    "侗族",
    "瑶族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克族",
    "傣族",
    "黎族",
    "傈僳族",
    "佤族",
    "畲族",
    "高山族",
    "拉祜族",
    "水族",
    "东乡族",
    "纳西族",
    "景颇族",
    "柯尔克孜族",
    "土族",
    "达斡尔族",
    "仫佬族",
    "羌族",
    "布朗族",
    "撒拉族",
    "毛南族",
    "仡佬族",
    "锡伯族",
    "阿昌族",
    "普米族",
    "塔吉克族",
    "怒族",
    "乌孜别克族",
    "俄罗斯族",
    "鄂温克族",
    "德昂族",
    "保安族",
    "裕固族",
    "京族",
    "塔塔尔族",
    "独龙族",
    "鄂伦春族",
    "赫哲族",
    "门巴族",
    "珞巴族",
    "基诺族",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_people_is_found_by_name_and_code() {
        for (written, name) in [
            ("蒙古族", "蒙古族"),
            (" 蒙古 ", "蒙古族"),
            ("02", "蒙古族"),
            ("汉", "汉族"),
            ("56", "基诺族"),
            ("达斡尔族", "达斡尔族"),
        ] {
            assert_eq!(
                Nation::read(written).map(Nation::name),
                Some(name),
                "{written}"
            );
        }
        for written in ["", "族", "0", "57", "火星族"] {
            assert_eq!(Nation::read(written), None, "{written}");
        }
    }
}
