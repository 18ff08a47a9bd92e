//! 证书: issued once, numbered without a gap, revoked by two, replaced by one; and verified.

use crate::acts::sittings::Story;
use guildhall::acts::issuing::Issued;
use guildhall::acts::revocations::Grounds;
use guildhall::acts::verification::{self, Verified};
use guildhall::acts::{
    Done, Error, Registry, audit, certificates, prints, publicity, replacements, replies,
    revocations,
};
use guildhall::domain::account::{Confirmer, Issuer, Reader};
use guildhall::domain::assessment::SittingId;
use guildhall::domain::certificate::{CertificateId, RevocationReason, Standing};
use guildhall::ground::clock::Now;
use guildhall::on;
use guildhall::store::{Found, ledger, people};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

/// A sitting of these candidates, all marked 80 but those marked to fail, its results shown.
pub fn published(
    story: &mut Story,
    day: &str,
    names: &[(u32, &str)],
    failing: &[usize],
) -> SittingId {
    let id = story.marking(day, names);
    let given: Vec<_> = (0..names.len())
        .map(|at| {
            if failing.contains(&at) {
                ["80", "59"]
            } else {
                ["80", "75.5"]
            }
        })
        .collect();
    story.all_sign(&id, &given);
    publicity::open(&story.hall.registry, &story.clerk, &id, story.hall.now).unwrap();
    id
}

/// The same, issued three weeks later.
pub fn issued(story: &mut Story, names: &[(u32, &str)]) -> Issued {
    let id = published(story, "2026-03-14", names, &[]);
    story.hall.on("2026-04-07");
    certificates::issue(&story.hall.registry, &story.signatory, &id, story.hall.now).unwrap()
}

fn code<T>(done: Done<T>) -> &'static str {
    done.err().map_or("done", |error| error.code())
}

fn look_up(registry: &Registry, token: &str, now: Now) -> Verified {
    verification::look_up(registry, token, now)
        .unwrap()
        .unwrap()
}

fn grounds() -> Grounds {
    Grounds {
        reason_class: RevocationReason::Fraud,
        basis: "《职业技能等级认定工作规程》第二十条".to_owned(),
        reason: "冒名顶替，已查实".to_owned(),
    }
}

#[test]
fn a_sitting_is_issued_whole_and_once() {
    let mut story = Story::new();
    let names = [(1, "乌兰图雅"), (2, "张三"), (3, "李四")];
    let id = published(&mut story, "2026-03-14", &names, &[1]);
    let issue = |story: &Story| {
        certificates::issue(&story.hall.registry, &story.signatory, &id, story.hall.now)
    };
    story.hall.on("2026-03-20");
    assert_eq!(code(issue(&story)), "publicity.open");
    story.hall.on("2026-03-23");
    let first = issue(&story).unwrap();
    assert!(first.now && first.left.is_empty());
    assert_eq!(
        first.numbers(),
        ["S000015090001265000001", "S000015090001265000002"]
    );
    let holders: Vec<_> = first
        .given
        .iter()
        .map(|given| given.holder.as_str())
        .collect();
    assert_eq!(holders, ["乌兰图雅", "李四"]);
    let second = issue(&story).unwrap();
    assert!(!second.now);
    assert_eq!(second.given, first.given);
    let deeds = story.hall.deeds("sitting", id.as_str());
    assert_eq!(
        deeds
            .iter()
            .filter(|deed| *deed == "sitting.issued")
            .count(),
        1
    );
    assert_eq!(
        story.hall.deeds("certificate", first.given[0].id.as_str()),
        ["certificate.issued"]
    );
    let verified = look_up(&story.hall.registry, &first.given[0].token, story.hall.now);
    assert_eq!(verified.standing, Standing::Valid);
    assert!(verified.is_sound());
    assert_eq!(verified.public.key.1, 2026);
}

#[test]
fn another_organisations_signatory_finds_nothing_to_issue() {
    let mut story = Story::new();
    let id = published(&mut story, "2026-03-14", &[(1, "乌兰")], &[]);
    story.hall.on("2026-03-23");
    let other = guildhall::domain::institution::InstitutionId::fresh(story.hall.now);
    let stranger =
        guildhall::domain::account::AssessmentSignatory::of(guildhall::domain::account::Actor {
            scope: guildhall::domain::account::Scope::Institution(other),
            ..story.signatory.actor().clone()
        });
    let answer = certificates::issue(
        &story.hall.registry,
        &stranger.unwrap(),
        &id,
        story.hall.now,
    );
    assert!(matches!(answer, Err(Error::NotFound)));
}

