//! 接口全程: the same class of welders by bearer tokens and JSON alone.

use crate::hall::{Hall, PASSWORD};
use crate::visitor::{Counterside, Visitor};
use crate::web::journey::{TRAINEES, number, roster, uscc};
use guildhall::domain::account::{AccountId, Actor, Role, Scope};
use guildhall::store::accounts;
use rocket::http::{ContentType, Method};
use serde_json::{Value, json};

/// The counter, called by programs.
struct Wire {
    hall: Hall,
    counter: Counterside,
}

impl Wire {
    /// A call that must succeed; answers the document, or nothing.
    fn call(&self, who: &Visitor, method: Method, path: &str, document: Option<Value>) -> Value {
        let answer = self
            .counter
            .call(who, method, &format!("/api/v1{path}"), document);
        assert!(
            (200..300).contains(&answer.status),
            "{method} {path}: {} {}",
            answer.status,
            answer.text()
        );
        if answer.bytes.is_empty() {
            Value::Null
        } else {
            answer.json()
        }
    }

    fn get(&self, who: &Visitor, path: &str) -> Value {
        self.call(who, Method::Get, path, None)
    }

    fn post(&self, who: &Visitor, path: &str, document: Value) -> Value {
        self.call(who, Method::Post, path, Some(document))
    }

    /// A deed that needs nothing said.
    fn act(&self, who: &Visitor, path: &str) -> Value {
        self.call(who, Method::Post, path, None)
    }

