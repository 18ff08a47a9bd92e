//! 账号: who may stand at the counter, in which role, over what.
//!
//! An [`Actor`] is whoever signed in. A rule or an act asks for a *person* instead — a [`Clerk`],
//! an [`Officer`] — and a person comes only out of an actor whose role and scope fit, so that a
//! permission, once checked, is a type.

use crate::domain::assessor::AssessorId;
use crate::domain::institution::InstitutionId;
use crate::domain::place::RegionCode;
use serde::{Deserialize, Serialize};

crate::key!(
    /// The key of an account.
    AccountId
);

crate::code!(
    /// 角色: what an account is for. One account, one role.
    Role {
        /// 市级主管干部
        BureauOfficer = "bureau_officer",
        /// 旗县主管干部: sees only her own 旗县.
        CountyOfficer = "county_officer",
        /// 培训机构经办人
        InstitutionClerk = "institution_clerk",
        /// 培训机构签发人
        InstitutionSignatory = "institution_signatory",
        /// 评价机构经办人
        AssessmentClerk = "assessment_clerk",
        /// 评价机构签发人
        AssessmentSignatory = "assessment_signatory",
        /// 考评员
        Assessor = "assessor",
        /// 系统管理员: keeps accounts and settings, sees no person's data.
        Administrator = "administrator",
        /// 审计员: reads everything, changes nothing.
        Auditor = "auditor",
        /// 苏木乡镇（嘎查）工作人员: keeps the ledger of who wants training, of her own 苏木乡镇 only.
        TownshipWorker = "township_worker",
        /// 协同部门: reads of the groups it vouches for, for a purpose it was granted.
        DepartmentReader = "department_reader",
    }
);

/// 范围: over what a role is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "over", content = "code", rename_all = "snake_case")]
pub enum Scope {
    /// The whole registry.
    All,
    /// One region and everything in it.
    Region(RegionCode),
    /// One 嘎查（村） of a township, by its name.
    Village(RegionCode, String),
    /// One institution.
    Institution(InstitutionId),
    /// One assessor: herself.
    Assessor(AssessorId),
}

impl Scope {
    /// Whether a role can be held over this.
    pub fn fits(&self, role: Role) -> bool {
        match role {
            Role::BureauOfficer | Role::Auditor | Role::DepartmentReader => {
                matches!(self, Self::All | Self::Region(_))
            }
            Role::TownshipWorker => matches!(
                self,
                Self::Region(code) | Self::Village(code, _) if code.is_township()
            ),
            Role::CountyOfficer => matches!(self, Self::Region(code) if code.county().is_some()),
            Role::InstitutionClerk
            | Role::InstitutionSignatory
            | Role::AssessmentClerk
            | Role::AssessmentSignatory => matches!(self, Self::Institution(_)),
            Role::Assessor => matches!(self, Self::Assessor(_)),
            Role::Administrator => matches!(self, Self::All),
        }
    }

    /// Whether an institution with its seat there is in this scope.
    pub fn covers(&self, institution: &InstitutionId, seat: &RegionCode) -> bool {
        match self {
            Self::All => true,
            Self::Region(region) | Self::Village(region, _) => seat.is_within(region),
            Self::Institution(own) => own == institution,
            Self::Assessor(_) => false,
        }
    }
}

/// Whoever signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// The name it is kept under.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Over what.
    pub scope: Scope,
}

/// Anyone who acts: whose name goes into the ledger.
pub trait Acting {
    /// The account behind the person.
    fn actor(&self) -> &Actor;
}

impl Acting for Actor {
    fn actor(&self) -> &Actor {
        self
    }
}