#[test]
fn a_name_the_paper_cannot_carry_refuses_the_whole_by_name() {
    let mut story = Story::new();
    let id = published(&mut story, "2026-03-14", &[(1, "乌兰"), (2, "张𡋾")], &[]);
    story.hall.on("2026-03-23");
    let answer = certificates::issue(&story.hall.registry, &story.signatory, &id, story.hall.now);
    let Err(Error::Refused(reasons)) = answer else {
        panic!("it was issued")
    };
    assert_eq!(reasons[0].code, "certificate.name-unsettable");
    assert_eq!(reasons[0].facts, ["张𡋾", "𡋾 (U+212FE)"]);
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    let (_, prospect) =
        certificates::prospect(&story.hall.registry, &reader, &id, story.hall.now).unwrap();
    assert!(prospect.issued.is_empty() && prospect.faults.len() == 1 && prospect.count == 2);
}

#[test]
fn revoking_takes_two_persons_and_shows_at_once() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let first = Issuer::of(story.signatory.actor().clone()).unwrap();
    let same = Confirmer::of(story.signatory.actor().clone()).unwrap();
    let second = Confirmer::of(story.bureau.actor().clone()).unwrap();
    let county = story.hall.county("150902");
    assert!(Confirmer::of(county.actor().clone()).is_none());
    assert_eq!(
        code(revocations::confirm(registry, &second, &given.id, now)),
        "revocation.unproposed"
    );
    let blank = Grounds {
        basis: " ".to_owned(),
        ..grounds()
    };
    assert_eq!(
        code(revocations::propose(
            registry, &first, &given.id, &blank, now
        )),
        "revocation.baseless"
    );
    revocations::propose(registry, &first, &given.id, &grounds(), now).unwrap();
    assert_eq!(
        code(revocations::propose(
            registry,
            &first,
            &given.id,
            &grounds(),
            now
        )),
        "revocation.proposed"
    );
    assert_eq!(
        code(replacements::replace(
            registry, &first, &given.id, "破损", now
        )),
        "revocation.proposed"
    );
    assert_eq!(
        code(revocations::confirm(registry, &same, &given.id, now)),
        "revocation.same-person"
    );
    assert_eq!(
        look_up(registry, &given.token, now).standing,
        Standing::Valid
    );
    // Dropped and proposed again: the first proposal stays on record.
    revocations::drop_proposal(registry, &first, &given.id, "证据不足", now).unwrap();
    assert_eq!(
        code(revocations::confirm(registry, &second, &given.id, now)),
        "revocation.unproposed"
    );
    revocations::propose(registry, &first, &given.id, &grounds(), now).unwrap();
    revocations::confirm(registry, &second, &given.id, now).unwrap();
    assert!(matches!(
        look_up(registry, &given.token, now).standing,
        Standing::Revoked(_)
    ));
    assert_eq!(
        code(revocations::confirm(registry, &second, &given.id, now)),
        "certificate.revoked"
    );
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    assert_eq!(
        code(prints::draw(registry, &reader, &given.id, now)),
        "certificate.revoked"
    );
    let opened = certificates::open(registry, &reader, &given.id).unwrap();
    assert_eq!((opened.cases.len(), opened.pending().is_some()), (2, false));
    assert_eq!(
        story.hall.deeds("certificate", given.id.as_str()),
        [
            "certificate.issued",
            "certificate.revocation-proposed",
            "certificate.revocation-dropped",
            "certificate.revocation-proposed",
            "certificate.revoked"
        ]
    );
}

#[test]
fn a_replaced_certificate_leads_to_its_successor() {
    let mut story = Story::new();
    let old = issued(&mut story, &[(1, "乌兰图雅"), (2, "张三")])
        .given
        .remove(0);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    assert_eq!(
        code(replacements::replace(registry, &issuer, &old.id, " ", now)),
        "field.blank"
    );
    let new = replacements::replace(registry, &issuer, &old.id, "证书污损", now).unwrap();
    assert_eq!(new.number, "S000015090001265000003");
    let verified = look_up(registry, &old.token, now);
    assert!(matches!(verified.standing, Standing::Replaced(_)));
    assert_eq!(verified.successor.unwrap().token, new.token);
    assert_eq!(look_up(registry, &new.token, now).standing, Standing::Valid);
    assert_eq!(
        code(replacements::replace(
            registry, &issuer, &old.id, "再换", now
        )),
        "certificate.replaced"
    );
    assert!(replacements::replace(registry, &issuer, &new.id, "再换", now).is_ok());
}

