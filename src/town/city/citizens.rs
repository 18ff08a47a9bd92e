//! 市民: as many people as a city trains in a year. Nobody lives here: the area 159999 is no place.

use crate::acts::{Done, Error};
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::id_number::IdNumber;
use crate::domain::place::{self, RegionCode};
use crate::town::cast::Neighbour;
use crate::town::offices::region;
use chrono::{Days, NaiveDate};

/// Everybody, one after the other; the same ones every time.
pub(super) struct Citizens {
    year: i32,
    next: usize,
    staff: usize,
}

const SURNAMES: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹",
    "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕",
];

const GIVEN: [&str; 36] = [
    "秀", "建", "丽", "志", "晓", "永", "雪", "海", "玉", "俊", "春", "文", "慧", "振", "雅", "国",
    "凤", "浩", "思", "立", "红", "明", "爱", "世", "淑", "宏", "婷", "鹏", "静", "伟", "敏", "强",
    "兰", "勇", "霞", "军",
];

const MONGOLIAN: [&str; 24] = [
    "巴特尔",
    "苏日娜",
    "乌力吉",
    "其其格",
    "布和",
    "托娅",
    "朝鲁",
    "萨仁",
    "额尔敦",
    "高娃",
    "那日苏",
    "娜仁",
    "特木尔",
    "格日勒",
    "满都拉",
    "塔娜",
    "阿古拉",
    "乌云",
    "哈斯",
    "琪琪格",
    "毕力格",
    "通拉嘎",
    "宝音",
    "阿茹娜",
];

const GROUPS: [&str; 12] = [
    "农牧民",
    "",
    "高校毕业生",
    "农牧民",
    "退役军人",
    "残疾人",
    "城镇登记失业人员",
    "农牧民",
    "农牧民、脱贫人口",
    "",
    "农牧民",
    "",
];

impl Citizens {
    pub fn new(year: i32) -> Self {
        Self {
            year,
            next: 0,
            staff: 0,
        }
    }

    /// The next so many, who live in this county.
    pub fn come(&mut self, county: &str, n: usize) -> Done<Vec<Neighbour>> {
        let county = region(county)?;
        let townships: Vec<_> = place::children(&county)
            .map(|place| place.code.clone())
            .collect();
        (0..n).map(|_| self.one(&county, &townships)).collect()
    }

    /// A man of that county, born in that year.
    pub fn born(&mut self, county: &str, year: i32) -> Done<Neighbour> {
        let mut one = self.come(county, 1)?.remove(0);
        let age = usize::try_from(self.year - year - 1).unwrap_or(0);
        one.number = self.number(self.next, age, 1)?;
        one.sex = "男";
        Ok(one)
    }

    fn one(&mut self, county: &RegionCode, townships: &[RegionCode]) -> Done<Neighbour> {
        let at = self.next;
        self.next += 1;
        let man = (at / 3 + at % 3) % 2;
        let is_mongolian = at % 5 == 2;
        let groups = GROUPS[at % GROUPS.len()];
        let is_graduate = groups == "高校毕业生";
        let home = townships
            .get(at * 7 % townships.len().max(1))
            .unwrap_or(county);
        // Graduates are young; the others are of every working age, and have worked five years.
        let age = if is_graduate {
            22 + at % 4
        } else {
            23 + at * 7 % 31
        };
        Ok(Neighbour {
            name: if is_mongolian { mongolian(at) } else { han(at) },
            sex: ["女", "男"][man],
            nation: match (is_mongolian, at % 9) {
                (true, _) => "蒙古族",
                (false, 4) => "回族",
                (false, 7) => "满族",
                _ => "汉族",
            },
            number: self.number(at, age, man)?,
            education: if is_graduate {
                "大学本科"
            } else {
                ["初中", "高中", "中等专业学校", "初中"][at % 4]
            },
            groups,
            region: place::full_name(home),
            phone: format!("139{:08}", 20_000_000 + at),
        })
    }

    /// How many teachers and assessors there are.
    pub fn hired(&self) -> usize {
        self.staff
    }

    /// The name and the document of a teacher or an assessor.
    pub fn staff(&mut self) -> Done<(String, IdDocument)> {
        self.staff += 1;
        let at = 100_000 + self.staff;
        let number = self.number(at, 33 + at % 22, at % 2)?;
        let document = IdDocument::read(IdKind::ResidentCard, number.as_str())?;
        Ok((han(at), document))
    }

    fn number(&self, at: usize, age: usize, man: usize) -> Done<IdNumber> {
        let day = |n: usize| u64::try_from(n).unwrap_or(0);
        let born = NaiveDate::from_ymd_opt(self.year - i32::try_from(age).unwrap_or(40) - 1, 1, 1)
            .map(|first| first + Days::new(day(at * 11 % 360)));
        // Odd for men, even for women (GB 11643-1999). The town's own people have lower ones.
        let sequence =
            u16::try_from(300 + at / 360 % 320 * 2 + (man + 1) % 2 * 2 + man).unwrap_or(u16::MAX);
        born.and_then(|born| IdNumber::compose(159_999, born, sequence))
            .ok_or_else(|| Error::fault(format!("no number for citizen {at}")))
    }
}

fn han(at: usize) -> String {
    let (surname, first, second) = (
        SURNAMES[at * 7 % SURNAMES.len()],
        GIVEN[at / 3 % GIVEN.len()],
        GIVEN[(at / 40 + at * 5) % GIVEN.len()],
    );
    format!("{surname}{first}{second}")
}

fn mongolian(at: usize) -> String {
    let (father, own) = (MONGOLIAN[at / 24 % 24], MONGOLIAN[at % 24]);
    if at % 2 == 0 {
        format!("{father}·{own}")
    } else {
        own.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::fonts;
    use std::collections::BTreeSet;

    #[test]
    fn everybody_is_somebody_else_and_can_be_printed() {
        let mut citizens = Citizens::new(2026);
        let people = citizens.come("150902", 13_000).unwrap();
        let numbers: BTreeSet<_> = people.iter().map(|one| one.number.as_str()).collect();
        assert_eq!(numbers.len(), people.len());
        for one in people.iter().step_by(17) {
            assert!(fonts::missing(&one.name).is_empty(), "{}", one.name);
            assert_eq!(crate::ground::text::name(&one.name), one.name);
        }
        let staff: BTreeSet<_> = (0..400)
            .map(|_| format!("{:?}", citizens.staff().unwrap().0))
            .collect();
        assert!(staff.len() > 300);
    }
}
