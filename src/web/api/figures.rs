//! 统计接口: the figures of a region as of a day.

use crate::acts::figures;
use crate::domain::account::Overseer;
use crate::web::api::denials::Reading;
use crate::web::desk::Desk;
use crate::web::figures::Asked;
use crate::web::refusal::No;
use rocket::State;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// One indicator.
#[derive(Serialize, ToSchema)]
pub struct FigureOut {
    /// 指标, e.g. `employ`.
    indicator: &'static str,
    /// 人次
    times: i64,
    /// 人数
    heads: i64,
    /// 人数 of the cut-off's month alone.
    month_heads: i64,
    /// 人数 of the same days a year earlier.
    earlier_heads: i64,
    /// 年度任务, as it stood at the cut-off.
    target: Option<i64>,
}

/// What was paid of one fund.
#[derive(Serialize, ToSchema)]
pub struct FundOut {
    /// 资金, e.g. `disabled`.
    fund: &'static str,
    /// 人次
    times: i64,
    /// 人数
    heads: i64,
    /// In fen.
    fen: i64,
    /// In fen, in the cut-off's month alone.
    month_fen: i64,
    /// In fen, in the same days a year earlier.
    earlier_fen: i64,
}

/// Figures as of a day.
#[derive(Serialize, ToSchema)]
pub struct FiguresOut {
    /// The first day that counts.
    from: String,
    /// The last.
    until: String,
    /// What came on record before this counts; RFC 3339.
    known: String,
    /// 行政区划代码
    region: String,
    /// Every indicator.
    rows: Vec<FigureOut>,
    /// 补贴资金: every fund.
    money: Vec<FundOut>,
    /// How many entries came on record later about these days; they change nothing here.
    corrected_since: usize,
}

/// Read the figures
///
/// From the year's first day to `to`, as on record at the end of that day, so that the answer is the
/// same for ever.
#[utoipa::path(get, path = "/api/v1/figures", tag = "figures", params(
    ("to" = Option<String>, Query, description = "The last day; today by default"),
    ("region" = Option<String>, Query, description = "行政区划代码; the caller's own by default"),
    ("group" = Option<String>, Query, description = "重点群体, e.g. `G08`"),
    ("training" = Option<String>, Query, description = "培训类别, e.g. `EMPLOY`"),
), responses((status = 200, description = "The figures", body = FiguresOut), Reading))]
#[rocket::get("/api/v1/figures?<asked..>")]
async fn show_figures(
    reader: Overseer,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Json<FiguresOut>, No> {
    let now = desk.now();
    let cut = asked.cut(now.day());
    let all = desk
        .ask(move |registry| figures::overview(registry, &reader, cut, now))
        .await?;
    let [year, month, earlier] = &all.spent;
    let fen = |spent: &figures::Spending, one| spent.get(one).map_or(0, |paid| paid.fen);
    let money = year
        .iter()
        .map(|(one, paid)| FundOut {
            fund: one.as_str(),
            times: paid.times,
            heads: paid.heads,
            fen: paid.fen,
            month_fen: fen(month, one),
            earlier_fen: fen(earlier, one),
        })
        .collect();
    let heads = |figures: &figures::Figures, one| figures.get(one).map_or(0, |count| count.heads);
    Ok(Json(FiguresOut {
        from: all.cut.from.to_string(),
        until: all.cut.until.to_string(),
        known: all.cut.known.and_utc().to_rfc3339(),
        region: all
            .cut
            .region
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        corrected_since: all.since.len(),
        money,
        rows: all
            .year
            .iter()
            .map(|(one, count)| FigureOut {
                indicator: one.as_str(),
                times: count.times,
                heads: count.heads,
                month_heads: heads(&all.month, one),
                earlier_heads: heads(&all.earlier, one),
                target: all.goals.get(one).copied(),
            })
            .collect(),
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show_figures]
}

/// This file's part of the description.
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(show_figures),
    components(schemas(FiguresOut, FigureOut, FundOut))
)]
pub struct Doc;
