//! 人物: the people of the example town. Nobody lives here: the area 159999 is no place.

use crate::acts::{Done, Error};
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::id_number::IdNumber;
use chrono::NaiveDate;

/// Somebody as a roster tells of her.
#[derive(Clone)]
pub(super) struct Neighbour {
    pub name: String,
    pub sex: &'static str,
    pub nation: &'static str,
    pub number: IdNumber,
    pub education: &'static str,
    pub groups: &'static str,
    pub region: String,
    pub phone: String,
}

/// Everybody, one after the other.
pub(super) struct Cast {
    year: i32,
    next: usize,
    staff: usize,
    herders: usize,
    townsfolk: usize,
}

/// A woman's and a man's name, told by which list it stands in.
const MONGOLIAN: [&[&str]; 2] = [
    &[
        "苏日娜",
        "乌云其木格",
        "萨仁高娃",
        "娜仁图雅",
        "其其格",
        "托娅",
        "斯琴高娃",
        "乌仁图雅",
        "敖登格日勒",
        "阿茹娜",
        "萨日娜",
        "琪琪格玛",
        "娜仁花",
        "通拉嘎",
        "乌日罕",
        "塔娜",
        "乌兰托娅",
        "哈斯其木格",
        "格根塔娜",
        "安琪尔",
        "诺敏",
        "额尔敦其木格",
    ],
    &[
        "阿拉坦·额尔德尼",
        "孛儿只斤·巴特尔",
        "巴图孟和",
        "那日苏",
        "朝鲁",
        "布和",
        "苏和",
        "额尔敦",
        "宝音",
        "吉日嘎拉",
        "特木尔",
        "哈斯巴根",
        "满都拉",
        "乌力吉",
        "阿古拉",
        "格日勒图",
        "呼斯楞",
        "毕力格",
        "赛罕",
        "达楞太",
        "孟和巴雅尔",
        "克烈·苏德",
    ],
];

const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹",
    "欧阳", "任", "段", "武", "靳",
];

const GIVEN: [&[&str]; 2] = [
    &[
        "秀英", "桂兰", "丽娟", "晓燕", "雪梅", "海霞", "玉洁", "春花", "婷婷", "慧敏", "雅楠",
        "静", "凤琴", "思琪", "文静", "红梅", "爱华", "淑珍", "妲",
    ],
    &[
        "建国", "志强", "永胜", "海龙", "俊杰", "文博", "振华", "国栋", "浩然", "立新", "小军",
        "明亮", "世杰", "伟", "宏伟", "喜春", "鹏飞", "翀", "堃",
    ],
];

/// Names that registers stumble over: characters outside the usual sets.
const RARE: &[(usize, &str)] = &[(5, "何𬭎"), (16, "胡㛃"), (52, "王喆䶮")];

const REGIONS: &[&str] = &[
    "乌兰察布市集宁区",
    "乌兰察布市察哈尔右翼后旗",
    "乌兰察布市丰镇市",
    "乌兰察布市四子王旗",
    "乌兰察布市卓资县",
    "乌兰察布市凉城县",
    "乌兰察布市商都县",
    "乌兰察布市察哈尔右翼前旗",
    "乌兰察布市兴和县",
    "乌兰察布市察哈尔右翼中旗",
    "乌兰察布市化德县",
];

const EDUCATION: &[&str] = &[
    "初中",
    "高中",
    "中等专业学校",
    "高中",
    "初中",
    "大学专科",
    "小学",
];

const GROUPS: &[&str] = &[
    "农牧民",
    "",
    "高校毕业生",
    "农牧民",
    "退役军人",
    "残疾人",
    "城镇登记失业人员",
    "农牧民",
    "农牧民、脱贫人口",
    "农牧民",
];

impl Cast {
    pub fn new(year: i32) -> Self {
        Self {
            year,
            next: 0,
            staff: 450,
            herders: 0,
            townsfolk: 0,
        }
    }

