//! 申报条件: under which clause a person applies for a level.
//!
//! The 2023 edition of 国家职业标准编制技术规程, one clause a line (`catalogue/eligibility.csv`). The
//! applicant chooses the clause; what is checked here is the arithmetic, and that a certificate or
//! a paper the clause speaks of was named. Clauses for 二级 and 一级 are general knowledge, not
//! read in the text. An occupation's own standard may ask for more.

use crate::domain::refusal::{Reason, Refusal};
use crate::domain::skill_level::SkillLevel;
use chrono::{Datelike, NaiveDate};
use std::sync::LazyLock;

/// Nobody younger is assessed; nobody has worked longer than since that age (劳动法 art. 15).
pub const WORKING_AGE: i32 = 16;

crate::text!(
    /// The code of a clause, e.g. `4B`.
    ClauseCode, is_known
);

fn is_known(text: &str) -> bool {
    CLAUSES.iter().any(|clause| clause.code.0 == text)
}

crate::code!(
    /// A paper that a clause speaks of beside certificates.
    Paper {
        /// 毕业证书
        School = "school",
        /// 职称
        Title = "title",
    }
);

/// One clause.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its code.
    pub code: ClauseCode,
    /// The level it leads to.
    pub level: SkillLevel,
    /// Years of work it asks for.
    pub years: i32,
    /// The level of the certificate it asks for, if it asks for one.
    pub previous: Option<SkillLevel>,
    /// Years since that certificate.
    pub previous_years: i32,
    /// The paper it asks for, if it asks for one.
    pub paper: Option<Paper>,
    /// Its text.
    pub text: String,
    /// Its text in English.
    pub text_en: String,
}

static CLAUSES: LazyLock<Vec<Clause>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("catalogue/eligibility.csv").as_bytes())
        .records()
        .map(|row| {
            let row = row.expect("the clauses are a table");
            let years = |n: usize| row[n].parse().expect("years are a number");
            Clause {
                code: ClauseCode(row[1].to_owned()),
                level: SkillLevel::read(&row[2]).expect("a clause leads to a level"),
                years: years(3),
                previous: SkillLevel::read(&row[4]),
                previous_years: years(5),
                paper: Paper::read(&row[6]),
                text: row[7].to_owned(),
                text_en: row[8].to_owned(),
            }
        })
        .collect()
});

/// The clauses that lead to a level.
pub fn clauses(level: SkillLevel) -> impl Iterator<Item = &'static Clause> {
    CLAUSES.iter().filter(move |clause| clause.level == level)
}

/// The clause with this code.
pub fn find(code: &ClauseCode) -> Option<&'static Clause> {
    CLAUSES.iter().find(|clause| clause.code == *code)
}

/// What a person brings to an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applicant {
    /// Her day of birth.
    pub birth: NaiveDate,
    /// Years of work in the occupation, as she says.
    pub years: i32,
    /// An earlier certificate in the occupation: its level and its day.
    pub previous: Option<(SkillLevel, NaiveDate)>,
    /// The paper she named, if any.
    pub paper: Option<Paper>,
}

/// Why a clause does not carry an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ineligible {
    /// The clause leads to another level.
    OtherLevel,
    /// Younger than [`WORKING_AGE`].
    Young {
        /// Her age.
        age: i32,
    },
    /// More years of work than there were since she was [`WORKING_AGE`].
    YearsImpossible {
        /// As she says.
        years: i32,
        /// At most.
        most: i32,
    },
    /// Fewer years of work than the clause asks for.
    YearsShort {
        /// As she says.
        years: i32,
        /// Asked for.
        least: i32,
    },
    /// The certificate the clause asks for is not there.
    PreviousMissing {
        /// Of which level.
        level: SkillLevel,
    },
    /// It is there, but too young.
    PreviousRecent {
        /// Issued on.
        on: NaiveDate,
        /// Years asked for.
        least: i32,
    },
    /// The diploma or title the clause asks for was not named.
    PaperMissing(Paper),
}

impl Reason for Ineligible {
    fn refusal(self) -> Refusal {
        match self {
            Self::OtherLevel => Refusal::new("eligibility.other-level"),
            Self::Young { age } => Refusal::new("eligibility.young")
                .with(age)
                .with(WORKING_AGE),
            Self::YearsImpossible { years, most } => Refusal::new("eligibility.years-impossible")
                .with(years)
                .with(most),
            Self::YearsShort { years, least } => Refusal::new("eligibility.years-short")
                .with(years)
                .with(least),
            Self::PreviousMissing { level } => {
                Refusal::new("eligibility.previous-missing").with(level)
            }
            Self::PreviousRecent { on, least } => Refusal::new("eligibility.previous-recent")
                .with(on)
                .with(least),
            Self::PaperMissing(Paper::School) => Refusal::new("eligibility.school-missing"),
            Self::PaperMissing(Paper::Title) => Refusal::new("eligibility.title-missing"),
        }
        .at("clause")
    }
}

/// Full years from one day to another.
pub fn full_years(from: NaiveDate, to: NaiveDate) -> i32 {
    let before = (to.month(), to.day()) < (from.month(), from.day());
    to.year() - from.year() - i32::from(before)
}

