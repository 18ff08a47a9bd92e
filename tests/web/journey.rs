//! 全程: a class of welders, from opening application to a scanned certificate, by pages alone.

use crate::hall::{Hall, PASSWORD};
use crate::visitor::{Answer, Counterside, Visitor, each_after, hidden, plain};
use guildhall::domain::account::{AccountId, Actor, Role, Scope};
use guildhall::domain::id_number::{IdNumber, Sex};
use guildhall::domain::uscc::Uscc;
use guildhall::store::accounts;
use rocket::http::Method;

/// Those who will be trained, in the roster's order.
pub const TRAINEES: [&str; 6] = [
    "乌兰图雅",
    "巴特尔·苏和",
    "赵建国",
    "欧阳晓燕",
    "李堃",
    "敖日格乐",
];
/// Who misses a third of the hours.
const ABSENT: &str = "赵建国";

/// The n-th person's number, in area 159999.
pub fn number(n: u16) -> IdNumber {
    IdNumber::compose(159_999, "1990-03-07".parse().unwrap(), 201 + n).unwrap()
}

/// A credit code with its check digit.
pub fn uscc(seventeen: &str) -> String {
    Uscc::compose(seventeen).unwrap().to_string()
}

/// A roster of everybody: without faults, or with one in each of four lines.
pub fn roster(faulty: bool) -> String {
    let mut lines = vec!["姓名,性别,民族,身份证号,文化程度,人员类别,户籍地,联系电话".to_owned()];
    for (n, name) in (0_u16..).zip(TRAINEES) {
        let id = number(n);
        let man = id.sex() == Sex::Male;
        let (mut sex, mut id, mut phone) = (man, id.as_str().to_owned(), format!("138474{n:05}"));
        if faulty {
            match n {
                1 => {
                    let last = if id.ends_with('1') { "2" } else { "1" };
                    id.replace_range(17.., last);
                }
                2 => sex = !sex,
                3 => phone.truncate(5),
                4 => {
                    number(0).as_str().clone_into(&mut id);
                    sex = number(0).sex() == Sex::Male;
                }
                _ => {}
            }
        }
        let sex = if sex { "男" } else { "女" };
        lines.push(format!(
            "{name},{sex},蒙古族,{id},高中,农牧民,乌兰察布市集宁区,{phone}"
        ));
    }
    lines.join("\n")
}

/// Everybody and everything that has a key by now.
struct Journey {
    hall: Hall,
    counter: Counterside,
    bureau: Actor,
    keeper: Actor,
    officer: Actor,
}

impl Journey {
    fn new() -> Self {
        let hall = Hall::new();
        let counter = Counterside::of(&hall);
        let bureau = hall.bureau().actor().clone();
        let keeper = hall.actor(Role::Administrator, Scope::All);
        let officer = hall.county("150902").actor().clone();
        Self {
            hall,
            counter,
            bureau,
            keeper,
            officer,
        }
    }

    /// She signs in anew: sessions end while days go by.
    fn now(&self, who: &Actor) -> Visitor {
        Visitor::signed_in(&self.hall, who)
    }

