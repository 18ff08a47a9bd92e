//! 动态口令: wanted, once begun, before certificates are issued.

use crate::acts::certificates::published;
use crate::acts::sittings::Story;
use crate::hall::PASSWORD;
use crate::visitor::{Counterside, Visitor, plain};
use data_encoding::BASE32_NOPAD;
use guildhall::seal::one_time_code::{STEP, Secret};

fn secret_on(page: &str) -> Secret {
    let text = page
        .split("class=\"code num\">")
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .unwrap();
    Secret::of(
        &BASE32_NOPAD
            .decode(text.replace(' ', "").as_bytes())
            .unwrap(),
    )
}

#[test]
fn whoever_turns_codes_on_gives_one_before_she_issues() {
    let mut story = Story::new();
    let id = published(&mut story, "2026-03-14", &[(1, "乌兰图雅")], &[]);
    story.hall.on("2026-03-23");
    let counter = Counterside::of(&story.hall);
    let signatory = Visitor::signed_in(&story.hall, story.signatory.actor());
    let mut clock = story.hall.now;
    let mut code = |secret: &Secret| {
        // Each code works once, so the next is of the next step.
        clock = clock.plus_seconds(STEP);
        story.hall.clock.put(clock);
        format!(
            "{:06}",
            secret.code(clock.utc().and_utc().timestamp() / STEP)
        )
    };

    let wrong = counter.send(&signatory, "/second-factor", &[("old", "wrong")]);
    assert_eq!(wrong.status, 422);
    counter.done(&signatory, "/second-factor", &[("old", PASSWORD)]);
    let page = counter.read(&signatory, "/second-factor");
    assert!(page.contains("data:image/svg+xml"), "{}", plain(&page));
    let secret = secret_on(&page);
    let first = code(&secret);
    counter.done(
        &signatory,
        "/second-factor/confirmation",
        &[("code", &first)],
    );
    let page = counter.read(&signatory, "/second-factor");
    assert!(
        page.contains("启用") && !page.contains("code num"),
        "{}",
        plain(&page)
    );

    let path = format!("/sittings/{id}/certificates");
    let wanted = counter.send(&signatory, &path, &[("count", "1")]);
    assert_eq!(wanted.status, 403);
    assert!(
        wanted.text().contains("/second-factor/code"),
        "{}",
        plain(&wanted.text())
    );
    let give = "/second-factor/code";
    assert_eq!(
        counter.send(&signatory, give, &[("code", &first)]).status,
        422,
        "used before"
    );
    let next = code(&secret);
    let to = counter.done(&signatory, give, &[("code", &next), ("next", &path)]);
    assert_eq!(to, path);
    assert_eq!(
        counter.done(&signatory, &path, &[("count", "1")]),
        format!("{path}?done=issued")
    );

    let last = code(&secret);
    counter.done(&signatory, "/second-factor/ending", &[("code", &last)]);
    let deeds = story
        .hall
        .deeds("account", story.signatory.actor().account.as_str());
    assert!(!deeds.is_empty());
    // Guessing ends soon.
    counter.done(&signatory, "/second-factor", &[("old", PASSWORD)]);
    let guess = |n: usize| {
        counter.send(
            &signatory,
            "/second-factor/confirmation",
            &[("code", &format!("{n:06}"))],
        )
    };
    let answers: Vec<String> = (0..6).map(|n| guess(n).text()).collect();
    assert!(
        answers[5].contains("输错次数过多"),
        "{}",
        plain(&answers[5])
    );
}