/// Declares a person: an actor whose role is one of these and whose scope fits it.
macro_rules! person {
    ($(#[$doc:meta])* $name:ident: $($role:ident)|+) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(Actor);

        impl $name {
            /// The person this actor is; none when the role or its scope is another.
            pub fn of(actor: Actor) -> Option<Self> {
                (matches!(actor.role, $(Role::$role)|+) && actor.scope.fits(actor.role)).then_some(Self(actor))
            }

            /// The account behind the person.
            pub fn actor(&self) -> &Actor {
                &self.0
            }
        }

        impl Acting for $name {
            fn actor(&self) -> &Actor {
                &self.0
            }
        }
    };
}

/// Gives a person of one institution its accessor.
macro_rules! of_institution {
    ($($name:ident),+) => {$(
        impl $name {
            /// The institution she acts for.
            pub fn institution(&self) -> &InstitutionId {
                match &self.0.scope {
                    Scope::Institution(id) => id,
                    _ => unreachable!("the constructor takes only an institution's people"),
                }
            }
        }
    )+};
}

/// Gives a person who oversees a region her accessors.
macro_rules! of_region {
    ($($name:ident),+) => {$(
        impl $name {
            /// The region she oversees; none when it is the whole registry.
            pub fn region(&self) -> Option<&RegionCode> {
                match &self.0.scope {
                    Scope::Region(code) | Scope::Village(code, _) => Some(code),
                    _ => None,
                }
            }

            /// The 嘎查（村） she is held to; none when it is the whole region.
            pub fn village(&self) -> Option<&str> {
                match &self.0.scope {
                    Scope::Village(_, village) => Some(village),
                    _ => None,
                }
            }

            /// Whether this place is hers to oversee.
            pub fn oversees(&self, place: &RegionCode) -> bool {
                self.region().is_none_or(|region| place.is_within(region))
            }
        }
    )+};
}

person!(
    /// 主管干部: an officer of the city's or a county's bureau.
    Officer: BureauOfficer | CountyOfficer
);
person!(
    /// 市级主管干部: files institutions and their scope, keeps the list of trades in demand.
    BureauOfficer: BureauOfficer
);
person!(
    /// 密钥管理人: makes issuers' keys anew, puts them aside, says that one was lost to others.
    KeyKeeper: BureauOfficer
);
person!(
    /// 密钥查看人: who may see issuers' keys: the bureau, an auditor, and a signatory those of her
    /// own organisation.
    KeyReader: BureauOfficer | InstitutionSignatory | AssessmentSignatory | Auditor
);
person!(
    /// 培训机构经办人: drafts classes, uploads rosters, marks attendance.
    Clerk: InstitutionClerk
);
person!(
    /// 培训机构签发人: issues completion certificates.
    Signatory: InstitutionSignatory
);
person!(
    /// 培训机构人员: a clerk or the signatory; for what both may see.
    InstitutionStaff: InstitutionClerk | InstitutionSignatory
);
person!(
    /// 评价机构经办人: plans sittings, publishes results.
    AssessmentClerk: AssessmentClerk
);
person!(
    /// 评价机构签发人: issues and revokes level certificates.
    AssessmentSignatory: AssessmentSignatory
);
person!(
    /// 评价机构人员: a clerk or the signatory; for what both may see.
    AssessmentStaff: AssessmentClerk | AssessmentSignatory
);
person!(
    /// 当班考评员: an assessor at her own page.
    OnDuty: Assessor
);
person!(
    /// 系统管理员
    Administrator: Administrator
);
person!(
    /// 审计员
    Auditor: Auditor
);
person!(
    /// 签发人 of either kind: issues, replaces, and proposes to revoke the certificates of her kind.
    Issuer: InstitutionSignatory | AssessmentSignatory
);
person!(
    /// 复核人: whoever may confirm, as the second person, that a certificate is revoked: another
    /// signatory of the institution, or the bureau.
    Confirmer: InstitutionSignatory | AssessmentSignatory | BureauOfficer
);
person!(
    /// 窗口经办人: a clerk of either kind of institution; gives holders their one-time codes.
    CounterClerk: InstitutionClerk | AssessmentClerk
);
person!(
    /// 阅卷人: who may read the records of institutions: officers of the bureau, auditors, and an
    /// institution's own people. What she sees of one depends on [`Reader::sees`].
    Reader: BureauOfficer | CountyOfficer | InstitutionClerk | InstitutionSignatory
        | AssessmentClerk | AssessmentSignatory | Auditor
);
person!(
    /// 培训查看人: whoever may read the records of training: officers, the institution's own staff,
    /// an auditor.
    TrainingReader: BureauOfficer | CountyOfficer | InstitutionClerk | InstitutionSignatory | Auditor
);
person!(
    /// 评价查阅人: who may read sittings: the assessment organisation's own people, assessors on the
    /// panel, officers of the bureau, auditors.
    SittingReader: BureauOfficer | CountyOfficer | AssessmentClerk | AssessmentSignatory | Assessor
        | Auditor
);
person!(
    /// 评价复核人: who may read what a sitting came to. Not the assessors: each marks without knowing
    /// what the others gave.
    SittingReviewer: BureauOfficer | CountyOfficer | AssessmentClerk | AssessmentSignatory | Auditor
);
person!(
    /// 照片经办人: who takes in photographs: the clerks of those who teach and of those who assess.
    FaceKeeper: InstitutionClerk | AssessmentClerk
);
person!(
    /// 认人者: whoever must recognise a trainee or a candidate by her face.
    FaceReader: InstitutionClerk | InstitutionSignatory | AssessmentClerk | AssessmentSignatory
        | Assessor
);
person!(
    /// 回访人: who may record what became of a trainee: her school, and officers who call back or
    /// hold a department's list.
    Follower: BureauOfficer | CountyOfficer | InstitutionClerk
);
person!(
    /// 监管人: whoever oversees or audits, each in her own region: figures down to the people behind
    /// them, red flags, draws.
    Overseer: BureauOfficer | CountyOfficer | Auditor
);

person!(
    /// 台账查看人: whoever oversees, keeps accounts or audits; each within her scope.
    LedgerReader: BureauOfficer | CountyOfficer | Administrator | Auditor
);
person!(
    /// 底数查看人: whoever may see who of her region wants training and what became of them.
    BaseReader: BureauOfficer | CountyOfficer | TownshipWorker | Auditor
);
person!(
    /// 底数登记人: whoever writes down who wants training, and that she was contacted.
    BaseKeeper: BureauOfficer | CountyOfficer | TownshipWorker
);
person!(
    /// 协同部门: a department at its own people.
    DepartmentReader: DepartmentReader
);
person!(
    /// 比对人: whoever may compare a list with the registry: officers with their region's people, a
    /// department with those of the groups it was granted.
    Comparer: BureauOfficer | CountyOfficer | DepartmentReader
);
person!(
    /// Anyone signed in. What she sees of an institution depends on [`Viewer::sees`].
    Viewer: BureauOfficer | CountyOfficer | InstitutionClerk | InstitutionSignatory
        | AssessmentClerk | AssessmentSignatory | Assessor | Administrator | Auditor
        | TownshipWorker | DepartmentReader
);

of_institution!(
    Clerk,
    Signatory,
    InstitutionStaff,
    AssessmentClerk,
    AssessmentSignatory,
    AssessmentStaff,
    Issuer
);
of_region!(
    Officer,
    BureauOfficer,
    Auditor,
    Overseer,
    BaseReader,
    BaseKeeper,
    DepartmentReader,
    Comparer
);

impl OnDuty {
    /// The assessor she is.
    pub fn assessor(&self) -> &AssessorId {
        match &self.0.scope {
            Scope::Assessor(id) => id,
            _ => unreachable!("the constructor takes only an assessor's account"),
        }
    }
}

impl Reader {
    /// Whether the records of an institution with its seat there are hers to see.
    pub fn sees(&self, institution: &InstitutionId, seat: &RegionCode) -> bool {
        self.0.scope.covers(institution, seat)
    }

    /// Whether she is one of an institution's own people.
    pub fn is_of_institution(&self) -> bool {
        matches!(self.0.scope, Scope::Institution(_))
    }
}

impl Viewer {
    /// Whether the records of an institution with its seat there are hers to see.
    ///
    /// An administrator keeps accounts, not records, and neither a township nor a department is shown
    /// institutions' files: they see none, whatever their scope.
    pub fn sees(&self, institution: &InstitutionId, seat: &RegionCode) -> bool {
        !keeps_no_records(self.0.role) && self.0.scope.covers(institution, seat)
    }
}

/// Whether a role is shown nothing of institutions' records, nor of people through them.
pub fn keeps_no_records(role: Role) -> bool {
    matches!(
        role,
        Role::Administrator | Role::TownshipWorker | Role::DepartmentReader
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::Now;
    use chrono::NaiveDate;

    fn now() -> Now {
        Now::beijing(NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(), 9, 0)
    }

    fn actor(role: Role, scope: Scope) -> Actor {
        Actor {
            account: AccountId::fresh(now()),
            name: "赵".to_owned(),
            role,
            scope,
        }
    }

    fn region(code: &str) -> RegionCode {
        RegionCode::read(code).unwrap()
    }

    #[test]
    fn a_role_fits_only_its_own_kind_of_scope() {
        let scopes = [
            Scope::All,
            Scope::Region(region("150900")),
            Scope::Region(region("150902")),
            Scope::Institution(InstitutionId::fresh(now())),
            Scope::Assessor(AssessorId::fresh(now())),
            Scope::Region(region("150902105")),
        ];
        for (role, fits) in [
            (Role::BureauOfficer, [true, true, true, false, false, true]),
            (
                Role::CountyOfficer,
                [false, false, true, false, false, true],
            ),
            (
                Role::InstitutionClerk,
                [false, false, false, true, false, false],
            ),
            (
                Role::InstitutionSignatory,
                [false, false, false, true, false, false],
            ),
            (
                Role::AssessmentClerk,
                [false, false, false, true, false, false],
            ),
            (
                Role::AssessmentSignatory,
                [false, false, false, true, false, false],
            ),
            (Role::Assessor, [false, false, false, false, true, false]),
            (
                Role::Administrator,
                [true, false, false, false, false, false],
            ),
            (Role::Auditor, [true, true, true, false, false, true]),
            (
                Role::TownshipWorker,
                [false, false, false, false, false, true],
            ),
            (
                Role::DepartmentReader,
                [true, true, true, false, false, true],
            ),
        ] {
            for (scope, fits) in scopes.iter().zip(fits) {
                assert_eq!(scope.fits(role), fits, "{role} over {scope:?}");
                assert_eq!(Viewer::of(actor(role, scope.clone())).is_some(), fits);
            }
        }
    }

    #[test]
    fn only_a_township_worker_is_held_to_a_village() {
        let village = Scope::Village(region("150902105"), "大河湾嘎查".to_owned());
        for role in Role::ALL {
            let may = *role == Role::TownshipWorker;
            assert_eq!(village.fits(*role), may, "{role}");
        }
        let county = Scope::Village(region("150902"), "大河湾嘎查".to_owned());
        assert!(!county.fits(Role::TownshipWorker));
        let keeper = BaseKeeper::of(actor(Role::TownshipWorker, village)).unwrap();
        assert_eq!(keeper.village(), Some("大河湾嘎查"));
        assert_eq!(keeper.region(), Some(&region("150902105")));
    }

    #[test]
    fn each_person_comes_out_of_her_own_roles_only() {
        for role in Role::ALL {
            let scope = match role {
                Role::BureauOfficer
                | Role::Administrator
                | Role::Auditor
                | Role::DepartmentReader => Scope::All,
                Role::TownshipWorker => Scope::Region(region("150902105")),
                Role::CountyOfficer => Scope::Region(region("150902")),
                Role::Assessor => Scope::Assessor(AssessorId::fresh(now())),
                _ => Scope::Institution(InstitutionId::fresh(now())),
            };
            let a = || actor(*role, scope.clone());
            let is = |roles: &[Role]| roles.contains(role);
            assert_eq!(
                Officer::of(a()).is_some(),
                is(&[Role::BureauOfficer, Role::CountyOfficer])
            );
            assert_eq!(BureauOfficer::of(a()).is_some(), is(&[Role::BureauOfficer]));
            assert_eq!(Clerk::of(a()).is_some(), is(&[Role::InstitutionClerk]));
            assert_eq!(
                Signatory::of(a()).is_some(),
                is(&[Role::InstitutionSignatory])
            );
            assert_eq!(
                AssessmentClerk::of(a()).is_some(),
                is(&[Role::AssessmentClerk])
            );
            assert_eq!(
                AssessmentSignatory::of(a()).is_some(),
                is(&[Role::AssessmentSignatory])
            );
            assert_eq!(OnDuty::of(a()).is_some(), is(&[Role::Assessor]));
            assert_eq!(Administrator::of(a()).is_some(), is(&[Role::Administrator]));
            assert_eq!(Auditor::of(a()).is_some(), is(&[Role::Auditor]));
            assert_eq!(
                BaseKeeper::of(a()).is_some(),
                is(&[
                    Role::BureauOfficer,
                    Role::CountyOfficer,
                    Role::TownshipWorker
                ])
            );
            assert_eq!(
                DepartmentReader::of(a()).is_some(),
                is(&[Role::DepartmentReader])
            );
        }
    }

    #[test]
    fn a_county_officer_oversees_her_county_only() {
        let officer =
            Officer::of(actor(Role::CountyOfficer, Scope::Region(region("150902")))).unwrap();
        assert!(officer.oversees(&region("150902")));
        assert!(officer.oversees(&region("150902001")));
        assert!(!officer.oversees(&region("150921")));
        assert!(!officer.oversees(&region("150900")));
    }

    #[test]
    fn a_viewer_sees_what_her_scope_covers() {
        let own = InstitutionId::fresh(now());
        let other = InstitutionId::fresh(now());
        let clerk = Viewer::of(actor(
            Role::InstitutionClerk,
            Scope::Institution(own.clone()),
        ))
        .unwrap();
        assert!(clerk.sees(&own, &region("150902")));
        assert!(!clerk.sees(&other, &region("150902")));
        let keeper = Viewer::of(actor(Role::Administrator, Scope::All)).unwrap();
        assert!(!keeper.sees(&own, &region("150902")));
        let auditor = Viewer::of(actor(Role::Auditor, Scope::All)).unwrap();
        assert!(auditor.sees(&other, &region("150921")));
    }
}
