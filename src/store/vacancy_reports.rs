//! 岗位自报: what employers reported, which of it waits, and what officers said of it.

use crate::domain::account::AccountId;
use crate::domain::employer::EmployerId;
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::uscc::Uscc;
use crate::domain::vacancy::{VacancyId, VacancyListId};
use crate::domain::vacancy_report::{ReportVerdict, VacancyReportId};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{open_vacancy_reports, vacancy_report_ends, vacancy_reports};
use crate::store::{Conn, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// One report as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = vacancy_reports, treat_none_as_default_value = false)]
pub struct VacancyReport {
    /// Its key.
    pub id: VacancyReportId,
    /// What it came in with.
    pub list: VacancyListId,
    /// Whose token brought it.
    pub employer: EmployerId,
    /// 单位名称, as the token was granted for.
    pub name: String,
    /// 统一社会信用代码, as the token was granted for.
    pub uscc: Uscc,
    /// Where the work is.
    pub region: RegionCode,
    /// The trade.
    pub occupation: OccupationCode,
    /// The first day of the month.
    pub month: NaiveDate,
    /// For how many.
    pub posts: i64,
    /// When it came in, in UTC.
    pub at: NaiveDateTime,
}

/// What an officer said of one.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = vacancy_report_ends, treat_none_as_default_value = false)]
pub struct ReportEnd {
    /// Of which.
    pub report: VacancyReportId,
    /// What.
    pub verdict: ReportVerdict,
    /// The vacancy a confirmed one became.
    pub vacancy: Option<VacancyId>,
    /// Why; may be empty for a confirmed one.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps a report; it waits in place of an earlier one for the same place, trade and month.
pub fn add(db: &mut Conn, report: &VacancyReport) -> Found<()> {
    on!(db, c => diesel::insert_into(vacancy_reports::table).values(report).execute(c))?;
    on!(db, c => diesel::delete(open_vacancy_reports::table)
        .filter(open_vacancy_reports::uscc.eq(&report.uscc))
        .filter(open_vacancy_reports::region.eq(&report.region))
        .filter(open_vacancy_reports::occupation.eq(&report.occupation))
        .filter(open_vacancy_reports::month.eq(report.month)).execute(c))?;
    on!(db, c => diesel::insert_into(open_vacancy_reports::table).values((
        open_vacancy_reports::uscc.eq(&report.uscc),
        open_vacancy_reports::region.eq(&report.region),
        open_vacancy_reports::occupation.eq(&report.occupation),
        open_vacancy_reports::month.eq(report.month),
        open_vacancy_reports::report.eq(&report.id))).execute(c))?;
    Ok(())
}

/// What an employer said last for a place, a trade and a month, and what was said of it.
pub fn last(
    db: &mut Conn,
    uscc: &Uscc,
    (region, occupation, month): (&RegionCode, &OccupationCode, NaiveDate),
) -> Found<Option<(VacancyReport, Option<ReportVerdict>)>> {
    Ok(
        on!(db, c => vacancy_reports::table.left_join(vacancy_report_ends::table)
        .filter(vacancy_reports::uscc.eq(uscc)).filter(vacancy_reports::region.eq(region))
        .filter(vacancy_reports::occupation.eq(occupation)).filter(vacancy_reports::month.eq(month))
        .order(vacancy_reports::id.desc())
        .select((VacancyReport::as_select(), vacancy_report_ends::verdict.nullable()))
        .first(c).optional())?,
    )
}

/// How many reports of an employer wait.
pub fn waiting_of(db: &mut Conn, uscc: &Uscc) -> Found<i64> {
    Ok(on!(db, c => open_vacancy_reports::table
        .filter(open_vacancy_reports::uscc.eq(uscc)).count().get_result(c))?)
}

/// What waits in a region, the oldest first.
pub fn waiting(db: &mut Conn, region: &RegionCode, window: Window) -> Found<Slice<VacancyReport>> {
    let region = pattern::beginning(region.prefix());
    let total = on!(db, c => open_vacancy_reports::table
        .filter(open_vacancy_reports::region.like(&region).escape('\\'))
        .count().get_result::<i64>(c))?;
    let rows = on!(db, c => open_vacancy_reports::table.inner_join(vacancy_reports::table)
        .filter(open_vacancy_reports::region.like(&region).escape('\\'))
        .order(vacancy_reports::id).offset(window.offset()).limit(window.limit())
        .select(VacancyReport::as_select()).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// One that waits.
pub fn open(db: &mut Conn, id: &VacancyReportId) -> Found<VacancyReport> {
    Ok(
        on!(db, c => open_vacancy_reports::table.inner_join(vacancy_reports::table)
        .filter(vacancy_reports::id.eq(id)).select(VacancyReport::as_select()).first(c))?,
    )
}

/// Keeps what was said of one; it waits no longer.
pub fn end(db: &mut Conn, end: &ReportEnd) -> Found<()> {
    on!(db, c => diesel::insert_into(vacancy_report_ends::table).values(end).execute(c))?;
    on!(db, c => diesel::delete(open_vacancy_reports::table)
        .filter(open_vacancy_reports::report.eq(&end.report)).execute(c))?;
    Ok(())
}

/// What an employer reported, the newest first: what was said of each, and whether it waits.
pub fn of_employer(
    db: &mut Conn,
    uscc: &Uscc,
    most: i64,
) -> Found<Vec<(VacancyReport, Option<ReportEnd>, bool)>> {
    type Row = (VacancyReport, Option<ReportEnd>, Option<String>);
    let rows: Vec<Row> = on!(db, c => vacancy_reports::table
        .left_join(vacancy_report_ends::table)
        .left_join(open_vacancy_reports::table)
        .filter(vacancy_reports::uscc.eq(uscc))
        .order(vacancy_reports::id.desc()).limit(most)
        .select((VacancyReport::as_select(), Option::<ReportEnd>::as_select(),
            open_vacancy_reports::uscc.nullable()))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(report, end, waits)| (report, end, waits.is_some()))
        .collect())
}