    /// Does it, and answers the key in the address it leads to.
    fn made(&self, who: &Visitor, path: &str, fields: &[(&str, &str)]) -> String {
        let to = self.counter.done(who, path, fields);
        let path = to.split('?').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// The administrator opens an account over this.
    fn account(&self, login: &str, role: &str, over: (&str, &str)) -> Actor {
        let fields = [
            ("login", login),
            ("name", "其其格"),
            ("role", role),
            ("password", PASSWORD),
            over,
        ];
        let id =
            AccountId::read(&self.made(&self.now(&self.keeper), "/accounts", &fields)).unwrap();
        self.hall
            .registry
            .store
            .read(|db| accounts::one(db, &id))
            .unwrap()
            .actor()
            .unwrap()
    }

    fn institutions(&self) -> (String, String) {
        let bureau = self.now(&self.bureau);
        let licence = "人社民1509004000018号";
        let school = uscc("52150902MJ0000001");
        let fields = [
            ("name", "集宁区示范职业培训学校"),
            ("uscc", school.as_str()),
            ("region", "150902"),
            ("role", "train"),
            ("site", "090011"),
            ("licence", licence),
            ("contact", "0474-8320000"),
        ];
        let school = self.made(&bureau, "/institutions", &fields);
        let mistyped = self.counter.send(
            &bureau,
            "/institutions",
            &[
                ("name", "无证培训学校"),
                ("uscc", "52150902MJ00000019"),
                ("role", "train"),
            ],
        );
        assert_eq!(mistyped.status, 422);
        let house = uscc("52150900MJ0000002");
        let fields = [
            ("name", "乌兰察布市职业技能评价中心"),
            ("uscc", house.as_str()),
            ("region", "150902"),
            ("role", "assess"),
            ("letter", "S"),
            ("filing_code", "0000"),
            ("site", "090001"),
        ];
        let house = self.made(&bureau, "/institutions", &fields);
        for (role, id) in [("train", &school), ("assess", &house)] {
            let fields = [
                ("role", role),
                ("occupation", "电焊"),
                ("level", "5"),
                ("starts", "2026-01-01"),
                ("ends", "2028-12-31"),
                ("document", "乌人社字〔2026〕1号"),
            ];
            self.counter.done(
                &bureau,
                &format!("/institutions/{id}/entitlements"),
                &fields,
            );
        }
        (school, house)
    }

    /// The clerk registers whom and what it takes, and drafts a class; answers its key.
    fn class(&self, clerk: &Visitor) -> String {
        let id = number(90);
        let fields = [
            ("name", "孟和"),
            ("id_number", id.as_str()),
            ("occupation", "电焊"),
            ("qualification", "高级技师"),
            ("card", "TZ-0001"),
            ("valid_until", "2027-12-31"),
        ];
        let teacher = self.made(clerk, "/teachers", &fields);
        let fields = [
            ("name", "焊工（五级）就业技能培训"),
            ("kind", "EMPLOY"),
            ("occupation", "6-18-02-04"),
            ("level", "5"),
            ("theory_hours", "8"),
            ("practice_hours", "16"),
            ("threshold", "80"),
            ("syllabus", "安全生产8学时，焊接实训16学时"),
            ("place", "1号实训室"),
        ];
        let course = self.made(clerk, "/institution/courses", &fields);
        let fields = [
            ("course", course.as_str()),
            ("name", "2026年春季焊工一班"),
            ("starts", "2026-03-09"),
            ("ends", "2026-03-11"),
            ("capacity", "8"),
            ("teachers", &teacher),
        ];
        let class = self.made(clerk, "/classes", &fields);
        let at = format!("/classes/{class}");
        let early = self.counter.send(clerk, &format!("{at}/filing"), &[]);
        assert!(
            matches!(early.status, 409 | 422),
            "a class without lessons was filed"
        );
        let filling = [
            ("weekdays", "mon"),
            ("weekdays", "tue"),
            ("weekdays", "wed"),
            ("theory", "理论"),
            ("theory_teacher", &teacher),
            ("practice", "实训"),
            ("practice_teacher", &teacher),
        ];
        self.counter
            .done(clerk, &format!("{at}/timetable"), &filling);
        self.counter.done(clerk, &format!("{at}/filing"), &[]);
        self.decided(clerk, &at, &fields);
        class
    }

    /// The county returns the class, the clerk mends it, the county approves.
    fn decided(&self, clerk: &Visitor, at: &str, fields: &[(&str, &str)]) {
        let stranger = self.now(self.hall.county("150921").actor());
        assert_eq!(
            self.counter.ask(&stranger, Method::Get, at, None).status,
            404
        );
        assert_eq!(
            self.counter
                .send(&stranger, &format!("{at}/approval"), &[])
                .status,
            404
        );
        assert_eq!(
            self.counter
                .send(clerk, &format!("{at}/approval"), &[])
                .status,
            403
        );
        let officer = self.now(&self.officer);
        self.counter.read(&officer, &format!("{at}/decision"));
        assert!(matches!(
            self.counter
                .send(&officer, &format!("{at}/return"), &[("reasons", " ")])
                .status,
            409 | 422
        ));
        self.counter.done(
            &officer,
            &format!("{at}/return"),
            &[("reasons", "请写明实训室地址")],
        );
        assert!(self.counter.read(clerk, at).contains("请写明实训室地址"));
        let mut mended = fields.to_vec();
        mended.push(("place", "集宁区工农路3号1号实训室"));
        self.counter.done(clerk, at, &mended);
        self.counter.done(clerk, &format!("{at}/filing"), &[]);
        self.counter.done(&officer, &format!("{at}/approval"), &[]);
    }

    /// A roster with faults, then the mended one, admitted.
    fn enrolled(&self, clerk: &Visitor, at: &str) {
        let upload = |text: String| {
            let answer: Answer = self.counter.upload(
                clerk,
                &format!("{at}/rosters"),
                "file",
                "学员.csv",
                text.as_bytes(),
                &[],
            );
            assert_eq!(answer.status, 303, "{}", plain(&answer.text()));
            answer.to
        };
        assert_eq!(
            &self
                .counter
                .ask(clerk, Method::Get, "/rosters/template.xlsx", None)
                .bytes[..2],
            b"PK"
        );
        let faulty = upload(roster(true));
        let report = self.counter.read(clerk, &faulty);
        let mut cells = each_after(&report, "class=\"mono\">");
        cells.iter_mut().for_each(|cell| cell.truncate(2));
        assert_eq!(cells, ["D3", "B4", "H5", "D6"], "{}", plain(&report));
        assert!(!report.contains(number(0).as_str()));
        assert_eq!(
            &self
                .counter
                .ask(clerk, Method::Get, &format!("{faulty}/problems.xlsx"), None)
                .bytes[..2],
            b"PK"
        );
        assert!(
            !self.counter.read(clerk, at).contains(TRAINEES[0]),
            "a dry run enrolled somebody"
        );
        let mended = upload(roster(false));
        assert!(each_after(&self.counter.read(clerk, &mended), "class=\"mono\">").is_empty());
        self.counter
            .done(clerk, &format!("{mended}/admission"), &[]);
        let page = self.counter.read(clerk, at);
        for (n, name) in (0_u16..).zip(TRAINEES) {
            assert!(
                page.contains(name) && !page.contains(number(n).as_str()),
                "{name}"
            );
        }
    }

    /// Every half-day is marked on its own day, but the fourth the day after.
    fn taught(&mut self, clerk: &Actor, at: &str) {
        self.hall.on("2026-03-09");
        self.counter
            .done(&self.now(clerk), &format!("{at}/beginning"), &[]);
        let attendance = format!("{at}/attendance");
        let lessons = each_after(
            &self.counter.read(&self.now(clerk), &attendance),
            "href=\"/lessons/",
        );
        assert_eq!(lessons.len(), 6);
        for (n, lesson) in lessons.iter().enumerate() {
            let day = [
                "2026-03-09",
                "2026-03-09",
                "2026-03-10",
                "2026-03-11",
                "2026-03-11",
                "2026-03-11",
            ][n];
            self.hall.on(day);
            let clerk = self.now(clerk);
            let sheet = self.counter.read(&clerk, &format!("/lessons/{lesson}"));
            let mut fields = Vec::new();
            for row in sheet.split("<th scope=\"row\">").skip(1) {
                let name = row.split('<').next().unwrap_or_default();
                let presence = match (name, n) {
                    (ABSENT, 0 | 1) => "absent",
                    ("欧阳晓燕", 2) => "leave",
                    _ => "present",
                };
                fields.push((format!("p-{}", each_after(row, "name=\"p-")[0]), presence));
            }
            assert_eq!(fields.len(), TRAINEES.len());
            let fields: Vec<_> = fields
                .iter()
                .map(|(key, value)| (key.as_str(), *value))
                .collect();
            let to = self
                .counter
                .done(&clerk, &format!("/lessons/{lesson}/attendance"), &fields);
            let told = self.counter.read(&clerk, &to);
            assert_eq!(
                told.contains("补录：上课"),
                n == 3,
                "lesson {n}: {}",
                plain(&told)
            );
        }
        let program = Visitor::program(&self.hall, clerk);
        let clerk = self.now(clerk);
        let tally = self.counter.read(&clerk, &attendance);
        assert!(
            tally.contains("66.6%") && tally.contains("83.3%") && tally.contains("100.0%"),
            "{}",
            plain(&tally)
        );
        self.counter.done(&clerk, &format!("{at}/completion"), &[]);
        self.counter.done(&clerk, &format!("{at}/closure"), &[]);
        // What was entered a day late says so wherever hours are told, the last with both its times.
        let last = "最近一条：上课2026年3月10日，登记2026年3月11日 ";
        let hers = format!("补录考勤 1 条，{last}");
        let whole = format!("补录考勤 {} 条，{last}", TRAINEES.len());
        assert!(
            tally.matches(&hers).count() == TRAINEES.len() && tally.matches(&whole).count() == 1,
            "{}",
            plain(&tally)
        );
        let class = self.counter.read(&clerk, at);
        assert_eq!(
            class.matches(&hers).count(),
            TRAINEES.len(),
            "{}",
            plain(&class)
        );
        let asked = at.replace("/classes/", "/claims/new?kind=training&class=");
        let claimed = self.counter.read(&clerk, &asked);
        assert_eq!(
            claimed.matches(&hers).count(),
            TRAINEES.len(),
            "{}",
            plain(&claimed)
        );
        let told = self
            .counter
            .read(&program, &format!("/api/v1{at}/attendance"));
        let late =
            "\"late\":{\"entries\":1,\"lesson_day\":\"2026-03-10\",\"entered_at\":\"2026-03-11T";
        assert_eq!(told.matches(late).count(), TRAINEES.len(), "{told}");
    }

    /// The bureau registers so many assessors, and each has an account.
    fn assessors(&self) -> Vec<(String, Actor)> {
        let bureau = self.now(&self.bureau);
        let registered = ["巴图", "那顺", "苏日娜"].into_iter().zip(0_u16..);
        registered
            .map(|(name, n)| {
                let (id, card) = (number(80 + n), format!("NM-2026-00{n}"));
                let fields = [
                    ("name", name),
                    ("id_number", id.as_str()),
                    ("card", &card),
                    ("grade", "assessor"),
                    ("occupations", "电焊"),
                    ("starts", "2026-01-01"),
                    ("ends", "2028-12-31"),
                ];
                let key = self.made(&bureau, "/assessors", &fields);
                let actor = self.account(&format!("assessor-{n}"), "assessor", ("assessor", &key));
                (key, actor)
            })
            .collect()
    }

    /// A sitting with the class's trainees and its panel, marking opened; answers its address.
    fn sitting(&mut self, clerk: &Actor, class: &str, panel: &[(String, Actor)]) -> String {
        self.hall.on("2026-03-12");
        let visitor = self.now(clerk);
        let fields = [
            ("name", "2026年春焊工五级"),
            ("occupation", "电焊"),
            ("level", "5"),
            ("day", "2026-03-14"),
            ("place", "集宁区实训中心"),
        ];
        let at = format!("/sittings/{}", self.made(&visitor, "/sittings", &fields));
        let offered = self
            .counter
            .read(&visitor, &format!("{at}/candidates/new?class={class}"));
        let trainees = each_after(&offered, "name=\"trainees\" value=\"");
        assert_eq!(trainees.len(), TRAINEES.len() - 1, "{}", plain(&offered));
        let mut fields = vec![("class", class), ("clause", "5A"), ("years", "0")];
        fields.extend(trainees.iter().map(|key| ("trainees", key.as_str())));
        self.counter
            .done(&visitor, &format!("{at}/candidates"), &fields);
        let listed = self.counter.read(&visitor, &format!("{at}/candidates"));
        assert!(listed.contains("李堃") && !listed.contains(ABSENT));
        let mut fields = vec![("head", panel[0].0.as_str())];
        fields.extend(
            panel
                .iter()
                .take(2)
                .map(|(key, _)| ("theory", key.as_str())),
        );
        fields.extend(
            panel
                .iter()
                .take(2)
                .map(|(key, _)| ("practice", key.as_str())),
        );
        assert_eq!(
            self.counter
                .send(&visitor, &format!("{at}/panel"), &fields)
                .status,
            422
        );
        fields.push(("practice", &panel[2].0));
        self.counter.done(&visitor, &format!("{at}/panel"), &fields);
        assert!(
            matches!(
                self.counter
                    .send(&visitor, &format!("{at}/marking"), &[])
                    .status,
                409 | 422
            ),
            "marked before its day"
        );
        self.hall.on("2026-03-14");
        self.counter
            .done(&self.now(clerk), &format!("{at}/marking"), &[]);
        at
    }

    /// Each assessor gives her own marks and signs; the last candidate fails.
    fn marked(&self, at: &str, panel: &[(String, Actor)]) {
        for (turn, (_, actor)) in panel.iter().enumerate() {
            let visitor = self.now(actor);
            let sheet = self.counter.read(&visitor, &format!("{at}/marks"));
            let candidates = each_after(&sheet, "name=\"version.");
            assert_eq!(candidates.len(), 5);
            let mut fields = vec![("do".to_owned(), "sign".to_owned())];
            for (n, candidate) in candidates.iter().enumerate() {
                fields.push((format!("version.{candidate}"), "0".to_owned()));
                if turn < 2 {
                    fields.push((format!("mark.{candidate}.theory"), "80".to_owned()));
                }
                let practice = if n == 4 {
                    ["55", "61", "52.5"]
                } else {
                    ["70", "72.5", "74"]
                };
                fields.push((
                    format!("mark.{candidate}.practice"),
                    practice[turn].to_owned(),
                ));
            }
            let sent: Vec<_> = fields
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect();
            let to = self.counter.done(&visitor, &format!("{at}/marks"), &sent);
            let shown = hidden(&self.counter.read(&visitor, &to), "shown");
            self.counter.done(
                &visitor,
                &format!("{at}/signature"),
                &[("heads", "5"), ("shown", &shown)],
            );
            assert!(
                self.counter
                    .send(&visitor, &format!("{at}/marks"), &sent)
                    .status
                    >= 400,
                "signed marks were changed"
            );
        }
    }

    /// Published, objected to by a stranger, settled; issuing is refused until the days are over.
    fn published(&mut self, at: &str, clerk: &Actor, signatory: &Actor) {
        self.counter
            .done(&self.now(clerk), &format!("{at}/publicity"), &[]);
        let public = at.replace("/sittings/", "/publicity/");
        let stranger = Visitor::stranger();
        let page = self.counter.read(&stranger, &public);
        assert!(
            page.contains("李*") && TRAINEES.iter().all(|name| !page.contains(name)),
            "{}",
            plain(&page)
        );
        self.hall.on("2026-03-16");
        let said = [("about", "第五号"), ("said", "实操成绩有误")];
        assert_eq!(
            self.counter
                .send(&stranger, &format!("{public}/objections"), &said)
                .status,
            200
        );
        let issue = |journey: &Self| {
            journey
                .counter
                .send(
                    &journey.now(signatory),
                    &format!("{at}/certificates"),
                    &[("count", "4")],
                )
                .status
        };
        assert_eq!(issue(self), 409, "issued before the days were over");
        self.hall.on("2026-03-23");
        assert_eq!(issue(self), 409, "issued over an open objection");
        let page = self
            .counter
            .read(&self.now(signatory), &format!("{at}/objections"));
        let objection = each_after(&page, "action=\"/objections/").remove(0);
        let settled = [("outcome", "rejected"), ("reason", "核对无误")];
        assert_eq!(
            self.counter
                .send(
                    &self.now(clerk),
                    &format!("/objections/{objection}/settlement"),
                    &settled
                )
                .status,
            403
        );
        self.counter.done(
            &self.now(signatory),
            &format!("/objections/{objection}/settlement"),
            &settled,
        );
    }

    /// What an employer sees behind the code, as a page and as JSON.
    fn scanned(&self, public: &str, facts: &[&str], verdict: (&str, &str)) {
        let page = self.counter.read(&Visitor::stranger(), public);
        for fact in facts.iter().chain([&verdict.0]) {
            assert!(page.contains(fact), "{fact} in {}", plain(&page));
        }
        let json = self.counter.ask_with(
            &Visitor::stranger(),
            Method::Get,
            public,
            &[("Accept", "application/json")],
            None,
        );
        let document = json.json();
        assert_eq!(document["verdict"], verdict.1);
        let chain = self
            .counter
            .read(&Visitor::stranger(), &format!("{public}/provenance"));
        let late = format!("其中补录：全班考勤有 {} 条在上课日之后登记", TRAINEES.len());
        assert!(
            chain.contains(&late) && !chain.contains("其中补录：本次评价"),
            "{}",
            plain(&chain)
        );
        assert_eq!(document["certificate"]["number"], facts[0]);
        assert_eq!(document["certificate"]["holder"], facts[1]);
        for n in 0..6 {
            assert!(
                !page.contains(number(n).as_str()) && !json.text().contains(number(n).as_str())
            );
        }
    }
}

#[test]
fn a_class_of_welders_from_application_to_a_scanned_certificate_through_the_pages() {
    let mut journey = Journey::new();
    let (school, house) = journey.institutions();
    let of_school =
        |role: &str, login: &str| journey.account(login, role, ("institution", &school));
    let of_house = |role: &str, login: &str| journey.account(login, role, ("institution", &house));
    let (clerk, head) = (
        of_school("institution_clerk", "clerk"),
        of_school("institution_signatory", "head"),
    );
    let assessing = of_house("assessment_clerk", "assessing");
    let (first, second) = (
        of_house("assessment_signatory", "first"),
        of_house("assessment_signatory", "second"),
    );

    let visitor = journey.counter.sign_in("clerk", PASSWORD);
    let class = journey.class(&visitor);
    let at = format!("/classes/{class}");
    journey.enrolled(&visitor, &at);
    journey.taught(&clerk, &at);

    let panel = journey.assessors();
    let sitting = journey.sitting(&assessing, &class, &panel);
    journey.marked(&sitting, &panel);
    journey.published(&sitting, &assessing, &first);

    let issuing = format!("{sitting}/certificates");
    let signs = journey.now(&first);
    assert_eq!(
        journey
            .counter
            .send(&journey.now(&assessing), &issuing, &[("count", "4")])
            .status,
        403
    );
    assert_eq!(
        journey
            .counter
            .send(&signs, &issuing, &[("count", "5")])
            .status,
        422
    );
    let to = journey.counter.done(&signs, &issuing, &[("count", "4")]);
    let issued = journey.counter.read(&signs, &to);
    let keys = each_after(&issued, "href=\"/certificates/");
    assert_eq!(keys.len(), 4);
    assert_eq!(
        each_after(
            &journey.counter.read(
                &signs,
                &journey.counter.done(&signs, &issuing, &[("count", "4")])
            ),
            "href=\"/certificates/"
        ),
        keys
    );

    let certificate = format!("/certificates/{}", keys[0]);
    let pdf = journey
        .counter
        .ask(&signs, Method::Get, &format!("{certificate}/pdf"), None);
    assert!(pdf.status == 200 && pdf.kind == "application/pdf" && pdf.bytes.starts_with(b"%PDF"));
    let papers = journey
        .counter
        .ask(&signs, Method::Get, &format!("{issuing}.pdf?part=1"), None);
    assert!(papers.status == 200 && papers.bytes.starts_with(b"%PDF"));
    let page = journey.counter.read(&signs, &certificate);
    let public = format!("/v/{}", each_after(&page, "href=\"/v/")[0]);
    let holder = TRAINEES.iter().find(|name| page.contains(*name)).unwrap();
    let facts = [
        "S000015090001265000001",
        holder,
        "焊工",
        "乌兰察布市职业技能评价中心",
        "五级",
        "2026年3月23日",
    ];
    journey.scanned(&public, &facts, ("证书有效", "valid"));

    let revocation = format!("{certificate}/revocation");
    let grounds = [
        ("reason_class", "fraud"),
        ("basis", "《职业技能等级认定工作规程》第二十条"),
        ("reason", "冒名顶替，已查实"),
    ];
    assert_eq!(
        journey
            .counter
            .send(&signs, &revocation, &[("reason_class", "fraud")])
            .status,
        422
    );
    journey.counter.done(&signs, &revocation, &grounds);
    assert_eq!(
        journey
            .counter
            .send(&signs, &format!("{revocation}/confirmation"), &[])
            .status,
        409
    );
    journey.scanned(&public, &facts, ("证书有效", "valid"));
    journey.counter.done(
        &journey.now(&second),
        &format!("{revocation}/confirmation"),
        &[],
    );
    journey.scanned(&public, &facts[..2], ("证书已撤销", "revoked"));
    assert_eq!(
        journey
            .counter
            .ask(&signs, Method::Get, &format!("{certificate}/pdf"), None)
            .status,
        409
    );

    let head = journey.now(&head);
    let to = journey
        .counter
        .done(&head, &format!("{at}/certificates"), &[("count", "5")]);
    let completed = each_after(&journey.counter.read(&head, &to), "href=\"/certificates/");
    assert_eq!(completed.len(), 5);
    let pdf = journey.counter.ask(
        &head,
        Method::Get,
        &format!("/certificates/{}/pdf", completed[0]),
        None,
    );
    assert!(pdf.status == 200 && pdf.bytes.starts_with(b"%PDF"));
    assert_eq!(
        journey
            .counter
            .ask(
                &signs,
                Method::Get,
                &format!("/certificates/{}", completed[0]),
                None
            )
            .status,
        404
    );
}