    /// The next so many.
    pub fn come(&mut self, n: usize) -> Done<Vec<Neighbour>> {
        (0..n).map(|_| self.one()).collect()
    }

    /// The next one: every third has a Mongolian name.
    pub fn one(&mut self) -> Done<Neighbour> {
        let at = self.next;
        self.next += 1;
        let is_mongolian = at.is_multiple_of(3);
        let man = (at / 3 + at % 3) % 2;
        let name = self.name(at, is_mongolian, man);
        let groups = GROUPS[at % GROUPS.len()];
        let is_graduate = groups == "高校毕业生";
        let age = if is_graduate {
            23 + at % 3
        } else {
            25 + at * 7 % 27
        };
        Ok(Neighbour {
            name,
            sex: ["女", "男"][man],
            nation: if is_mongolian {
                "蒙古族"
            } else {
                ["汉族", "汉族", "汉族", "回族", "满族"][at % 5]
            },
            number: self.number(at, age, man)?,
            education: if is_graduate {
                "大学专科"
            } else {
                EDUCATION[at % EDUCATION.len()]
            },
            groups,
            region: REGIONS[at * 3 % REGIONS.len()].to_owned(),
            phone: format!("1384740{at:04}"),
        })
    }

    /// The document of a teacher or an assessor, whose name the story gives.
    pub fn staff(&mut self) -> Done<IdDocument> {
        self.staff += 1;
        let number = self.number(self.staff, 34 + self.staff % 20, 0)?;
        IdDocument::read(IdKind::ResidentCard, number.as_str()).map_err(Error::from)
    }

    fn number(&self, at: usize, age: usize, man: usize) -> Done<IdNumber> {
        let number = |value: usize| u32::try_from(value).unwrap_or(0);
        let birth = NaiveDate::from_ymd_opt(
            self.year - i32::try_from(age).unwrap_or(40) - 1,
            1 + number(at * 5 % 12),
            1 + number(at * 11 % 28),
        );
        // Odd for men, even for women (GB 11643-1999).
        let sequence = u16::try_from(2 * at + 2 - man).unwrap_or(u16::MAX);
        birth
            .and_then(|birth| IdNumber::compose(159_999, birth, sequence))
            .ok_or_else(|| Error::fault(format!("no number for neighbour {at}")))
    }

    fn name(&mut self, at: usize, is_mongolian: bool, man: usize) -> String {
        if let Some((_, name)) = RARE.iter().find(|(rare, _)| *rare == at) {
            return (*name).to_owned();
        }
        if is_mongolian {
            let names = MONGOLIAN[man];
            let (round, place) = (
                self.herders / 2 / names.len(),
                self.herders / 2 % names.len(),
            );
            self.herders += 1;
            // The second time round they are told apart by their clan.
            return match (round, names[place].contains('·')) {
                (0, _) => names[place].to_owned(),
                (_, false) => format!("乞颜·{}", names[place]),
                (_, true) => names[place].replace('·', "·苏和"),
            };
        }
        let given = GIVEN[man];
        let n = self.townsfolk;
        self.townsfolk += 1;
        format!(
            "{}{}",
            SURNAMES[n * 5 % SURNAMES.len()],
            given[(n / 2 + n / SURNAMES.len() * 4) % given.len()]
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::fonts;
    use std::collections::BTreeSet;

    #[test]
    fn everybody_is_somebody_else_and_can_be_printed() {
        let people = Cast::new(2026).come(240).unwrap();
        let names: BTreeSet<_> = people.iter().map(|one| &one.name).collect();
        let numbers: BTreeSet<_> = people.iter().map(|one| one.number.as_str()).collect();
        assert_eq!((names.len(), numbers.len()), (240, 240));
        for one in &people {
            assert!(fonts::missing(&one.name).is_empty(), "{}", one.name);
            assert_eq!(crate::ground::text::name(&one.name), one.name);
            assert!(!one.number.ends_in_zeros(), "{}", one.name);
        }
        assert!(names.iter().any(|name| name.contains('·')));
    }
}