    fn made(&self, who: &Visitor, path: &str, document: Value) -> String {
        self.post(who, path, document)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The status and code of a call that must be refused.
    fn no(&self, who: &Visitor, path: &str) -> (u16, String) {
        let answer = self
            .counter
            .call(who, Method::Post, &format!("/api/v1{path}"), None);
        (answer.status, answer.code())
    }

    fn program(&self, actor: &Actor) -> Visitor {
        Visitor::program(&self.hall, actor)
    }

    /// The administrator's program opens an account; its own program is answered.
    fn account(&self, keeper: &Visitor, login: &str, role: &str, over: (&str, &str)) -> Visitor {
        let mut document =
            json!({"login": login, "name": "其其格", "role": role, "password": PASSWORD});
        document[over.0] = json!(over.1);
        let id = AccountId::read(&self.made(keeper, "/accounts", document)).unwrap();
        self.program(
            &self
                .hall
                .registry
                .store
                .read(|db| accounts::one(db, &id))
                .unwrap()
                .actor()
                .unwrap(),
        )
    }
}

#[test]
fn a_class_of_welders_from_application_to_a_scanned_certificate_through_the_api() {
    let hall = Hall::new();
    let mut wire = Wire {
        counter: Counterside::of(&hall),
        hall,
    };
    let bureau = wire.program(wire.hall.bureau().actor());
    let keeper = wire.program(&wire.hall.actor(Role::Administrator, Scope::All));
    let officer = wire.program(wire.hall.county("150902").actor());
    let elsewhere = wire.program(wire.hall.county("150921").actor());

    let school = json!({"name": "集宁区示范职业培训学校", "uscc": uscc("52150902MJ0000001"), "region": "150902", "role": ["train"],
        "site": "090011", "licence": "人社民1509004000018号"});
    let school = wire.made(&bureau, "/institutions", school);
    let house = json!({"name": "乌兰察布市职业技能评价中心", "uscc": uscc("52150900MJ0000002"), "region": "150902", "role": ["assess"],
        "letter": "S", "filing_code": "0000", "site": "090001"});
    let house = wire.made(&bureau, "/institutions", house);
    for (role, id) in [("train", &school), ("assess", &house)] {
        let line = json!({"role": role, "occupation": "6-18-02-04", "level": "5", "starts": "2026-01-01", "ends": "2028-12-31",
            "document": "乌人社字〔2026〕1号"});
        wire.made(&bureau, &format!("/institutions/{id}/entitlements"), line);
    }
    let clerk = wire.account(
        &keeper,
        "clerk",
        "institution_clerk",
        ("institution", &school),
    );
    let head = wire.account(
        &keeper,
        "head",
        "institution_signatory",
        ("institution", &school),
    );
    let assessing = wire.account(
        &keeper,
        "assessing",
        "assessment_clerk",
        ("institution", &house),
    );
    let first = wire.account(
        &keeper,
        "first",
        "assessment_signatory",
        ("institution", &house),
    );

    let teacher = json!({"name": "孟和", "id_number": number(90).as_str(), "occupation": "6-18-02-04", "qualification": "高级技师",
        "card": "TZ-0001", "valid_until": "2027-12-31"});
    let teacher = wire.made(&clerk, "/teachers", teacher);
    let renewed = json!({"occupation": "6-18-02-04", "qualification": "高级技师", "card": "TZ-0001", "valid_until": "2028-12-31"});
    wire.call(
        &clerk,
        Method::Put,
        &format!("/teachers/{teacher}"),
        Some(renewed),
    );
    assert_eq!(
        wire.get(&clerk, &format!("/teachers/{teacher}"))["valid_until"],
        "2028-12-31"
    );
    let course = json!({"name": "焊工（五级）就业技能培训", "kind": "EMPLOY", "occupation": "6-18-02-04", "level": "5", "theory_hours": 8,
        "practice_hours": 16, "threshold": 80, "syllabus": "安全生产8学时，焊接实训16学时", "place": "1号实训室"});
    let course = wire.made(&clerk, "/courses", course);
    let draft = json!({"course": course, "name": "2026年春季焊工一班", "starts": "2026-03-09", "ends": "2026-03-11", "capacity": 8,
        "teachers": [teacher]});
    let class = wire.made(&clerk, "/classes", draft.clone());
    let at = format!("/classes/{class}");
    let filling = json!({"weekdays": ["mon", "tue", "wed"], "theory": "理论", "theory_teacher": teacher, "practice": "实训",
        "practice_teacher": teacher});
    wire.post(&clerk, &format!("{at}/timetable"), filling);
    wire.act(&clerk, &format!("{at}/filing"));
    assert_eq!(
        wire.no(&elsewhere, &format!("{at}/approval")),
        (404, "not-found".to_owned())
    );
    assert_eq!(wire.no(&clerk, &format!("{at}/approval")).0, 403);
    wire.post(
        &officer,
        &format!("{at}/return"),
        json!({"reasons": "请写明实训室地址"}),
    );
    wire.call(&clerk, Method::Put, &at, Some(draft));
    wire.act(&clerk, &format!("{at}/filing"));
    wire.act(&officer, &format!("{at}/approval"));

    let send = |path: &str, key: &str, text: String| {
        let body = Some((ContentType::Binary, text.into_bytes()));
        wire.counter.ask_with(
            &clerk,
            Method::Post,
            &format!("/api/v1{path}"),
            &[("Idempotency-Key", key)],
            body,
        )
    };
    let upload = |key: &str, text: String| {
        let answer = send(&format!("{at}/rosters"), key, text);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    let report = wire.get(
        &clerk,
        &format!("/rosters/{}", upload("first", roster(true))),
    );
    let cells: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["cell"].as_str().unwrap())
        .collect();
    assert_eq!(
        (cells, &report["refused"]),
        (vec!["D3", "B4", "H5", "D6"], &json!(4))
    );
    // Sent again under its key a roster is kept once; another under the same key is refused.
    let mended = upload("second", roster(false));
    assert_eq!(upload("second", roster(false)), mended);
    let reused = send(&format!("{at}/rosters"), "second", roster(true));
    assert_eq!(
        (reused.status, reused.code().as_str()),
        (422, "idempotency_key.reused")
    );
    let admission = format!("/rosters/{mended}/admission");
    for _ in 0..2 {
        assert_eq!(
            send(&admission, "third", String::new()).json()["admitted"],
            6
        );
    }
    assert_eq!(wire.no(&clerk, &admission).0, 409);

    wire.hall.on("2026-03-09");
    wire.act(&clerk, &format!("{at}/beginning"));
    let shown = wire.get(&clerk, &at);
    for (n, lesson) in shown["lessons"].as_array().unwrap().iter().enumerate() {
        wire.hall.on([
            "2026-03-09",
            "2026-03-09",
            "2026-03-10",
            "2026-03-11",
            "2026-03-11",
            "2026-03-11",
        ][n]);
        let entry = |trainee: &Value| {
            let absent = n < 2 && trainee["name"] == TRAINEES[2];
            json!({"enrolment": trainee["enrolment"], "presence": if absent { "absent" } else { "present" }})
        };
        let entries: Vec<_> = shown["trainees"]
            .as_array()
            .unwrap()
            .iter()
            .map(entry)
            .collect();
        let path = format!("/lessons/{}/attendance", lesson["id"].as_str().unwrap());
        assert_eq!(
            wire.post(&clerk, &path, json!({"entries": entries})),
            json!({"entered": 6, "late": n == 3})
        );
    }
    wire.act(&clerk, &format!("{at}/completion"));
    wire.act(&clerk, &format!("{at}/closure"));
    let shown = wire.get(&clerk, &at);
    assert_eq!(shown["state"], "closed");
    let completed = |trainee: &&Value| trainee["outcome"] == "completed";
    let trainees: Vec<_> = shown["trainees"]
        .as_array()
        .unwrap()
        .iter()
        .filter(completed)
        .map(|it| it["enrolment"].clone())
        .collect();
    assert_eq!(trainees.len(), 5);

    let registered = ["巴图", "那顺", "苏日娜"].into_iter().zip(0_u16..);
    let panel: Vec<_> = registered
        .map(|(name, n)| {
            let card = json!({"name": name, "id_number": number(80 + n).as_str(), "card": format!("NM-2026-00{n}"), "grade": "assessor",
                "occupations": "6-18-02-04", "starts": "2026-01-01", "ends": "2028-12-31"});
            let key = wire.made(&bureau, "/assessors", card);
            let program = wire.account(&keeper, &format!("assessor-{n}"), "assessor", ("assessor", &key));
            (key, program)
        })
        .collect();
    wire.hall.on("2026-03-12");
    let plan = json!({"name": "2026年春焊工五级", "occupation": "6-18-02-04", "level": "5", "day": "2026-03-14", "place": "集宁区实训中心"});
    let sitting = format!("/sittings/{}", wire.made(&assessing, "/sittings", plan));
    let enter = json!({"class": class, "trainees": trainees, "clause": "5A", "years": "0"});
    assert_eq!(
        wire.post(&assessing, &format!("{sitting}/candidates"), enter)["entered"],
        5
    );
    let keys: Vec<_> = panel.iter().map(|(key, _)| key).collect();
    wire.post(
        &assessing,
        &format!("{sitting}/panel"),
        json!({"theory": &keys[..2], "practice": keys, "head": keys[0]}),
    );
    wire.hall.on("2026-03-14");
    wire.act(&assessing, &format!("{sitting}/marking"));
    for (turn, (_, assessor)) in panel.iter().enumerate() {
        let path = format!("{sitting}/marks");
        let mut lines = wire.get(assessor, &path)["lines"].clone();
        for (n, line) in lines.as_array_mut().unwrap().iter_mut().enumerate() {
            for mark in line["marks"].as_array_mut().unwrap() {
                let given = if n == 4 {
                    ["55", "61", "52.5"]
                } else {
                    ["70", "72.5", "74"]
                }[turn];
                mark["mark"] = json!(if mark["part"] == "theory" {
                    "80"
                } else {
                    given
                });
            }
        }
        wire.post(assessor, &path, json!({"lines": lines}));
        let shown = wire.get(assessor, &path)["shown"].clone();
        wire.post(
            assessor,
            &format!("{sitting}/signature"),
            json!({"heads": "5", "shown": shown}),
        );
    }
    wire.act(&assessing, &format!("{sitting}/publicity"));
    let public = sitting.replace("/sittings/", "/publicity/");
    let nobody = Visitor::stranger();
    assert_eq!(wire.get(&nobody, &public).as_array().unwrap().len(), 5);
    let objection = wire.made(
        &nobody,
        &format!("{public}/objections"),
        json!({"about": "第五号", "said": "实操成绩有误"}),
    );
    let issuing = format!("{sitting}/certificates");
    assert_eq!(
        wire.no(&first, &issuing),
        (409, "publicity.open".to_owned())
    );
    wire.hall.on("2026-03-23");
    assert_eq!(
        wire.no(&first, &issuing),
        (409, "objection.unsettled".to_owned())
    );
    wire.post(
        &first,
        &format!("/objections/{objection}/settlement"),
        json!({"outcome": "rejected", "reason": "核对无误"}),
    );
    assert_eq!(wire.no(&assessing, &issuing).0, 403);

    let issued = wire.act(&first, &issuing);
    assert_eq!(
        (&issued["count"], &issued["certificates"][0]["number"]),
        (&json!(4), &json!("S000015090001265000001"))
    );
    assert_eq!(
        wire.act(&first, &issuing)["certificates"],
        issued["certificates"]
    );
    let given = &issued["certificates"][0];
    let certificate = format!("/certificates/{}", given["id"].as_str().unwrap());
    let scan = |verdict: &str| {
        let public = format!("/v/{}", given["token"].as_str().unwrap());
        let found = wire
            .counter
            .ask_with(
                &nobody,
                Method::Get,
                &public,
                &[("Accept", "application/json")],
                None,
            )
            .json();
        assert_eq!(
            (&found["verdict"], &found["certificate"]["holder"]),
            (&json!(verdict), &given["holder"])
        );
    };
    scan("valid");
    assert!(
        wire.counter
            .call(
                &first,
                Method::Get,
                &format!("/api/v1{certificate}/pdf"),
                None
            )
            .bytes
            .starts_with(b"%PDF")
    );
    let grounds = json!({"reason_class": "fraud", "basis": "《职业技能等级认定工作规程》第二十条", "reason": "冒名顶替，已查实"});
    wire.post(&first, &format!("{certificate}/revocation"), grounds);
    assert_eq!(
        wire.no(&first, &format!("{certificate}/revocation/confirmation")),
        (409, "revocation.same-person".to_owned())
    );
    wire.act(&bureau, &format!("{certificate}/revocation/confirmation"));
    scan("revoked");
    assert_eq!(wire.act(&head, &format!("{at}/certificates"))["count"], 5);
    assert_eq!(wire.get(&head, "/certificates?kind=completion")["total"], 5);
}
