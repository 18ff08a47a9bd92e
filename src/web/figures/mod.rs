//! 统计: the figures of a region as of a day, and what every page of them shares.

mod chart;
mod freezes;
mod monthly;
mod overview;
mod paragraph;
mod parts;
mod payments;
mod people;
mod public;

use crate::acts::figures::{Figures, Spending};
use crate::domain::code_set;
use crate::domain::course::TrainingKind;
use crate::domain::figure::{Count, Cut, Fund, Indicator, Paid, end_of};
use crate::domain::key_group;
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::skill_level::SkillLevel;
use crate::web::form::{Choice, Filled};
use crate::web::names;
use crate::web::reply::address;
use crate::web::words::Words;
use chrono::NaiveDate;
use rocket::FromForm;

/// How a reader asks for figures; every part may be left out.
#[derive(Clone, Debug, Default, FromForm)]
pub(in crate::web) struct Asked {
    #[field(default = String::new())]
    to: String,
    #[field(default = String::new())]
    known: String,
    #[field(default = String::new())]
    region: String,
    #[field(default = String::new())]
    home: String,
    #[field(default = String::new())]
    group: String,
    #[field(default = String::new())]
    training: String,
    #[field(default = String::new())]
    occupation: String,
    #[field(default = String::new())]
    level: String,
    #[field(default = String::new())]
    sex: String,
    #[field(default = String::new())]
    age: String,
    #[field(default = String::new())]
    institution: String,
    #[field(default = String::new())]
    month: String,
}

impl Asked {
    /// The cut; what cannot be read is as if it had not been asked for.
    pub(in crate::web) fn cut(&self, today: NaiveDate) -> Cut {
        let until = self.to.parse().unwrap_or(today).min(today);
        let mut cut = Cut::of_year(until);
        if let Ok(known) = self.known.parse::<NaiveDate>()
            && known >= until
        {
            cut.known = end_of(known);
        }
        cut.region = RegionCode::read(&self.region);
        cut.by_home = self.home == "1";
        cut.group = key_group::KeyGroup::read(&self.group)
            .map(|group| group.to_string())
            .unwrap_or_default();
        cut.training = TrainingKind::read(&self.training)
            .map(|kind| kind.to_string())
            .unwrap_or_default();
        cut.occupation = OccupationCode::read(&self.occupation)
            .map(|code| code.to_string())
            .unwrap_or_default();
        cut.level = SkillLevel::read(&self.level)
            .map(|level| level.to_string())
            .unwrap_or_default();
        cut.sex.clone_from(&self.sex);
        cut.ages.clone_from(&self.age);
        cut.institution.clone_from(&self.institution);
        if self.month == "1" {
            cut = cut.month();
        }
        cut
    }

    /// The address of a page with the same cut, and one thing more or other.
    fn at(&self, path: &str, more: &[(&str, &str)]) -> String {
        let own = [
            ("to", self.to.as_str()),
            ("known", &self.known),
            ("region", &self.region),
            ("home", &self.home),
            ("group", &self.group),
            ("training", &self.training),
            ("occupation", &self.occupation),
            ("level", &self.level),
            ("sex", &self.sex),
            ("age", &self.age),
            ("institution", &self.institution),
            ("month", &self.month),
        ];
        let mut all: Vec<(&str, &str)> = own
            .into_iter()
            .filter(|(name, _)| !more.iter().any(|(other, _)| other == name))
            .collect();
        all.extend(more.iter().copied());
        address(path, &all)
    }

    fn filled(&self, cut: &Cut) -> Filled {
        Filled::blank()
            .with("to", cut.until)
            .with("region", cut.region.as_ref().map_or("", RegionCode::as_str))
            .with("group", &self.group)
            .with("training", &self.training)
            .with("level", &self.level)
            .with("sex", &self.sex)
            .with("age", &self.age)
            .with("home", &self.home)
    }
}

fn groups(w: Words) -> Vec<Choice> {
    key_group::all()
        .map(|group| Choice::new(group.as_str(), w.pick(group.name(), group.name_en())))
        .collect()
}

fn trainings(w: Words) -> Vec<Choice> {
    code_set::of("train_kind")
        .map(|entry| Choice::new(entry.code.as_str(), w.pick(&entry.name, &entry.name_en)))
        .collect()
}

pub(in crate::web) fn percent(permille: Option<i64>) -> String {
    permille.map_or_else(|| "–".to_owned(), |n| format!("{}.{}%", n / 10, n % 10))
}

fn tenths(n: i64) -> String {
    format!("{}.{}", n / 10, n % 10)
}

/// A place of a region's table; what lies in none of its parts stands under the region itself.
fn part_of(w: Words, region: &RegionCode, code: &RegionCode) -> String {
    let name = names::place(w, code);
    if code == region {
        w.f("figures.monthly.own", &[&name])
    } else {
        name
    }
}

fn of(figures: &Figures, indicator: Indicator) -> Count {
    figures.get(&indicator).copied().unwrap_or_default()
}

fn paid(spent: &Spending, fund: Fund) -> Paid {
    spent.get(&fund).copied().unwrap_or_default()
}

/// The routes of this folder.
pub fn routes() -> Vec<rocket::Route> {
    [
        freezes::routes(),
        monthly::routes(),
        overview::routes(),
        paragraph::routes(),
        parts::routes(),
        payments::routes(),
        people::routes(),
        public::routes(),
    ]
    .concat()
}