impl Clause {
    /// Whether this clause carries an application for a level on that day.
    pub fn carries(
        &self,
        level: SkillLevel,
        applicant: &Applicant,
        day: NaiveDate,
    ) -> Result<(), Ineligible> {
        if self.level != level {
            return Err(Ineligible::OtherLevel);
        }
        let age = full_years(applicant.birth, day);
        if age < WORKING_AGE {
            return Err(Ineligible::Young { age });
        }
        let most = age - WORKING_AGE;
        if !(0..=most).contains(&applicant.years) {
            return Err(Ineligible::YearsImpossible {
                years: applicant.years,
                most,
            });
        }
        if applicant.years < self.years {
            return Err(Ineligible::YearsShort {
                years: applicant.years,
                least: self.years,
            });
        }
        if let Some(wanted) = self.previous {
            // A certificate of a higher level than asked for does as well.
            let Some((_, on)) = applicant.previous.filter(|(level, _)| *level >= wanted) else {
                return Err(Ineligible::PreviousMissing { level: wanted });
            };
            if full_years(on, day) < self.previous_years {
                return Err(Ineligible::PreviousRecent {
                    on,
                    least: self.previous_years,
                });
            }
        }
        match self.paper {
            Some(paper) if applicant.paper != Some(paper) => Err(Ineligible::PaperMissing(paper)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn carries(code: &str, level: SkillLevel, applicant: &Applicant) -> Result<(), Ineligible> {
        find(&ClauseCode::read(code).unwrap())
            .unwrap()
            .carries(level, applicant, day("2026-03-14"))
    }

    fn born(on: &str) -> Applicant {
        Applicant {
            birth: day(on),
            ..Applicant::default()
        }
    }

    #[test]
    fn every_level_has_clauses_and_each_asks_for_what_it_says() {
        for level in &SkillLevel::ALL[..5] {
            assert!(clauses(*level).count() >= 2, "{level}");
        }
        for clause in CLAUSES.iter() {
            assert!(
                clause
                    .previous
                    .is_none_or(|previous| previous < clause.level),
                "{}",
                clause.code
            );
            assert!(
                clause.code.as_str().starts_with(clause.level.as_str()),
                "{}",
                clause.code
            );
            for years in [clause.years, clause.previous_years]
                .into_iter()
                .filter(|years| *years > 0)
            {
                assert!(
                    clause.text.contains(&format!("满{years}年")),
                    "{}",
                    clause.code
                );
            }
        }
    }

    #[test]
    fn sixteen_is_the_first_age() {
        assert_eq!(carries("5A", SkillLevel::Five, &born("2010-03-14")), Ok(()));
        let young = Err(Ineligible::Young { age: 15 });
        assert_eq!(carries("5A", SkillLevel::Five, &born("2010-03-15")), young);
    }

    #[test]
    fn nobody_worked_before_sixteen() {
        let applicant = Applicant {
            years: 11,
            ..born("2000-01-01")
        };
        assert_eq!(
            carries("4A", SkillLevel::Four, &applicant),
            Err(Ineligible::YearsImpossible {
                years: 11,
                most: 10
            })
        );
        let applicant = Applicant {
            years: 4,
            ..applicant
        };
        assert_eq!(
            carries("4A", SkillLevel::Four, &applicant),
            Err(Ineligible::YearsShort { years: 4, least: 5 })
        );
        let applicant = Applicant {
            years: 5,
            ..applicant
        };
        assert_eq!(carries("4A", SkillLevel::Four, &applicant), Ok(()));
        assert_eq!(
            carries("4A", SkillLevel::Five, &applicant),
            Err(Ineligible::OtherLevel)
        );
        let applicant = Applicant {
            years: -1,
            ..applicant
        };
        assert!(carries("5A", SkillLevel::Five, &applicant).is_err());
    }

    #[test]
    fn an_earlier_certificate_counts_from_its_day() {
        let with = |level, on: &str| Applicant {
            previous: Some((level, day(on))),
            ..born("1990-05-05")
        };
        assert_eq!(
            carries(
                "4B",
                SkillLevel::Four,
                &with(SkillLevel::Five, "2023-03-14")
            ),
            Ok(())
        );
        assert_eq!(
            carries(
                "4B",
                SkillLevel::Four,
                &with(SkillLevel::Five, "2023-03-15")
            ),
            Err(Ineligible::PreviousRecent {
                on: day("2023-03-15"),
                least: 3
            })
        );
        assert_eq!(
            carries("4B", SkillLevel::Four, &born("1990-05-05")),
            Err(Ineligible::PreviousMissing {
                level: SkillLevel::Five
            })
        );
        assert_eq!(
            carries(
                "3B",
                SkillLevel::Three,
                &with(SkillLevel::Five, "2010-03-15")
            ),
            Err(Ineligible::PreviousMissing {
                level: SkillLevel::Four
            })
        );
    }

    #[test]
    fn a_diploma_or_a_title_is_named() {
        let applicant = born("2004-05-05");
        assert_eq!(
            carries("4C", SkillLevel::Four, &applicant),
            Err(Ineligible::PaperMissing(Paper::School))
        );
        let applicant = Applicant {
            paper: Some(Paper::School),
            ..applicant
        };
        assert_eq!(carries("4C", SkillLevel::Four, &applicant), Ok(()));
    }
}
