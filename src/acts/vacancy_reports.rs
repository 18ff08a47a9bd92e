//! 岗位自报: an employer reports with her token, an officer of the county confirms or refuses.

use crate::acts::{Done, Error, Registry, employers, figures};
use crate::domain::account::{Officer, Overseer};
use crate::domain::deed::Deed;
use crate::domain::employer::EmployerState;
use crate::domain::figure::Cut;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::vacancy::{VacancyId, VacancyListId};
use crate::domain::vacancy_report::{
    self, MOST, Opening, REASON, ReportState, ReportVerdict, VacancyReportId,
};
use crate::domain::wording;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::store::employers::Employer;
use crate::store::vacancies::{self, Vacancy};
pub use crate::store::vacancy_reports::VacancyReport;
use crate::store::vacancy_reports::{self as reports, ReportEnd};
use crate::store::{Failure, employers as houses, ledger};

/// What the registry notes as the source of what employers report themselves.
pub const ORIGIN: &str = "单位自报";

/// What a report came to.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The key of what came in together; none when it said nothing new.
    pub list: Option<VacancyListId>,
    /// Lines that wait for an officer now.
    pub kept: usize,
    /// Lines that say what she said before.
    pub same: usize,
}

/// An employer reports whom she looks for: all of it or nothing. Said again it is not kept again,
/// so that a program that never heard the answer may ask once more.
pub fn report(registry: &Registry, token: &str, openings: &[Opening], now: Now) -> Done<Reported> {
    let known = employers::bearer(registry, token)?;
    if openings.is_empty() || openings.len() > MOST {
        return Err(Refusal::new("vacancy.list-unlikely")
            .at("pasted")
            .with(MOST)
            .into());
    }
    for opening in openings {
        opening
            .may_be_kept(now.day())
            .map_err(|unfit| unfit.refusal())?;
    }
    registry.store.write(|db| {
        // looked at again within the transaction: it may have been taken back meanwhile
        let employer = houses::of(db, &known)?;
        if employer.state != EmployerState::Collected {
            return Err(Refusal::new("employer.token-unknown").at("token").into());
        }
        let list = VacancyListId::fresh(now);
        let mut kept = Vec::new();
        for opening in openings {
            let place = (&opening.region, &opening.occupation, opening.month);
            let last = reports::last(db, &employer.uscc, place)?;
            let is_said = last.is_some_and(|(last, verdict)| {
                last.posts == opening.posts && verdict != Some(ReportVerdict::Refused)
            });
            if is_said {
                continue;
            }
            let report = VacancyReport {
                id: VacancyReportId::fresh(now),
                list: list.clone(),
                employer: employer.id.clone(),
                name: employer.name.clone(),
                uscc: employer.uscc.clone(),
                region: opening.region.clone(),
                occupation: opening.occupation.clone(),
                month: opening.month,
                posts: opening.posts,
                at: now.utc(),
            };
            reports::add(db, &report)?;
            kept.push(report);
        }
        vacancy_report::may_wait(reports::waiting_of(db, &employer.uscc)?, 0)?;
        if !kept.is_empty() {
            let posts: i64 = kept.iter().map(|report| report.posts).sum();
            let facts = [
                ("employer", employer.id.as_str()),
                ("uscc", employer.uscc.as_str()),
                ("lines", &*kept.len().to_string()),
                ("posts", &*posts.to_string()),
            ];
            let deed = Deed::VacanciesReported;
            ledger::enter_for_nobody(db, &employer.name, deed, None, &list, &facts, now)?;
        }
        Ok(Reported {
            same: openings.len() - kept.len(),
            list: (!kept.is_empty()).then_some(list),
            kept: kept.len(),
        })
    })
}

/// One report as its employer is told it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The report.
    pub report: VacancyReport,
    /// How it stands.
    pub state: ReportState,
    /// Why, where an officer said.
    pub reason: String,
}

