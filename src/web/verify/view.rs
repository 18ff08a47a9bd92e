//! 核验结果: the verdict on one certificate, as the public sees it.
//!
//! Rules of the page: nothing of the certificate stands above or before the verdict; the verdict is
//! told by shape, word and colour; it is in the HTML, no script needed; what cannot be checked is
//! never shown as false, and what was not found is never called forged.

use crate::ground::clock::Now;
use crate::seal::finding::Light;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::parts::{Pair, Way};
use crate::web::verify::certified::{Certified, Check, Revoked, Subject, Suspended};
use crate::web::verify::verdict::Verdict;
use crate::web::words::{Lang, Words};
use askama::Template;
use chrono::NaiveDate;

/// The page.
#[derive(Template, Debug)]
#[template(path = "verify/show.html")]
pub struct Show {
    /// The frame; its title is the verdict.
    pub f: Frame,
    /// The verdict.
    pub verdict: Verdict,
    /// What to do with it, in a sentence; may be empty.
    pub advice: String,
    /// When it was checked.
    pub when: String,
    /// What the register says, when there is such a certificate.
    pub certified: Option<Certified>,
    /// Why it was revoked, when it was.
    pub revoked: Option<Revoked>,
    /// Since when and why it is suspended, when it is.
    pub suspended: Option<Suspended>,
    /// Since when it counts again, after a revocation that was wrong.
    pub restored: Option<NaiveDate>,
    /// Where the chain behind it is told; empty when there is none to tell.
    pub provenance: String,
    /// The newer certificate that replaced it.
    pub newer: Option<Way>,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// For those who check for themselves: lines of `name value`.
    pub technical: Vec<(String, String)>,
    /// The form to try again with, its code kept.
    pub form: Filled,
    /// The public address of this page, for the print.
    pub address: String,
    /// Where another is verified.
    pub another: &'static str,
}

impl Show {
    /// Where programs find this certificate; empty where nothing of it is shown as fact.
    pub fn credential(&self) -> String {
        match self.address.rsplit_once("/v/") {
            Some((_, token)) if self.certified.is_some() => format!("/credentials/{token}"),
            _ => String::new(),
        }
    }

    /// The page of a verdict; the rest is added by the functions below.
    pub fn of(f: Frame, verdict: Verdict, now: Now) -> Self {
        let w = f.w;
        let f = f.titled(w.c("verdict", verdict.code()));
        let advice = w.c("verdict_advice", verdict.code()).to_owned();
        Self {
            f,
            verdict,
            advice,
            when: w.moment(now.utc()),
            certified: None,
            revoked: None,
            suspended: None,
            restored: None,
            provenance: String::new(),
            newer: None,
            checks: Vec::new(),
            technical: Vec::new(),
            form: Filled::blank(),
            address: String::new(),
            another: "/verify",
        }
    }

    /// No such certificate: the code as typed.
    pub fn not_found(f: Frame, typed: &str, now: Now) -> Self {
        let advice = f.w.f("verify.show.not_found", &[&typed]);
        Self {
            advice,
            form: Filled::blank().with("code", typed),
            ..Self::of(f, Verdict::NotFound, now)
        }
    }

    /// Not a complete code: what was typed, and the first character no code has, if that is why.
    pub fn malformed(f: Frame, typed: &str, impossible: Option<char>, now: Now) -> Self {
        let advice = match impossible {
            Some(c) => f.w.f("verify.show.impossible", &[&c]),
            None => f.w.f(
                "verify.show.incomplete",
                &[&typed.chars().filter(|c| c.is_alphanumeric()).count()],
            ),
        };
        Self {
            advice,
            form: Filled::blank().with("code", typed),
            ..Self::of(f, Verdict::Malformed, now)
        }
    }

    /// A certificate's number with places missing or too many.
    pub fn short_number(f: Frame, typed: &str, places: usize, now: Now) -> Self {
        Self {
            advice: f.w.f("verify.show.short_number", &[&places]),
            form: Filled::blank().with("code", typed),
            ..Self::of(f, Verdict::Malformed, now)
        }
    }

    /// Some other system's code: its text, which is shown and never linked.
    pub fn not_ours(f: Frame, typed: &str, now: Now) -> Self {
        Self {
            advice: f.w.f("verify.show.not_ours", &[&typed]),
            ..Self::of(f, Verdict::NotOurs, now)
        }
    }

    /// Checked without a network: what the signed code says, against a list of this time.
    pub fn offline(f: Frame, certified: Certified, list_of: &str, now: Now) -> Self {
        Self {
            advice: f.w.f("verify.show.offline", &[&list_of]),
            certified: Some(certified),
            ..Self::of(f, Verdict::Offline, now)
        }
    }