/// How many statements one look-up sends on this thread's own connection, and how many of them it
/// keeps prepared for the next.
fn statements(registry: &Registry, token: &str, now: Now) -> (usize, usize) {
    use diesel::connection::{Connection, InstrumentationEvent};
    let sent = Arc::new(AtomicUsize::new(0));
    let kept = Arc::new(AtomicUsize::new(0));
    let (sends, keeps) = (Arc::clone(&sent), Arc::clone(&kept));
    registry
        .store
        .point(|db| {
            on!(db, c => c.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                match event {
                    InstrumentationEvent::StartQuery { .. } => sends.fetch_add(1, Ordering::Relaxed),
                    InstrumentationEvent::CacheQuery { .. } => keeps.fetch_add(1, Ordering::Relaxed),
                    _ => 0,
                };
            }));
            Ok::<_, Error>(())
        })
        .unwrap();
    look_up(registry, token, now);
    (sent.load(Ordering::Relaxed), kept.load(Ordering::Relaxed))
}

#[test]
fn a_verdict_takes_two_questions_and_one_while_nobody_writes() {
    let mut story = Story::new();
    let old = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    if !registry.store.answers_at_once() {
        return; // The pool lends another connection each time.
    }
    // A statement that is prepared anew each time takes longer than everything else on the page. One
    // of them asks whether anybody has written; two ask for the key and the filed line, once; and one
    // for its entry in the log, until that has its place there.
    assert_eq!(statements(registry, &old.token, now), (5, 5));
    assert_eq!(statements(registry, &old.token, now), (2, 0));
    assert_eq!(statements(registry, &old.token, now), (1, 0));
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    replacements::replace(registry, &issuer, &old.id, "证书污损", now).unwrap();
    // What became of it, and what stands in its place, are two more.
    assert_eq!(statements(registry, &old.token, now), (5, 2));
    assert_eq!(statements(registry, &old.token, now), (2, 0));
}

#[test]
fn number_name_and_the_end_of_the_document_find_it_together_only() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let tail = crate::acts::sittings::document(1).last4().to_owned();
    let find = |number: &str, name: &str, tail: &str| {
        verification::look_up_number(registry, number, name, tail, now)
            .unwrap()
            .is_some()
    };
    assert!(find(&given.number, "娜仁·图雅", &tail));
    assert!(find(&given.number, " 娜仁图雅", &tail.to_lowercase()));
    assert!(!find(&given.number, "娜仁", &tail));
    assert!(!find(&given.number, "娜仁图雅", "0000"));
    assert!(!find("S000015090001265000009", "娜仁图雅", &tail));
}

#[test]
fn a_row_changed_behind_our_back_is_noticed_and_named() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let run = |statement: &str| {
        let done: Found<()> = registry.store.write(|db| db.run(statement));
        done
    };
    let rename = |name: &str| format!("UPDATE certificates SET holder = '{name}'");
    assert!(run(&rename("李四")).is_err(), "the database itself refuses");
    let drop = if registry.store.kind() == "SQLite" {
        "DROP TRIGGER certificates_no_update"
    } else {
        "DROP TRIGGER certificates_stay ON certificates"
    };
    run(drop).unwrap();
    run(&rename("李四")).unwrap();
    let verified = look_up(registry, &given.token, now);
    assert!(!verified.checks.content && !verified.is_sound());
    let broken = audit::all(registry).unwrap();
    assert!(
        broken
            .iter()
            .any(|broken| broken.promise == "certificates.signed"),
        "{broken:?}"
    );
    run(&rename("乌兰图雅")).unwrap();
    assert!(look_up(registry, &given.token, now).is_sound());
}

#[test]
fn the_paper_says_who_and_whoever_draws_it_is_recorded() {
    let mut story = Story::new();
    let all = issued(&mut story, &[(1, "阿拉坦其其格"), (2, "何𬭎")]);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    let drawn = prints::draw(registry, &reader, &all.given[0].id, now).unwrap();
    assert!(drawn.bytes.starts_with(b"%PDF-"));
    assert_eq!(drawn.name, "S000015090001265000001.pdf");
    let again = prints::draw(registry, &reader, &all.given[0].id, now).unwrap();
    assert_eq!(
        drawn.bytes, again.bytes,
        "the same record gives the same bytes"
    );
    let person = certificates::open(registry, &reader, &all.given[0].id)
        .unwrap()
        .certificate
        .person;
    let sights = registry
        .store
        .read(|db| people::sights_of(db, &person))
        .unwrap();
    assert_eq!(sights.len(), 2);
    if let Some(text) = text_of(&drawn.bytes) {
        let number = crate::acts::sittings::document(1).as_str().to_owned();
        for wanted in [
            "阿拉坦其其格",
            "S000015090001265000001",
            "五级/初级工",
            "焊工",
            number.as_str(),
        ] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
    }
    let id = certificates::open(registry, &reader, &all.given[0].id)
        .unwrap()
        .certificate
        .sitting
        .unwrap();
    let both = prints::draw_sitting(registry, &reader, &id, 1, now).unwrap();
    if let Some(text) = text_of(&both.bytes) {
        assert!(text.contains("阿拉坦其其格") && text.contains("何𬭎"));
    }
    assert!(matches!(
        prints::draw_sitting(registry, &reader, &id, 2, now),
        Err(Error::NotFound)
    ));
}

