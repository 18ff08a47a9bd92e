//! 需求: what enterprises and people ask for, at the counter.

use crate::acts::classes::School;
use crate::hall::Hall;
use crate::visitor::{Counterside, Visitor, plain};
use guildhall::acts::employers::{self, Asking};
use guildhall::acts::todo::{self, Wait};
use guildhall::acts::vacancies;
use guildhall::acts::wish_requests::{self, NewRequest};
use guildhall::acts::wishes::{self, NewWish};
use guildhall::domain::account::{Actor, BaseKeeper, Officer, Overseer, Role, Scope};
use guildhall::domain::employer::{EmployerId, EmployerState};
use guildhall::domain::id_kind::{IdDocument, IdKind};
use guildhall::domain::id_number::IdNumber;
use guildhall::domain::place::RegionCode;
use guildhall::domain::uscc::Uscc;
use guildhall::store::{Found, dump};
use rocket::http::{ContentType, Method};
use serde_json::{Value, json};

#[test]
fn a_class_names_its_enterprise_on_the_page_and_by_programs() {
    let school = School::new();
    let counter = Counterside::of(&school.hall);
    let clerk = Visitor::signed_in(&school.hall, school.clerk.actor());
    let program = Visitor::program(&school.hall, school.clerk.actor());
    let id = school.drafted("2026-03-09", "2026-03-11");
    let at = format!("/api/v1/classes/{id}");
    let shown = counter.call(&program, Method::Get, &at, None).json();
    assert_eq!(shown["enterprise"], json!(null));
    let uscc = Uscc::compose("91150900MAX000012").unwrap();
    let send = |name: &str, uscc: &str| {
        let teacher = shown["teachers"][0].as_str().unwrap();
        let fields = [
            ("course", shown["course"].as_str().unwrap()),
            ("name", "焊工订单班"),
            ("starts", "2026-03-09"),
            ("ends", "2026-03-11"),
            ("capacity", "3"),
            ("teachers", teacher),
            ("enterprise", name),
            ("enterprise_uscc", uscc),
        ];
        counter.send(&clerk, &format!("/classes/{id}"), &fields)
    };
    let mut wrong = uscc.to_string();
    let last = if wrong.ends_with('0') { "1" } else { "0" };
    wrong.replace_range(17.., last);
    let refused = send("北方重工", &wrong);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("北方重工"), "what was typed stays");
    assert_eq!(send("北方重工", uscc.as_str()).status, 303);
    let page = counter.read(&clerk, &format!("/classes/{id}"));
    assert!(plain(&page).contains(&format!("北方重工（{uscc}）")));
    assert!(
        counter
            .read(&clerk, &format!("/classes/{id}/edit"))
            .contains(uscc.as_str())
    );
    assert!(
        counter
            .read(&clerk, &format!("/classes/{id}/application"))
            .contains("北方重工")
    );
    let shown = counter.call(&program, Method::Get, &at, None).json();
    assert_eq!(shown["enterprise_uscc"], uscc.as_str());
    // A program that says nothing of it says that there is none.
    let document = json!({"course": shown["course"], "name": "焊工班", "starts": "2026-03-09", "ends": "2026-03-11",
        "capacity": 3, "teachers": shown["teachers"]});
    assert_eq!(
        counter
            .call(&program, Method::Put, &at, Some(document))
            .status,
        204
    );
    let shown = counter.call(&program, Method::Get, &at, None).json();
    assert_eq!(shown["enterprise"], json!(null));
    let officer = Visitor::program(&school.hall, school.officer.actor());
    let figures = counter
        .call(&officer, Method::Get, "/api/v1/figures/enterprises", None)
        .json();
    assert_eq!(
        (&figures["order"], &figures["rows"]),
        (&json!(0), &json!([]))
    );
    assert_eq!(figures["region"], "150902");
    let page = Visitor::signed_in(&school.hall, school.officer.actor());
    assert!(
        counter
            .read(&page, "/figures/shortages")
            .contains("订单定向定岗")
    );
}

/// An employer who has a token: her key and the token.
fn employer(hall: &Hall, name: &str, uscc: &Uscc) -> (EmployerId, String) {
    let asking = Asking {
        name: name.to_owned(),
        uscc: uscc.to_string(),
        contact: "王经理 0474-8888888".to_owned(),
    };
    let claim = employers::ask(&hall.registry, &asking, hall.now).unwrap();
    let id = employers::claimed(&hall.registry, &claim).unwrap().id;
    let bureau = hall.bureau();
    let granted = EmployerState::Granted;
    employers::decide(&hall.registry, &bureau, &id, granted, hall.now).unwrap();
    (id, employers::collect(&hall.registry, &claim).unwrap())
}

