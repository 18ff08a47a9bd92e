//! 评价批次: planned, marked, signed and published through the pages, without a script.

use crate::acts::sittings::{Story, document};
use crate::visitor::{Counterside, Visitor, plain};
use rocket::http::Method;
use serde_json::json;

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let at = page
        .find(&start)
        .unwrap_or_else(|| panic!("no field {name}: {}", plain(page)));
    page[at + start.len()..]
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

/// Keeps a page for a human look, when `GUILDHALL_PAGES` names a folder.
fn keep(name: &str, page: &str) {
    if let Ok(folder) = std::env::var("GUILDHALL_PAGES") {
        std::fs::write(format!("{folder}/{name}.html"), page).unwrap();
    }
}

#[test]
fn a_sitting_goes_from_planning_to_publicity_through_the_pages() {
    let story = Story::new();
    let counter = Counterside::of(&story.hall);
    let clerk = Visitor::signed_in(&story.hall, story.clerk.actor());
    let signatory = Visitor::signed_in(&story.hall, story.signatory.actor());
    let bureau = Visitor::signed_in(&story.hall, story.bureau.actor());
    let panel: Vec<_> = story
        .panel
        .iter()
        .map(|(_, on_duty)| Visitor::signed_in(&story.hall, on_duty.actor()))
        .collect();
    let stranger = Visitor::stranger();
    let today = story.hall.now.day().to_string();

    let list = counter.read(
        &bureau,
        "/assessors?q=NM-2025&occupation=%E7%94%B5%E7%84%8A",
    );
    assert!(
        list.contains("巴图") && list.contains("那顺"),
        "{}",
        plain(&list)
    );
    keep("assessors", &list);
    keep("assessor-new", &counter.read(&bureau, "/assessors/new"));
    let card = [
        ("name", "哈斯"),
        ("id_number", document(77).as_str()),
        ("card", "NM-1"),
        ("grade", "senior"),
        ("occupations", "电焊\n4-03-02-01"),
        ("starts", "2026-01-01"),
        ("ends", "2027-12-31"),
    ]
    .map(|(k, v)| (k, v.to_owned()));
    let card: Vec<(&str, &str)> = card
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let made = counter.done(&bureau, "/assessors", &card);
    keep("assessor", &counter.read(&bureau, &made));
    assert_eq!(counter.send(&bureau, "/assessors", &card).status, 422);
    assert_eq!(counter.send(&clerk, "/assessors", &card).status, 403);

    assert!(counter.read(&clerk, "/sittings").contains("/sittings/new"));
    keep("sitting-new", &counter.read(&clerk, "/sittings/new"));
    let wrong = counter.send(
        &clerk,
        "/sittings",
        &[("name", "春"), ("level", "5"), ("day", "2020-01-01")],
    );
    assert_eq!(wrong.status, 422);
    let fields = [
        ("name", "焊工五级"),
        ("occupation", "电焊"),
        ("level", "5"),
        ("day", &today),
        ("place", "集宁区实训中心"),
    ];
    let at = counter.done(&clerk, "/sittings", &fields);
    let at = at.split('?').next().unwrap().to_owned();
    keep(
        "sitting",
        &counter.read(&clerk, &format!("{at}?done=planned")),
    );

    keep(
        "candidates-empty",
        &counter.read(&clerk, &format!("{at}/candidates")),
    );
    keep(
        "candidates-new",
        &counter.read(&clerk, &format!("{at}/candidates/new")),
    );
    assert_eq!(
        counter
            .ask(
                &clerk,
                Method::Get,
                &format!("{at}/candidates/new?class=x"),
                None
            )
            .status,
        422
    );
    keep(
        "candidates-apply",
        &counter.read(&clerk, &format!("{at}/applications/new")),
    );
    for (n, name) in [(1, "乌兰图雅"), (2, "欧阳娜娜")] {
        let number = document(n);
        let fields = [
            ("name", name),
            ("id_number", number.as_str()),
            ("clause", "5A"),
            ("years", "0"),
        ];
        counter.done(&clerk, &format!("{at}/applications"), &fields);
    }
    let number = document(1);
    let fields = [
        ("name", "乌兰图雅"),
        ("id_number", number.as_str()),
        ("clause", "5A"),
    ];
    assert_eq!(
        counter
            .send(&clerk, &format!("{at}/applications"), &fields)
            .status,
        422
    );
    let page = counter.read(&clerk, &format!("{at}/candidates?done=entered"));
    assert!(page.contains("欧阳娜娜") && !page.contains(number.as_str()));
    keep("candidates", &page);

    keep(
        "panel-edit",
        &counter.read(&clerk, &format!("{at}/panel/edit")),
    );
    let ids: Vec<_> = story.panel.iter().map(|(id, _)| id.to_string()).collect();
    let two = [
        ("theory", ids[0].as_str()),
        ("theory", &ids[1]),
        ("practice", &ids[0]),
        ("practice", &ids[1]),
        ("head", &ids[0]),
    ];
    let refused = counter.send(&clerk, &format!("{at}/panel"), &two);
    assert_eq!(refused.status, 422);
    keep("panel-refused", &refused.text());
    let mut three = two.to_vec();
    three.push(("practice", &ids[2]));
    assert_eq!(
        counter.done(&clerk, &format!("{at}/panel"), &three),
        format!("{at}/panel?done=appointed")
    );
    keep(
        "panel",
        &counter.read(&clerk, &format!("{at}/panel?done=appointed")),
    );
    assert!(counter.read(&clerk, &at).contains(&format!("{at}/marking")));
    counter.done(&clerk, &format!("{at}/marking"), &[]);

    assert_eq!(
        counter
            .ask(&panel[0], Method::Get, &format!("{at}/review"), None)
            .status,
        403
    );
    assert!(counter.read(&panel[0], "/sittings").contains("焊工五级"));
    keep("sitting-hers", &counter.read(&panel[0], &at));
    for (at_panel, visitor) in panel.iter().enumerate() {
        let sheet = counter.read(visitor, &format!("{at}/marks"));
        if at_panel == 0 {
            keep("marks-edit", &sheet);
        }
        let candidates: Vec<String> = sheet
            .split("name=\"version.")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        assert_eq!(candidates.len(), 2);
        let mut fields = vec![("do".to_owned(), "sign".to_owned())];
        for (n, candidate) in candidates.iter().enumerate() {
            fields.push((format!("version.{candidate}"), "0".to_owned()));
            if sheet.contains(&format!("mark.{candidate}.theory")) {
                fields.push((
                    format!("mark.{candidate}.theory"),
                    ["80", "55.5"][n].to_owned(),
                ));
            }
            fields.push((
                format!("mark.{candidate}.practice"),
                ["７０", "66"][n].to_owned(),
            ));
        }
        let sent: Vec<(&str, &str)> = fields
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let mut bad = sent.clone();
        bad.last_mut().unwrap().1 = "640";
        let refused = counter.send(visitor, &format!("{at}/marks"), &bad);
        assert!(refused.status == 422 && refused.text().contains("aria-invalid"));
        assert_eq!(
            counter.done(visitor, &format!("{at}/marks"), &sent),
            format!("{at}/signature/new")
        );
        let review = counter.read(visitor, &format!("{at}/signature/new"));
        keep("signature", &review);
        let shown = hidden(&review, "shown");
        let count = |heads| [("heads", heads), ("shown", shown.as_str())];
        assert_eq!(
            counter
                .send(visitor, &format!("{at}/signature"), &count("3"))
                .status,
            422
        );
        let signed = counter.done(visitor, &format!("{at}/signature"), &count("2"));
        let page = counter.read(visitor, &signed);
        assert!(page.contains("成绩已签字锁定"));
        keep("marks-signed", &page);
    }
    keep("marks-index", &counter.read(&panel[2], "/marks"));
    let page = counter.read(&panel[2], &format!("{at}/marks"));
    let start = page.find("/corrections/new").unwrap();
    let link = &page[page[..start].rfind('"').unwrap() + 1..];
    let link = link[..link.find('"').unwrap()]
        .replace("&amp;", "&")
        .replace("&#38;", "&");
    let form = counter.read(&panel[2], &link);
    keep("correction", &form);
    let (candidate, part) = (hidden(&form, "candidate"), hidden(&form, "part"));
    let fields = [
        ("candidate", candidate.as_str()),
        ("part", &part),
        ("mark", "71"),
        ("reason", "合计有误"),
    ];
    counter.done(&panel[2], &format!("{at}/corrections"), &fields);

    let review = counter.read(&clerk, &format!("{at}/review"));
    assert!(review.contains("合计有误"), "{}", plain(&review));
    keep("review", &review);
    counter.done(&clerk, &format!("{at}/publicity"), &[]);
    let public = at.replace("/sittings/", "/publicity/");
    assert!(counter.read(&stranger, "/publicity").contains("焊工五级"));
    let page = counter.read(&stranger, &public);
    assert!(
        page.contains("欧阳*")
            && page.contains("乌*")
            && !page.contains("娜娜")
            && page.contains("noindex")
    );
    keep("publicity", &page);
    keep(
        "objection-new",
        &counter.read(&stranger, &format!("{public}/objections/new")),
    );
    let said = [("about", "第二号"), ("said", "理论成绩有误")];
    assert_eq!(
        counter
            .send(&stranger, &format!("{public}/objections"), &[])
            .status,
        422
    );
    assert_eq!(
        counter
            .send(&stranger, &format!("{public}/objections"), &said)
            .status,
        200
    );
    let page = counter.read(&signatory, &format!("{at}/objections"));
    keep("objections", &page);
    let key = page
        .split("/objections/")
        .find(|rest| rest.contains("/settlement"))
        .unwrap();
    let key = key.split('/').next().unwrap().to_owned();
    let decided = [("outcome", "rejected"), ("reason", "核对无误")];
    assert_eq!(
        counter
            .send(&clerk, &format!("/objections/{key}/settlement"), &decided)
            .status,
        403
    );
    counter.done(
        &signatory,
        &format!("/objections/{key}/settlement"),
        &decided,
    );
    keep("sitting-published", &counter.read(&signatory, &at));
}