/// The text of a PDF, where poppler is at hand.
pub fn text_of(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certificate.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext")
        .arg(&file)
        .arg("-")
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Sixteen threads on two servers, every sitting wanted by four of them at once.
#[test]
fn parallel_issuers_leave_no_gap_and_issue_nothing_twice() {
    let mut story = Story::new();
    let sittings: Vec<_> = (0..4_u32)
        .map(|at| {
            let day = format!("2026-03-{}", 14 + at);
            let names = ["乌兰", "张三", "李四"];
            let names: Vec<_> = (0..3)
                .map(|n| (1 + at * 3 + n, names[n as usize]))
                .collect();
            published(&mut story, &day, &names, &[])
        })
        .collect();
    story.hall.on("2026-04-07");
    let other = Arc::new(story.hall.beside());
    let start = Arc::new(Barrier::new(16));
    let threads: Vec<_> = (0..16)
        .map(|at| {
            let registry = if at % 2 == 0 {
                Arc::clone(&story.hall.registry)
            } else {
                Arc::clone(&other)
            };
            let (signatory, id) = (story.signatory.clone(), sittings[at / 4].clone());
            let (start, now) = (Arc::clone(&start), story.hall.now);
            std::thread::spawn(move || {
                start.wait();
                (
                    at / 4,
                    certificates::issue(&registry, &signatory, &id, now).unwrap(),
                )
            })
        })
        .collect();
    let answers: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    let mut numbers = Vec::new();
    for at in 0..4 {
        let of: Vec<_> = answers
            .iter()
            .filter(|(sitting, _)| *sitting == at)
            .collect();
        assert_eq!(
            of.iter().filter(|(_, issued)| issued.now).count(),
            1,
            "one of four issues"
        );
        assert!(
            of.windows(2).all(|pair| pair[0].1.given == pair[1].1.given),
            "all are answered alike"
        );
        numbers.extend(of[0].1.numbers().into_iter().map(str::to_owned));
    }
    numbers.sort();
    let all: Vec<_> = (1..=12)
        .map(|n| format!("S000015090001265{n:06}"))
        .collect();
    assert_eq!(numbers, all);
}

#[test]
fn a_key_answers_alike_and_only_for_its_request() {
    let story = Story::new();
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let actor = story.signatory.actor();
    assert_eq!(
        code(replies::begin(registry, actor, "two words", "d1", now)),
        "idempotency_key.malformed"
    );
    assert_eq!(
        replies::begin(registry, actor, "k1", "d1", now).unwrap(),
        None
    );
    assert_eq!(
        code(replies::begin(registry, actor, "k1", "d1", now)),
        "idempotency_key.under-way"
    );
    replies::finish(registry, actor, "k1", "d1", (200, "{}"), now).unwrap();
    let kept = Some((200, "{}".to_owned()));
    assert_eq!(
        replies::begin(registry, actor, "k1", "d1", now).unwrap(),
        kept
    );
    assert_eq!(
        code(replies::begin(registry, actor, "k1", "d2", now)),
        "idempotency_key.reused"
    );
    // Another's key is another key; a crash is given up after a minute; a day later it is forgotten.
    assert_eq!(
        replies::begin(registry, story.clerk.actor(), "k1", "d2", now).unwrap(),
        None
    );
    assert_eq!(
        replies::begin(
            registry,
            story.clerk.actor(),
            "k1",
            "d2",
            now.plus_seconds(61)
        )
        .unwrap(),
        None
    );
    assert_eq!(
        replies::begin(registry, actor, "k1", "d2", now.plus_seconds(90_000)).unwrap(),
        None
    );
}

#[test]
fn whoever_reads_sees_her_own_only() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let registry = &story.hall.registry;
    let sees = |actor: &guildhall::domain::account::Actor, id: &CertificateId| {
        let reader = Reader::of(actor.clone()).unwrap();
        certificates::open(registry, &reader, id).is_ok()
    };
    assert!(sees(story.clerk.actor(), &given.id));
    assert!(sees(story.hall.auditor().actor(), &given.id));
    assert!(sees(story.hall.county("150902").actor(), &given.id));
    assert!(!sees(story.hall.county("150921").actor(), &given.id));
    let key = ledger_keys(registry);
    assert_eq!(key, 1, "one key for the institution and the year");
}

fn ledger_keys(registry: &Registry) -> usize {
    let window = guildhall::ground::slice::Window::of(None, Some(200));
    let lines = registry
        .store
        .read(|db| {
            ledger::all(
                db,
                &guildhall::domain::account::Scope::All,
                Some("key.created"),
                window,
            )
        })
        .unwrap();
    lines.rows.len()
}