fn welders(hall: &Hall, officer: &Officer) -> (i64, i64) {
    let reader = Overseer::of(officer.actor().clone()).unwrap();
    let day = hall.now.day();
    let it = vacancies::shortage(
        &hall.registry,
        &reader,
        None,
        vacancies::AsOf::Month(day),
        hall.now,
    )
    .unwrap();
    it.balances
        .iter()
        .find(|one| one.occupation.as_str() == "6-18-02-04")
        .map_or((0, 0), |one| (one.posts, one.employers))
}

#[test]
fn vacancies_come_in_by_programs_once_and_name_the_line_that_is_wrong() {
    let hall = Hall::new();
    let counter = Counterside::of(&hall);
    let officer = hall.county("150902");
    let program = Visitor::program(&hall, officer.actor());
    let list = |posts: &str, region: &str| {
        json!({"origin": "3月用工调查", "postings": [
            {"region": "集宁区", "occupation": "焊工", "month": "2026-03", "employer": "甲厂", "posts": 5},
            {"region": region, "occupation": "6-18-02-04", "month": "2026-03", "employer": "乙厂", "posts": posts},
        ]})
    };
    let send = |key: &str, document: &Value| {
        counter.ask_with(
            &program,
            Method::Post,
            "/api/v1/vacancies",
            &[("Idempotency-Key", key)],
            Some((ContentType::JSON, document.to_string().into_bytes())),
        )
    };
    let wrong = send("a", &list("many", "150902"));
    assert_eq!(
        (wrong.status, wrong.code().as_str()),
        (422, "vacancy.line-wrong")
    );
    let text = wrong.text();
    assert!(text.contains("第2条：人数"), "the line is named: {text}");
    assert_eq!(send("b", &list("7", "150921")).code(), "vacancy.elsewhere");
    let first = send("c", &list("7", "150902"));
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(send("c", &list("7", "150902")).json(), first.json());
    assert_eq!(
        send("c", &list("8", "150902")).code(),
        "idempotency_key.reused"
    );
    let listed = counter
        .call(
            &program,
            Method::Get,
            "/api/v1/vacancies?region=150902",
            None,
        )
        .json();
    assert_eq!(listed["total"], 2);
    assert_eq!(listed["rows"][0]["uscc"], json!(null));
    assert_eq!(listed["rows"][0]["list"], first.json()["id"]);
    assert_eq!(welders(&hall, &officer), (12, 2));
    let id = first.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(hall.deeds("vacancy_list", &id), ["vacancy_list.recorded"]);
    // reading only is no more than reading
    let auditor = Visitor::program(&hall, hall.auditor().actor());
    let sent = counter.call(
        &auditor,
        Method::Post,
        "/api/v1/vacancies",
        Some(list("7", "150902")),
    );
    assert_eq!(sent.status, 403);
}