    /// The verdict's name in the other language, beneath its name in this one.
    pub fn other_name(&self) -> &'static str {
        self.other().c("verdict", self.verdict.code())
    }

    fn other(&self) -> Words {
        Words::of(if self.f.w.lang == Lang::Zh {
            Lang::En
        } else {
            Lang::Zh
        })
    }

    /// Whether the certificate's content is shown as standing.
    fn stands(&self) -> bool {
        !matches!(self.verdict, Verdict::Revoked)
    }

    /// Occupation and level, or the course, in a line.
    pub fn line(&self) -> (String, String) {
        let w = self.f.w;
        match self.certified.as_ref().map(|certified| &certified.subject) {
            Some(Subject::Level {
                occupation, level, ..
            }) => (occupation.clone(), w.c("level", level).to_owned()),
            Some(Subject::Completion { course, .. }) => {
                (course.clone(), w.t("verify.show.completed").to_owned())
            }
            None => Default::default(),
        }
    }

    /// The line beneath it: English on a Chinese page, when the occupation has an English name.
    pub fn line_en(&self) -> String {
        match self.certified.as_ref().map(|certified| &certified.subject) {
            Some(Subject::Level {
                occupation_en: Some(name),
                level,
                ..
            }) => {
                format!("{name} · {}", Words::of(Lang::En).c("level", level))
            }
            _ => String::new(),
        }
    }

    /// The ladder: for each of the five levels its class, code and whether it is the one.
    pub fn ladder(&self) -> Vec<(&'static str, &'static str)> {
        let Some(Subject::Level { level, .. }) =
            self.certified.as_ref().map(|certified| &certified.subject)
        else {
            return Vec::new();
        };
        const STEPS: [&str; 5] = ["5", "4", "3", "2", "1"];
        let Some(here) = STEPS.iter().position(|step| step == level) else {
            return Vec::new();
        };
        let class = |at: usize| match at.cmp(&here) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "on",
            std::cmp::Ordering::Greater => "",
        };
        STEPS
            .iter()
            .enumerate()
            .map(|(at, step)| (class(at), *step))
            .collect()
    }

    /// Whether the work also needs a permit.
    pub fn permit(&self) -> Option<String> {
        let w = self.f.w;
        match self.certified.as_ref().map(|certified| &certified.subject) {
            Some(Subject::Level {
                permit: Some(permit),
                ..
            }) if permit.is_empty() => Some(w.t("verify.show.permit").to_owned()),
            Some(Subject::Level {
                permit: Some(permit),
                ..
            }) => Some(w.f("verify.show.permit_for", &[permit])),
            _ => None,
        }
    }

    /// The day it was restored, in words; empty when it never was revoked.
    pub fn restored_on(&self) -> String {
        self.restored
            .map_or_else(String::new, |day| self.f.w.date(day))
    }

    /// The facts of a suspension.
    pub fn suspension(&self) -> Vec<Pair> {
        let w = self.f.w;
        self.suspended.as_ref().map_or_else(Vec::new, |suspended| {
            vec![
                Pair::num(w.t("verify.field.suspended_on"), w.date(suspended.since)),
                Pair::new(w.t("verify.field.suspended_for"), &suspended.reason),
            ]
        })
    }

    /// Every certified field, in the order of the paper (人社鉴发〔2021〕1号).
    pub fn pairs(&self) -> Vec<Pair> {
        let Some(certified) = &self.certified else {
            return Vec::new();
        };
        let w = self.f.w;
        let mut pairs = vec![
            Pair::new(w.t("verify.field.holder"), &certified.holder),
            Pair::new(w.t("verify.field.id_kind"), &certified.id_kind),
            Pair::num(
                w.t("verify.field.id_number"),
                w.f("verify.field.id_tail", &[&certified.id_tail]),
            ),
        ];
        if let Some(romanised) = &certified.romanised {
            pairs[0].value = format!("{} {romanised}", certified.holder);
        }
        match &certified.subject {
            Subject::Level {
                occupation,
                occupation_en,
                work_type,
                level,
                ..
            } => {
                let occupation = match occupation_en {
                    Some(en) if w.lang == Lang::En => format!("{occupation} {en}"),
                    _ => occupation.clone(),
                };
                pairs.push(self.struck(Pair::new(w.t("verify.field.occupation"), occupation)));
                pairs.push(Pair::new(
                    w.t("verify.field.work_type"),
                    work_type.as_deref().unwrap_or("--"),
                ));
                pairs.push(self.struck(Pair::new(w.t("verify.field.level"), w.c("level", level))));
            }
            Subject::Completion {
                course,
                hours,
                span,
            } => {
                pairs.push(self.struck(Pair::new(w.t("verify.field.course"), course)));
                pairs.push(Pair::num(
                    w.t("verify.field.hours"),
                    w.f("verify.field.hours_of", &[hours]),
                ));
                pairs.push(Pair::num(w.t("verify.field.span"), w.span(span.0, span.1)));
            }
        }
        pairs.push(Pair::num(w.t("verify.field.number"), &certified.number));
        let issuer = match certified.subject {
            Subject::Level { .. } => w.t("verify.field.issuer"),
            Subject::Completion { .. } => w.t("verify.field.trainer"),
        };
        pairs.push(Pair::new(issuer, &certified.issuer));
        pairs.push(Pair::num(
            w.t("verify.field.issued_on"),
            &certified.issued_on,
        ));
        pairs.push(Pair::num(w.t("verify.field.expires_on"), &certified.until));
        if certified.print > 1 {
            pairs.push(Pair::num(
                w.t("verify.field.print"),
                w.f("verify.field.print_of", &[&certified.print]),
            ));
        }
        pairs
    }

    fn struck(&self, pair: Pair) -> Pair {
        if self.stands() {
            pair
        } else {
            Pair { css: "lv", ..pair }
        }
    }

    /// The facts of a revocation.
    pub fn revocation(&self) -> Vec<Pair> {
        let w = self.f.w;
        self.revoked.as_ref().map_or_else(Vec::new, |revoked| {
            vec![
                Pair::num(w.t("verify.field.revoked_on"), w.date(revoked.on)),
                Pair::new(w.t("verify.field.reason"), &revoked.reason),
                Pair::new(w.t("verify.field.revoked_by"), &revoked.by),
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::frame::{PublicHost, Visit};
    use crate::web::page::look;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn frame(lang: Lang) -> Frame {
        let visit = Visit {
            lang,
            path: "/v/4kjm7qxdw2rpc5ta".into(),
            safe: true,
            ..Visit::default()
        };
        Frame::of(&visit, "frame.name").host(&PublicHost("zs.example.cn".into()))
    }

    fn sample(lang: Lang, verdict: Verdict) -> Show {
        let now = Now::beijing(day(2026, 7, 31), 15, 4);
        match verdict {
            Verdict::NotFound => return Show::not_found(frame(lang), "4kjm-7qxd-w2rp-c5tb", now),
            Verdict::Malformed => {
                return Show::malformed(frame(lang), "4kjm-7qxd-w2rp-c5t!", Some('!'), now);
            }
            Verdict::NotOurs => {
                return Show::not_ours(frame(lang), "https://cert-examp1e.cn/query?id=1", now);
            }
            _ => {}
        }
        let mut show = Show::of(frame(lang), verdict, now);
        if verdict == Verdict::Unsure {
            return show;
        }
        let w = show.f.w;
        show.certified = Some(Certified {
            holder: "斯琴高娃".into(),
            romanised: None,
            id_kind: "居民身份证".into(),
            id_tail: "002X".into(),
            subject: Subject::Level {
                occupation: "焊工".into(),
                occupation_en: Some("Welder".into()),
                work_type: None,
                level: "3",
                permit: Some("特种作业操作证".into()),
            },
            number: "S000015090001263000217".into(),
            issuer: "霍林沟市职业技能评价中心".into(),
            issued_on: w.date(day(2026, 6, 18)),
            until: if verdict == Verdict::Expired {
                w.date(day(2026, 7, 1))
            } else {
                w.t("verify.field.for_ever").to_owned()
            },
            print: 1,
            photo: None,
        });
        if verdict == Verdict::Offline {
            let certified = show.certified.take().unwrap();
            return Show::offline(show.f, certified, "2026-07-30 15:00", now);
        }
        show.provenance = "/v/4kjm7qxdw2rpc5ta/provenance".into();
        if verdict == Verdict::Suspended {
            show.suspended = Some(Suspended {
                since: day(2026, 7, 20),
                reason: "正在核查".into(),
            });
        }
        let (content, standing) = match verdict {
            Verdict::Revoked => (Light::Good, Light::Bad),
            Verdict::Mismatch => (Light::Bad, Light::Good),
            _ => (Light::Good, Light::Good),
        };
        show.checks = vec![
            Check::new(w, "content", content, ""),
            Check::new(w, "issuer", Light::Good, "霍林沟市职业技能评价中心"),
            Check::new(w, "standing", standing, ""),
            Check::new(w, "log", Light::Good, ""),
        ];
        show.technical = vec![
            ("alg".into(), "ES256".into()),
            ("leaf".into(), "48213 / 51902".into()),
        ];
        show.address = "https://zs.example.cn/v/4kjm7qxdw2rpc5ta".into();
        if verdict == Verdict::Revoked {
            show.revoked = Some(Revoked {
                on: day(2026, 6, 30),
                reason: "评价过程不符合规定".into(),
                by: "霍林沟市职业技能评价中心".into(),
                appeal: "12333".into(),
            });
        }
        if matches!(verdict, Verdict::Replaced | Verdict::Corrected) {
            show.newer = Some(Way::new("S000015090001263000391", "/v/aaaabbbbccccdddd"));
        }
        show
    }

    #[test]
    fn every_verdict_is_told_first_and_within_the_budget() {
        for lang in [Lang::Zh, Lang::En] {
            for verdict in Verdict::ALL {
                let show = sample(lang, verdict);
                let html = show.render().unwrap();
                let (plain, packed) =
                    look::keep(&format!("verify-{}-{}", verdict.code(), lang.code()), &html);
                assert!(
                    plain <= 30_000 && packed <= 10_000,
                    "{verdict:?} weighs {plain}, packed {packed}"
                );
                let name = show.f.w.c("verdict", verdict.code());
                assert!(html.contains(&format!("<title>{name} – ")), "{verdict:?}");
                assert_eq!(html.matches("<h1").count(), 1, "{verdict:?}");
                assert!(!html.contains("<script"), "{verdict:?}");
                let told = html.find("<h1").unwrap();
                assert!(
                    html.find("S000015090001263").is_none_or(|at| at > told),
                    "{verdict:?}"
                );
                assert!(
                    html.find("斯琴高娃").is_none_or(|at| at > told),
                    "{verdict:?}"
                );
            }
        }
    }

    #[test]
    fn a_revoked_certificate_shows_no_tick_for_itself() {
        let html = sample(Lang::Zh, Verdict::Revoked).render().unwrap();
        assert!(!html.contains("ladder") && html.contains("class=\"lv\""));
        assert!(html.contains("评价过程不符合规定") && !html.contains("res ok"));
        assert!(!html.contains("class=\"y\""), "no green tick anywhere");
    }

    #[test]
    fn what_was_not_found_is_never_called_forged() {
        for verdict in [
            Verdict::NotFound,
            Verdict::Malformed,
            Verdict::NotOurs,
            Verdict::Offline,
            Verdict::Suspended,
            Verdict::Unsure,
        ] {
            let html = sample(Lang::Zh, verdict).render().unwrap();
            assert!(
                !html.contains('假') && !html.contains("res bad"),
                "{verdict:?}"
            );
        }
    }

    fn show_word(verdict: Verdict) -> &'static str {
        Words::of(Lang::Zh).c("verdict", verdict.code())
    }

    #[test]
    fn no_two_verdicts_share_a_shape_or_a_word() {
        let mut seen = std::collections::HashSet::new();
        for verdict in Verdict::ALL {
            let html = sample(Lang::Zh, verdict).render().unwrap();
            let start = html.find("<section class=\"res").unwrap();
            let head = &html[start..start + html[start..].find("<span lang").unwrap()];
            assert!(seen.insert(head.to_owned()), "{verdict:?}");
            let shape = &head[head.find("<svg").unwrap()..head.find("</svg>").unwrap()];
            assert!(
                seen.insert(shape.to_owned()),
                "{verdict:?} has another's shape"
            );
            let word = show_word(verdict);
            assert!(
                seen.insert(word.to_owned()),
                "{verdict:?} has another's word"
            );
            let dashed = shape.contains("stroke-dasharray");
            let waits = matches!(verdict, Verdict::Offline | Verdict::Unsure);
            assert_eq!(dashed, waits, "{verdict:?}");
            // Green and the tick of the whole are for one verdict alone.
            assert_eq!(head.contains("res ok"), verdict == Verdict::Valid);
        }
    }

    #[test]
    fn a_foreign_code_is_shown_and_not_linked() {
        let html = sample(Lang::Zh, Verdict::NotOurs).render().unwrap();
        assert!(html.contains("cert-examp1e.cn"));
        assert!(!html.contains("href=\"https://cert-examp1e.cn"));
        assert_eq!(Verdict::NotOurs.status().code, 200);
    }

    #[test]
    fn fields_stand_in_the_papers_order_and_the_number_of_a_person_stays_away() {
        let show = sample(Lang::Zh, Verdict::Valid);
        let names: Vec<String> = show.pairs().into_iter().map(|pair| pair.name).collect();
        assert_eq!(
            names.join(" "),
            "姓名 证件类型 证件号码 职业名称 工种/职业方向 职业技能等级 证书编号 评价机构 发证日期 有效期"
        );
        let html = show.render().unwrap();
        assert!(html.contains("末四位 002X") && html.contains(">--<"));
    }
}
