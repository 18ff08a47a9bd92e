//! 统计接口: the figures of a region as of a day.

use crate::acts::{enterprises, figures};
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
    ("to" = Option<NaiveDate>, Query, description = "The last day; today by default"),
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

/// One class that trains for an enterprise.
#[derive(Serialize, ToSchema)]
pub struct CooperationOut {
    /// 合作企业
    enterprise: String,
    /// 统一社会信用代码
    uscc: String,
    /// The class's key.
    class: String,
    /// 班期名称
    name: String,
    /// The institution's name.
    institution: String,
    /// 培训类别, e.g. `ORDER`.
    training: String,
    /// Who began it.
    trainees: i64,
    /// Who completed it.
    finished: i64,
    /// Of these, those of whom it is known what became.
    known: i64,
    /// Of these, those employed at the enterprise.
    employed: i64,
}

/// 订单定向定岗 in all training, and classes that train for an enterprise.
#[derive(Serialize, ToSchema)]
pub struct CooperationsOut {
    /// The first day that counts.
    from: String,
    /// The last.
    until: String,
    /// What came on record before this counts; RFC 3339.
    known: String,
    /// 行政区划代码
    region: String,
    /// 人次 who completed order-based training.
    order: i64,
    /// 人次 who completed training of any kind.
    trained: i64,
    /// Classes that began or ended in these days.
    rows: Vec<CooperationOut>,
}

/// Read what enterprises had trained
///
/// How much of training has an employer waiting, and, class by class, how many she took on. As on
/// record at the end of `to`, like every figure.
#[utoipa::path(get, path = "/api/v1/figures/enterprises", tag = "figures", params(
    ("to" = Option<NaiveDate>, Query, description = "The last day; today by default"),
    ("region" = Option<String>, Query, description = "行政区划代码; the caller's own by default"),
), responses((status = 200, description = "The share and the classes", body = CooperationsOut), Reading))]
#[rocket::get("/api/v1/figures/enterprises?<asked..>")]
async fn show_cooperations(
    reader: Overseer,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Json<CooperationsOut>, No> {
    let cut = asked.cut(desk.now().day());
    let it = desk
        .ask(move |registry| enterprises::cooperations(registry, &reader, cut))
        .await?;
    Ok(Json(CooperationsOut {
        from: it.cut.from.to_string(),
        until: it.cut.until.to_string(),
        known: it.cut.known.and_utc().to_rfc3339(),
        region: it
            .cut
            .region
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        order: it.order.times,
        trained: it.trained.times,
        rows: it
            .classes
            .into_iter()
            .map(|one| CooperationOut {
                enterprise: one.enterprise,
                uscc: one.uscc,
                class: one.class,
                name: one.class_name,
                institution: one.house,
                training: one.training,
                trainees: one.trainees,
                finished: one.finished,
                known: one.known,
                employed: one.employed,
            })
            .collect(),
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show_figures, show_cooperations]
}

/// This file's part of the description.
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(show_figures, show_cooperations),
    components(schemas(FiguresOut, FigureOut, FundOut, CooperationsOut, CooperationOut))
)]
pub struct Doc;