#[test]
fn a_program_does_the_same_by_json() {
    let story = Story::new();
    let counter = Counterside::of(&story.hall);
    let clerk = Visitor::program(&story.hall, story.clerk.actor());
    let today = story.hall.now.day().to_string();
    let plan = json!({"name": "焊工五级", "occupation": "6-18-02-04", "level": "5", "day": today, "place": "集宁区"});
    let made = counter.call(&clerk, Method::Post, "/api/v1/sittings", Some(plan));
    assert_eq!(made.status, 201, "{}", made.text());
    let at = format!("/api/v1/sittings/{}", made.json()["id"].as_str().unwrap());
    let refused = counter.call(
        &clerk,
        Method::Post,
        "/api/v1/sittings",
        Some(json!({"level": "5"})),
    );
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (422, "field.blank")
    );
    let number = document(5);
    let apply = json!({"name": "乌兰", "id_number": number.as_str(), "clause": "5A", "years": "0"});
    let entered = counter.call(
        &clerk,
        Method::Post,
        &format!("{at}/applications"),
        Some(apply),
    );
    assert_eq!(entered.status, 201, "{}", entered.text());
    let ids: Vec<_> = story.panel.iter().map(|(id, _)| id.to_string()).collect();
    let panel = json!({"theory": ids, "practice": ids, "head": ids[0]});
    assert_eq!(
        counter
            .call(&clerk, Method::Post, &format!("{at}/panel"), Some(panel))
            .status,
        204
    );
    assert_eq!(
        counter
            .call(&clerk, Method::Post, &format!("{at}/marking"), None)
            .status,
        204
    );
    for (_, on_duty) in &story.panel {
        let program = Visitor::program(&story.hall, on_duty.actor());
        let sheet = counter
            .call(&program, Method::Get, &format!("{at}/marks"), None)
            .json();
        let mut lines = sheet["lines"].clone();
        lines[0]["marks"] =
            json!([{"part": "theory", "mark": "61"}, {"part": "practice", "mark": "absent"}]);
        let recorded = counter.call(
            &program,
            Method::Post,
            &format!("{at}/marks"),
            Some(json!({"lines": lines})),
        );
        assert_eq!(recorded.json()["recorded"], 2, "{}", recorded.text());
        let again = json!({"lines": [{"candidate": lines[0]["candidate"], "version": 0, "marks": [{"part": "theory", "mark": "99"}]}]});
        assert_eq!(
            counter
                .call(&program, Method::Post, &format!("{at}/marks"), Some(again))
                .code(),
            "mark.changed-meanwhile"
        );
        let sheet = counter
            .call(&program, Method::Get, &format!("{at}/marks"), None)
            .json();
        let sign = json!({"heads": "1", "shown": sheet["shown"]});
        let signed = counter.call(
            &program,
            Method::Post,
            &format!("{at}/signature"),
            Some(sign),
        );
        assert_eq!(signed.status, 201, "{}", signed.text());
    }
    let review = counter
        .call(&clerk, Method::Get, &format!("{at}/review"), None)
        .json();
    assert_eq!(review[0]["verdict"], "failed");
    assert_eq!(
        counter
            .call(&clerk, Method::Post, &format!("{at}/publicity"), None)
            .status,
        201
    );
    let shown = counter.call(&clerk, Method::Get, &at, None).json();
    assert_eq!(shown["state"], "in_publicity");
}
