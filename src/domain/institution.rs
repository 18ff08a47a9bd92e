//! 机构: who trains (培训机构) and who assesses (评价机构).
//!
//! They are two things, though one organisation may be both: a training institution issues
//! completion certificates only, and an assessment organisation issues level certificates only
//! within what it has filed. The bureau issues neither.

pub use crate::domain::certificate_number::IssuerClass;
use crate::domain::code_set::named;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::uscc::Uscc;

crate::key!(
    /// The key of an institution.
    InstitutionId
);

crate::code!(
    /// 角色: in what an institution acts.
    InstitutionRole {
        /// 培训机构
        Train = "train",
        /// 评价机构
        Assess = "assess",
    }
);

named!(IssuerClass, "org_class");

impl InstitutionRole {
    /// 名称
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "培训机构",
            Self::Assess => "评价机构",
        }
    }
}

/// One institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution {
    /// Its key.
    pub id: InstitutionId,
    /// 名称, exactly as filed.
    pub name: String,
    /// Its name in English; may be empty.
    pub name_en: String,
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// Where it has its seat.
    pub region: RegionCode,
    /// Whether it is a 培训机构.
    pub trains: bool,
    /// Whether it is a 评价机构.
    pub assesses: bool,
    /// 机构类别 of an assessment organisation.
    pub letter: Option<IssuerClass>,
    /// 备案机构代码: four digits; 0000 when first filed with a province.
    pub filing_code: Option<String>,
    /// 站点序列号: six digits, assigned by the province.
    pub site: Option<String>,
    /// 办学许可证 number; may be empty for an organisation that only assesses.
    pub licence: String,
}

/// Why an institution cannot be registered as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unregistrable {
    /// No name was given.
    Nameless,
    /// Neither trains nor assesses.
    Roleless,
    /// Trains, but shows no licence (中华人民共和国民办教育促进法 art. 12).
    Unlicensed,
    /// Assesses, but what its certificate numbers begin with is not there or is not digits
    /// (人社鉴发〔2019〕2号: a letter, four digits, six digits).
    Unnumbered,
    /// A role it has cannot be taken back: what it did in it stays. Its scope can be shortened.
    RoleHeld,
    /// Certificates carry these characters; once given they stay.
    NumberFixed,
}

impl Reason for Unregistrable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Nameless => Refusal::new("institution.nameless").at("name"),
            Self::Roleless => Refusal::new("institution.roleless").at("role"),
            Self::Unlicensed => Refusal::new("institution.unlicensed").at("licence"),
            Self::Unnumbered => Refusal::new("institution.unnumbered").at("site"),
            Self::RoleHeld => Refusal::new("institution.role-held").at("role"),
            Self::NumberFixed => Refusal::new("institution.number-fixed").at("site"),
        }
    }
}

impl Institution {
    /// Whether it acts in this role.
    pub fn acts_as(&self, role: InstitutionRole) -> bool {
        match role {
            InstitutionRole::Train => self.trains,
            InstitutionRole::Assess => self.assesses,
        }
    }

    /// Whether its registration may be amended to this.
    pub fn may_become(&self, amended: &Self) -> Result<(), Unregistrable> {
        if (self.trains && !amended.trains) || (self.assesses && !amended.assesses) {
            return Err(Unregistrable::RoleHeld);
        }
        fn moved<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> bool {
            old.is_some() && old != new
        }
        if moved(self.letter.as_ref(), amended.letter.as_ref())
            || moved(self.filing_code.as_ref(), amended.filing_code.as_ref())
            || moved(self.site.as_ref(), amended.site.as_ref())
        {
            return Err(Unregistrable::NumberFixed);
        }
        amended.may_be_registered()
    }

    /// Whether it can be registered as it is.
    pub fn may_be_registered(&self) -> Result<(), Unregistrable> {
        if self.name.trim().is_empty() {
            return Err(Unregistrable::Nameless);
        }
        if !self.trains && !self.assesses {
            return Err(Unregistrable::Roleless);
        }
        if self.trains && self.licence.trim().is_empty() {
            return Err(Unregistrable::Unlicensed);
        }
        let digits = |text: &Option<String>, n: usize| {
            text.as_ref()
                .is_some_and(|text| text.len() == n && text.bytes().all(|b| b.is_ascii_digit()))
        };
        if self.assesses
            && !(self.letter.is_some() && digits(&self.filing_code, 4) && digits(&self.site, 6))
        {
            return Err(Unregistrable::Unnumbered);
        }
        // Completion certificates are numbered by the site too, so one that only trains may have one.
        if self.site.is_some() && !digits(&self.site, 6) {
            return Err(Unregistrable::Unnumbered);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::Now;
    use chrono::NaiveDate;

    fn school() -> Institution {
        let now = Now::beijing(NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(), 9, 0);
        Institution {
            id: InstitutionId::fresh(now),
            name: "示范职业培训学校".to_owned(),
            name_en: String::new(),
            uscc: Uscc::read("52150900MJ00000015").unwrap(),
            region: RegionCode::read("150902").unwrap(),
            trains: true,
            assesses: false,
            letter: None,
            filing_code: None,
            site: None,
            licence: "人社民1509004000018号".to_owned(),
        }
    }

    #[test]
    fn each_role_shows_its_own_papers() {
        assert_eq!(school().may_be_registered(), Ok(()));
        let bare = Institution {
            licence: String::new(),
            ..school()
        };
        assert_eq!(bare.may_be_registered(), Err(Unregistrable::Unlicensed));
        let none = Institution {
            trains: false,
            ..school()
        };
        assert_eq!(none.may_be_registered(), Err(Unregistrable::Roleless));
        let nameless = Institution {
            name: " ".to_owned(),
            ..school()
        };
        assert_eq!(nameless.may_be_registered(), Err(Unregistrable::Nameless));
        let assessing = Institution {
            assesses: true,
            ..school()
        };
        assert_eq!(
            assessing.may_be_registered(),
            Err(Unregistrable::Unnumbered)
        );
        let numbered = Institution {
            letter: Some(IssuerClass::Social),
            filing_code: Some("0000".to_owned()),
            site: Some("090001".to_owned()),
            ..assessing
        };
        assert_eq!(numbered.may_be_registered(), Ok(()));
        let letters = Institution {
            site: Some("09000A".to_owned()),
            ..numbered
        };
        assert_eq!(letters.may_be_registered(), Err(Unregistrable::Unnumbered));
    }
    #[test]
    fn an_amendment_adds_and_does_not_take_away() {
        let school = school();
        let both = Institution {
            assesses: true,
            letter: Some(IssuerClass::Social),
            filing_code: Some("0000".to_owned()),
            site: Some("090001".to_owned()),
            ..school.clone()
        };
        assert_eq!(school.may_become(&both), Ok(()));
        assert_eq!(both.may_become(&school), Err(Unregistrable::RoleHeld));
        let renumbered = Institution {
            site: Some("090002".to_owned()),
            ..both.clone()
        };
        assert_eq!(
            both.may_become(&renumbered),
            Err(Unregistrable::NumberFixed)
        );
        let unlicensed = Institution {
            licence: String::new(),
            ..school.clone()
        };
        assert_eq!(
            school.may_become(&unlicensed),
            Err(Unregistrable::Unlicensed)
        );
    }
}