/// How many of an employer's reports she is shown.
const SHOWN: i64 = 200;

/// What an employer reported, the newest first.
pub fn of_employer(registry: &Registry, token: &str) -> Done<(Employer, Vec<Standing>)> {
    let known = employers::bearer(registry, token)?;
    registry.store.read(|db| {
        let employer = houses::of(db, &known)?;
        let rows = reports::of_employer(db, &employer.uscc, SHOWN)?;
        let standings = rows
            .into_iter()
            .map(|(report, end, waits)| Standing {
                state: match end.as_ref().map(|end| end.verdict) {
                    Some(ReportVerdict::Confirmed) => ReportState::Confirmed,
                    Some(ReportVerdict::Refused) => ReportState::Refused,
                    None if waits => ReportState::Waiting,
                    None => ReportState::Superseded,
                },
                reason: end.map(|end| end.reason).unwrap_or_default(),
                report,
            })
            .collect();
        Ok((employer, standings))
    })
}

/// What waits in the reader's region or a part of it.
pub fn waiting(
    registry: &Registry,
    reader: &Overseer,
    region: Option<RegionCode>,
    window: Window,
) -> Done<Slice<VacancyReport>> {
    let mut cut = Cut::of_year(chrono::NaiveDate::default());
    cut.region = region;
    let cut = figures::held(reader, cut)?;
    let region = cut.region.unwrap_or_else(|| figures::home_of(reader));
    Ok(registry
        .store
        .read(|db| reports::waiting(db, &region, window))?)
}

/// An officer confirms or refuses reports of her own region: all of them or none. Confirmed, each
/// is a vacancy from now on.
pub fn decide(
    registry: &Registry,
    officer: &Officer,
    ids: &[VacancyReportId],
    (verdict, reason): (ReportVerdict, &str),
    now: Now,
) -> Done<usize> {
    if ids.is_empty() {
        return Err(Refusal::new("vacancy_report.none-chosen").at("ids").into());
    }
    let reason = wording::brief("reason", reason, REASON)?;
    if verdict == ReportVerdict::Refused && reason.is_empty() {
        return Err(Refusal::new("field.blank").at("reason").into());
    }
    let by = &officer.actor().account;
    registry.store.write(|db| {
        for id in ids {
            let report = match reports::open(db, id) {
                Ok(report) => report,
                Err(Failure::Missing) => {
                    return Err(Refusal::new("vacancy_report.not-waiting").at("ids").into());
                }
                Err(other) => return Err(other.into()),
            };
            if !officer.oversees(&report.region) {
                return Err(Error::NotFound);
            }
            let vacancy = (verdict == ReportVerdict::Confirmed).then(|| Vacancy {
                id: VacancyId::fresh(now),
                list: report.list.clone(),
                region: report.region.clone(),
                occupation: report.occupation.clone(),
                month: report.month,
                employer: report.name.clone(),
                uscc: report.uscc.to_string(),
                posts: report.posts,
                origin: ORIGIN.to_owned(),
                at: now.utc(),
                by: by.clone(),
            });
            if let Some(vacancy) = &vacancy {
                vacancies::add(db, std::slice::from_ref(vacancy))?;
            }
            let end = ReportEnd {
                report: id.clone(),
                verdict,
                vacancy: vacancy.map(|vacancy| vacancy.id),
                reason: reason.clone(),
                at: now.utc(),
                by: by.clone(),
            };
            reports::end(db, &end)?;
            let facts = [
                ("uscc", report.uscc.as_str()),
                ("occupation", report.occupation.as_str()),
                ("posts", &*report.posts.to_string()),
                ("reason", reason.as_str()),
            ];
            let deed = match verdict {
                ReportVerdict::Confirmed => Deed::VacancyReportConfirmed,
                ReportVerdict::Refused => Deed::VacancyReportRefused,
            };
            ledger::enter(db, officer.actor(), deed, None, id, &facts, now)?;
        }
        Ok(ids.len())
    })
}