#[test]
fn what_an_employer_reports_counts_once_her_county_confirms_it() {
    let hall = Hall::new();
    let counter = Counterside::of(&hall);
    let officer = hall.county("150902");
    let county = Visitor::program(&hall, officer.actor());
    let elsewhere = Visitor::program(&hall, hall.county("150921").actor());
    let uscc = Uscc::compose("91150902MA0N0C0D0").unwrap();
    let (id, token) = employer(&hall, "甲厂", &uscc);
    let program = Visitor::bearing(&token);
    let at = "/api/v1/employers/vacancies";
    let opening = |region: &str, month: &str, posts: u32| json!({"region": region, "occupation": "焊工", "month": month, "posts": posts});
    let tell = |who: &Visitor, openings: &[Value]| {
        counter.call(who, Method::Post, at, Some(json!({ "openings": openings })))
    };
    assert_eq!(
        tell(&Visitor::stranger(), &[opening("150902", "2026-03", 5)]).code(),
        "employer.token-unknown"
    );
    // somebody's own token is no employer's
    assert_eq!(
        tell(&county, &[opening("150902", "2026-03", 5)]).code(),
        "employer.token-unknown"
    );
    let city = tell(&program, &[opening("150900", "2026-03", 5)]);
    assert_eq!(city.code(), "vacancy.line-wrong");
    assert!(city.text().contains("第1条"), "{}", city.text());
    assert_eq!(tell(&program, &[]).code(), "vacancy.list-unlikely");
    let both = [
        opening("150902", "2026-03", 5),
        opening("150921", "2026-03", 9),
    ];
    let told = tell(&program, &both).json();
    assert_eq!((&told["kept"], &told["same"]), (&json!(2), &json!(0)));
    let list = told["id"].as_str().unwrap();
    assert_eq!(hall.deeds("vacancy_list", list), ["vacancy_list.reported"]);
    // said again, it is not kept again
    let again = tell(&program, &both).json();
    assert_eq!((&again["id"], &again["same"]), (&json!(null), &json!(2)));

    let waiting = |who: &Visitor| {
        let answer = counter.call(who, Method::Get, "/api/v1/vacancies/reports", None);
        answer.json()["rows"].as_array().unwrap().clone()
    };
    assert_eq!(waiting(&elsewhere).len(), 1);
    let rows = waiting(&county);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["employer"], &rows[0]["uscc"], &rows[0]["posts"]),
        (&json!("甲厂"), &json!(uscc.as_str()), &json!(5))
    );
    assert_eq!(welders(&hall, &officer), (0, 0), "nothing counts yet");

    // she thinks again: the newer one waits in its place
    assert_eq!(
        tell(&program, &[opening("150902", "2026-03", 6)]).status,
        201
    );
    let newer = waiting(&county);
    assert_eq!((newer.len(), &newer[0]["posts"]), (1, &json!(6)));
    let decide = |who: &Visitor, id: &Value, verdict: &str, reason: &str| {
        let said = json!({"ids": [id], "verdict": verdict, "reason": reason});
        counter.call(who, Method::Post, "/api/v1/vacancies/reports", Some(said))
    };
    assert_eq!(
        decide(&county, &rows[0]["id"], "confirmed", "").code(),
        "vacancy_report.not-waiting"
    );
    let key = &newer[0]["id"];
    assert_eq!(decide(&elsewhere, key, "confirmed", "").status, 404);
    assert_eq!(decide(&county, key, "refused", " ").code(), "field.blank");
    assert_eq!(decide(&county, key, "confirmed", "").status, 204);
    assert_eq!(welders(&hall, &officer), (6, 1));
    assert_eq!(
        hall.deeds("vacancy_report", key.as_str().unwrap()),
        ["vacancy_report.confirmed"]
    );
    let page = Visitor::signed_in(&hall, officer.actor());
    let listed = counter.read(&page, "/vacancies");
    assert!(listed.contains(">单位自报</td>"), "{}", plain(&listed));

    // the same employer under the name an officer knows, or under another token, counts once
    let entered = json!({"origin": "用工调查", "postings": [
        {"region": "150902", "occupation": "焊工", "month": "2026-03", "employer": "甲厂", "posts": 4}]});
    let sent = counter.call(&county, Method::Post, "/api/v1/vacancies", Some(entered));
    assert_eq!(sent.status, 201);
    assert_eq!(welders(&hall, &officer), (4, 1));
    let (_, second) = employer(&hall, "甲厂有限公司", &uscc);
    assert_eq!(
        tell(
            &Visitor::bearing(&second),
            &[opening("150902", "2026-03", 8)]
        )
        .status,
        201
    );

    // the officer's page: one is refused with a reason, which the employer reads on hers
    let wait = waiting(&county);
    let fields = [
        ("ids", wait[0]["id"].as_str().unwrap()),
        ("verdict", "refused"),
        ("reason", "已停产"),
    ];
    assert!(
        counter
            .read(&page, "/vacancies/reports")
            .contains("甲厂有限公司")
    );
    let none = counter.send(&page, "/vacancies/reports", &[("verdict", "confirmed")]);
    assert_eq!(none.status, 422);
    assert_eq!(
        counter.done(&page, "/vacancies/reports", &fields),
        "/vacancies/reports?done=refused"
    );
    assert_eq!(welders(&hall, &officer), (4, 1));
    let stranger = Visitor::stranger();
    let typed = |token: &str, lines: &str| {
        counter.send(
            &stranger,
            "/employers/vacancies",
            &[("token", token), ("pasted", lines)],
        )
    };
    let looked = typed(&token, "");
    assert_eq!(looked.status, 200);
    assert!(looked.text().contains("已停产") && !looked.text().contains(&token));
    assert_eq!(typed("gh-employer-nothing", "").status, 422);
    let wrong = typed(&token, "集宁区，焊工，2026-03，3\n集宁区，焊工，三月，3");
    assert_eq!(wrong.status, 422);
    assert!(plain(&wrong.text()).contains("第2行") && !wrong.text().contains(&token));
    assert_eq!(waiting(&county).len(), 0, "nothing of a wrong list is kept");
    let kept = typed(&token, "集宁区，焊工，2026-03，3");
    assert!(
        plain(&kept.text()).contains("1条等待核实"),
        "{}",
        plain(&kept.text())
    );
    let standing = counter.call(&program, Method::Get, at, None).json();
    let states: Vec<_> = standing
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["state"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        states,
        ["waiting", "refused", "confirmed", "waiting", "superseded"]
    );

    // taken back, it reports no more
    let bureau = hall.bureau();
    employers::decide(
        &hall.registry,
        &bureau,
        &id,
        EmployerState::Revoked,
        hall.now,
    )
    .unwrap();
    assert_eq!(
        tell(&program, &[opening("150902", "2026-04", 5)]).code(),
        "employer.token-unknown"
    );
}

