//! 合问: whoever asks beside others is answered what she would be alone.

use crate::acts::certificates::issued;
use crate::acts::sittings::Story;
use guildhall::acts::verification::{self, Verified};
use guildhall::acts::{Done, replacements};
use guildhall::domain::account::Issuer;
use guildhall::domain::certificate::Standing;
use guildhall::store::Found;
use guildhall::web::desk::Desk;
use std::sync::Arc;

/// A good certificate's token, a replaced one's, and one that nobody has.
fn three(story: &mut Story) -> [String; 3] {
    let given = issued(story, &[(1, "乌兰图雅"), (2, "韩雪梅")]).given;
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    let (registry, now) = (&story.hall.registry, story.hall.now);
    replacements::replace(registry, &issuer, &given[1].id, "污损", now).unwrap();
    let [good, replaced] = [0, 1].map(|at: usize| given[at].token.clone());
    [good, replaced, "aaaaaaaaaaaaaaaa".to_owned()]
}

/// What is told of a certificate: which, how it stands, what stands in its place.
fn told(found: Done<Option<Verified>>) -> Option<(String, Standing, Option<String>)> {
    let verified = found.unwrap()?;
    assert!(verified.is_sound());
    let token = verified.public.certificate.token.clone();
    let successor = verified.successor.map(|successor| successor.token);
    Some((token, verified.standing, successor))
}

#[test]
fn of_several_in_one_question_each_is_answered_in_its_place() {
    let mut story = Story::new();
    let [good, replaced, nobodys] = three(&mut story);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let asked = [&nobodys, &replaced, &good, &good].map(|token| (token.clone(), now));
    let each = verification::look_up_each(registry, &asked).unwrap();
    assert_eq!(each.len(), asked.len());
    for ((token, now), found) in asked.iter().zip(each) {
        let alone = told(verification::look_up(registry, token, *now));
        assert_eq!(told(found), alone, "{token}");
        assert_eq!(alone.is_none(), *token == nobodys);
    }
}

#[test]
fn hundreds_who_ask_at_the_same_moment_are_each_answered_their_own() {
    let mut story = Story::new();
    let tokens = three(&mut story);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let alone = tokens.each_ref();
    let alone = alone.map(|token| told(verification::look_up(registry, token, now)));
    assert!(matches!(alone[0], Some((_, Standing::Valid, None))));
    assert!(matches!(
        alone[1],
        Some((_, Standing::Replaced(_), Some(_)))
    ));
    let desk = Desk::new(Arc::clone(registry), story.hall.clock.clone());
    rocket::execute(async {
        let asked = (0..300).map(|at| desk.certificate(&tokens[at % 3], now));
        let found = rocket::futures::future::join_all(asked).await;
        for (at, found) in found.into_iter().enumerate() {
            assert_eq!(told(found), alone[at % 3], "{at}");
        }
    });
}

#[test]
fn one_that_cannot_be_read_keeps_nobody_else_from_an_answer() {
    let mut story = Story::new();
    let [good, spoilt, _] = three(&mut story);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let drop = if registry.store.kind() == "SQLite" {
        "DROP TRIGGER certificates_no_update"
    } else {
        "DROP TRIGGER certificates_stay ON certificates"
    };
    let run = |statement: &str| {
        let done: Found<()> = registry.store.write(|db| db.run(statement));
        done.unwrap();
    };
    run(drop);
    run(&format!(
        "UPDATE certificates SET level = level || '?' WHERE token = '{spoilt}'"
    ));
    assert!(verification::look_up(registry, &spoilt, now).is_err());
    let desk = Desk::new(Arc::clone(registry), story.hall.clock.clone());
    rocket::execute(async {
        let asked = (0..40).map(|at| desk.certificate([&good, &spoilt][at % 2], now));
        let found = rocket::futures::future::join_all(asked).await;
        for (at, found) in found.into_iter().enumerate() {
            match at % 2 {
                0 => assert!(matches!(told(found), Some((_, Standing::Valid, None)))),
                _ => assert!(found.is_err(), "{at}"),
            }
        }
    });
    run("UPDATE certificates SET level = replace(level, '?', '')");
}