fn number(sequence: u16) -> IdNumber {
    IdNumber::compose(159_999, "1990-03-07".parse().unwrap(), sequence).unwrap()
}

#[test]
fn people_register_themselves_and_a_township_worker_verifies_it() {
    let hall = Hall::new();
    let counter = Counterside::of(&hall);
    let stranger = Visitor::stranger();
    let township = |code: &str| {
        let scope = Scope::Region(RegionCode::read(code).unwrap());
        hall.actor(Role::TownshipWorker, scope)
    };
    let (here, there) = (township("150902105"), township("150902205"));
    let keeper = BaseKeeper::of(here.clone()).unwrap();
    let (worker, other) = (
        Visitor::signed_in(&hall, &here),
        Visitor::signed_in(&hall, &there),
    );
    let ask = |sequence: u16, name: &str, trade: &str| {
        let number = number(sequence);
        let fields = [
            ("name", name),
            ("id_number", number.as_str()),
            ("phone", "13847400009"),
            ("region", "150902105"),
            ("village", "大河湾嘎查"),
            ("trade", trade),
        ];
        counter.send(&stranger, "/wishes", &fields)
    };
    // one who is on record, one who is not, one under another's name: the same answer to all
    let known = NewWish {
        document: IdDocument::read(IdKind::ResidentCard, number(1).as_str()).unwrap(),
        name: "高娃".to_owned(),
        phone: None,
        region: RegionCode::read("150902105").unwrap(),
        village: "大河湾嘎查".to_owned(),
        trade: "电焊".to_owned(),
        groups: Vec::new(),
        day: hall.now.day(),
    };
    let person = wishes::register(&hall.registry, &keeper, &known, "form", hall.now).unwrap();
    for (sequence, name) in [
        (1, "高娃"),
        (2, "巴图"),
        (1, "张伟"),
        (1, "李伟"),
        (1, "赵伟"),
    ] {
        let answer = ask(sequence, name, "养老护理员");
        assert_eq!(
            answer.to,
            "/wishes/new?done=received",
            "{}",
            plain(&answer.text())
        );
    }
    let said = counter.read(&stranger, "/wishes/new?done=received");
    assert!(plain(&said).contains("已收到您的登记"));
    // the fourth with one number is answered alike and not kept
    let rows = |table: &'static str| {
        let read = |db: &mut guildhall::store::Conn| -> Found<_> { dump::rows(db, table) };
        hall.registry.store.read(read).unwrap().1
    };
    assert_eq!(rows("wish_requests").len(), 4);
    assert_eq!(rows("open_wish_requests").len(), 4);
    let page = counter.read(&stranger, "/wishes/new");
    assert!(!page.contains("高娃"));
    // what is wrong with what she typed is hers to know
    let missing = counter.send(
        &stranger,
        "/wishes",
        &[("name", "巴图"), ("id_number", "15")],
    );
    assert_eq!(missing.status, 422);
    // nothing of it lies open in the database
    for row in rows("wish_requests")
        .iter()
        .chain(&rows("open_wish_requests"))
    {
        let text = row.to_string();
        assert!(!text.contains("巴图") && !text.contains("13847400009"));
        assert!(!text.contains(number(2).as_str()));
    }
    if hall.registry.store.kind() == "SQLite" {
        for file in std::fs::read_dir(hall.folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let found = bytes
                .windows("13847400009".len())
                .any(|window| window == b"13847400009");
            assert!(!found, "a telephone lies in the database");
        }
    }

    // the worker of that township sees them, nobody of another
    let list = counter.read(&worker, "/wish-requests");
    assert!(list.contains("巴图") && list.contains("张伟") && !list.contains("13847400009"));
    assert!(!counter.read(&other, "/wish-requests").contains("巴图"));
    let of = |name: &str| {
        let (_, rest) = list.split_once("<tbody>").unwrap();
        let row = rest.split("<tr>").find(|row| row.contains(name)).unwrap();
        let (_, rest) = row.split_once("href=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (batu, gaowa, liar) = (of("巴图"), of("高娃"), of("张伟"));
    assert_eq!(counter.ask(&other, Method::Get, &batu, None).status, 404);
    assert_eq!(
        counter
            .send(&other, &format!("{batu}/confirmation"), &[])
            .status,
        404
    );
    assert!(!counter.read(&worker, &batu).contains("13847400009"));
    let seen = counter.send(&worker, &format!("{batu}/sights"), &[]);
    assert!(seen.text().contains("13847400009") && seen.text().contains(number(2).as_str()));

    // verified, it is a wish of its own origin; the record of whoever was known is hers still
    for one in [&batu, &gaowa] {
        assert_eq!(
            counter.done(&worker, &format!("{one}/confirmation"), &[]),
            "/wish-requests?done=confirmed"
        );
    }
    // under another's name it cannot be confirmed, and is put aside with a reason
    let lie = counter.send(&worker, &format!("{liar}/confirmation"), &[]);
    assert_eq!(lie.status, 422);
    assert_eq!(
        counter
            .send(&worker, &format!("{liar}/dismissal"), &[])
            .status,
        422
    );
    assert_eq!(
        counter.done(
            &worker,
            &format!("{liar}/dismissal"),
            &[("reason", "本人否认")]
        ),
        "/wish-requests?done=dismissed"
    );
    let origins: Vec<_> = rows("wishes")
        .iter()
        .map(|row| row["origin"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(origins.iter().filter(|origin| *origin == "self").count(), 2);
    assert_eq!(origins.len(), 3);
    let open = rows("open_wishes");
    assert_eq!(open.len(), 2);
    assert!(open.iter().any(|row| row["person"] == person.as_str()));
    // what was told of herself went with the decision
    assert_eq!(rows("open_wish_requests").len(), 1);
    let key = |at: &str| at.rsplit('/').next().unwrap().to_owned();
    assert_eq!(
        hall.deeds("wish_request", &key(&batu)),
        [
            "wish_request.lodged",
            "wish_request.seen",
            "wish_request.confirmed"
        ]
    );
    assert_eq!(
        hall.deeds("wish_request", &key(&liar)),
        ["wish_request.lodged", "wish_request.dismissed"]
    );
    // the worker of one village sees what was registered of it, and no other
    for (village, sees) in [("大河湾嘎查", true), ("偏岭嘎查", false)] {
        let region = RegionCode::read("150902105").unwrap();
        let scope = Scope::Village(region, village.to_owned());
        let actor = hall.actor(Role::TownshipWorker, scope);
        let worker = Visitor::signed_in(&hall, &actor);
        let list = counter.read(&worker, "/wish-requests");
        assert_eq!(list.contains("李伟"), sees, "{village}");
        let base = plain(&counter.read(&worker, "/base"));
        assert_eq!(base.contains("巴图"), sees, "{village}");
    }
    // the county's officer sees the one that is left
    let county = Visitor::signed_in(&hall, hall.county("150902").actor());
    assert!(counter.read(&county, "/wish-requests").contains("李伟"));
    // and so does her program, which puts it aside
    let program = Visitor::program(&hall, hall.county("150902").actor());
    let at = "/api/v1/wish-requests";
    let waiting = counter.call(&program, Method::Get, at, None).json();
    let last = &waiting["rows"][0];
    assert_eq!(
        (&waiting["total"], &last["name"], &last["id_last4"]),
        (&json!(1), &json!("李伟"), &json!(&number(1).as_str()[14..]))
    );
    let key = last["id"].as_str().unwrap();
    let reason = Some(json!({"reason": "冒用他人身份"}));
    let aside = counter.call(
        &program,
        Method::Post,
        &format!("{at}/{key}/dismissal"),
        reason,
    );
    assert_eq!(aside.status, 204, "{}", aside.text());
    let confirmed = format!("{at}/{key}/confirmation");
    assert_eq!(
        counter
            .call(&program, Method::Post, &confirmed, None)
            .status,
        404
    );
    assert_eq!(rows("open_wish_requests").len(), 0);
}

/// What strangers told the registry stands on the first page of whoever verifies it, and of nobody else.
#[test]
fn what_waits_for_a_word_stands_on_the_first_page() {
    let hall = Hall::new();
    let counter = Counterside::of(&hall);
    let township = |code: &str| {
        hall.actor(
            Role::TownshipWorker,
            Scope::Region(RegionCode::read(code).unwrap()),
        )
    };
    let (here, there) = (township("150921106"), township("150921107"));
    let (county, elsewhere) = (hall.county("150921"), hall.county("150902"));
    let bureau = hall.bureau();
    let auditor = hall.auditor();
    let waits = |actor: &Actor| -> Vec<(Wait, i64)> {
        let (piles, _) = todo::of(&hall.registry, &hall.viewer(actor), hall.now).unwrap();
        let told = piles.into_iter().map(|pile| (pile.wait, pile.total));
        told.filter(|(wait, _)| matches!(wait, Wait::WishToConfirm | Wait::VacancyToConfirm))
            .collect()
    };
    let everybody = [
        &here,
        &there,
        county.actor(),
        elsewhere.actor(),
        bureau.actor(),
    ];
    assert!(everybody.iter().all(|actor| waits(actor).is_empty()));
    for n in 1..=9_u16 {
        let born = "1990-03-07".parse().unwrap();
        let number = IdNumber::compose(159_999, born, 700 + n).unwrap();
        let new = NewRequest {
            document: IdDocument::read(IdKind::ResidentCard, number.as_str()).unwrap(),
            name: format!("乌云{n}"),
            phone: "13847400001".to_owned(),
            region: RegionCode::read("150921106").unwrap(),
            village: "大河湾嘎查".to_owned(),
            trade: "电焊".to_owned(),
        };
        wish_requests::ask(&hall.registry, &new, hall.now.plus_seconds(n.into())).unwrap();
    }
    let uscc = Uscc::compose("91150902MA0N0C0D0").unwrap();
    let (_, token) = employer(&hall, "甲厂", &uscc);
    let opening = json!({"region": "150921", "occupation": "焊工", "month": "2026-03", "posts": 5});
    let said = Some(json!({ "openings": [opening] }));
    let at = "/api/v1/employers/vacancies";
    let told = counter.call(&Visitor::bearing(&token), Method::Post, at, said);
    assert_eq!(told.status, 201, "{}", told.text());

    let (wishes, vacancy) = ((Wait::WishToConfirm, 9), (Wait::VacancyToConfirm, 1));
    assert_eq!(waits(&here), [wishes], "a township decides no vacancies");
    assert_eq!(waits(&there), []);
    assert_eq!(waits(county.actor()), [wishes, vacancy]);
    assert_eq!(waits(elsewhere.actor()), []);
    assert_eq!(waits(bureau.actor()), [wishes, vacancy]);
    assert_eq!(waits(auditor.actor()), []);

    // The page tells how many, shows the oldest, and leads to them and to the whole list.
    let visitor = Visitor::signed_in(&hall, &here);
    let page = counter.read(&visitor, "/home");
    let text = plain(&page);
    assert!(
        text.contains("9待核实的培训意愿 待核实的培训意愿 9"),
        "{text}"
    );
    assert!(text.contains("乌云1") && !text.contains("乌云9"), "{text}");
    assert!(!text.contains("待确认的岗位自报"), "{text}");
    assert!(page.contains("href=\"/wish-requests\""));
    let one = page.split("href=\"/wish-requests/").nth(1).unwrap();
    let one = format!("/wish-requests/{}", one.split('"').next().unwrap());
    assert!(counter.read(&visitor, &one).contains("乌云1"));
    let visitor = Visitor::signed_in(&hall, county.actor());
    let page = counter.read(&visitor, "/home");
    assert!(
        plain(&page).contains("1待确认的岗位自报"),
        "{}",
        plain(&page)
    );
    assert!(page.contains("href=\"/vacancies/reports?region=150921\""));
    let list = counter.read(&visitor, "/vacancies/reports?region=150921");
    assert!(list.contains("甲厂"));
    // A word, and it waits no longer.
    assert_eq!(
        counter.done(
            &Visitor::signed_in(&hall, &here),
            &format!("{one}/confirmation"),
            &[]
        ),
        "/wish-requests?done=confirmed"
    );
    assert_eq!(waits(county.actor()), [(Wait::WishToConfirm, 8), vacancy]);
}
