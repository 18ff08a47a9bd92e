//! 账号: signing in, and what ends a session.

use crate::hall::{Hall, PASSWORD};
use guildhall::acts::accounts::{self, Present};
use guildhall::domain::account::{Administrator, Role, Scope};

fn signed_in(hall: &Hall) -> (String, Present) {
    let actor = hall.actor(Role::BureauOfficer, Scope::All);
    let entered =
        accounts::sign_in(&hall.registry, "bureau-officer-0", PASSWORD, hall.now).unwrap();
    assert_eq!(entered.actor, actor);
    let present = accounts::present(&hall.registry, &entered.cookie, hall.now)
        .unwrap()
        .unwrap();
    (entered.cookie, present)
}

#[test]
fn a_wrong_password_and_an_unknown_login_are_answered_alike() {
    let hall = Hall::new();
    hall.actor(Role::Auditor, Scope::All);
    for (login, password) in [("auditor-0", "wrong horse"), ("nobody", PASSWORD)] {
        let error = accounts::sign_in(&hall.registry, login, password, hall.now)
            .err()
            .unwrap();
        assert_eq!(error.code(), "account.not-recognised");
    }
}

#[test]
fn ten_failures_close_a_login_for_a_quarter_of_an_hour() {
    let hall = Hall::new();
    hall.actor(Role::Auditor, Scope::All);
    for _ in 0..10 {
        assert!(accounts::sign_in(&hall.registry, "auditor-0", "wrong horse", hall.now).is_err());
    }
    let error = accounts::sign_in(&hall.registry, "auditor-0", PASSWORD, hall.now)
        .err()
        .unwrap();
    assert_eq!(error.code(), "account.too-many-failures");
    assert!(
        accounts::sign_in(
            &hall.registry,
            "auditor-0",
            PASSWORD,
            hall.now.plus_seconds(901)
        )
        .is_ok()
    );
}

#[test]
fn a_session_ends_when_idle_when_old_and_when_signed_out() {
    let hall = Hall::new();
    let (cookie, _) = signed_in(&hall);
    let at = |seconds| {
        accounts::present(&hall.registry, &cookie, hall.now.plus_seconds(seconds))
            .unwrap()
            .is_some()
    };
    for minutes in (20..720).step_by(20) {
        assert!(
            at(minutes * 60),
            "used every twenty minutes, it lives at {minutes}"
        );
    }
    assert!(!at(12 * 3600), "twelve hours are the end");
    let again = accounts::sign_in(&hall.registry, "bureau-officer-0", PASSWORD, hall.now)
        .unwrap()
        .cookie;
    assert!(
        accounts::present(&hall.registry, &again, hall.now.plus_seconds(1801))
            .unwrap()
            .is_none()
    );
    let third = accounts::sign_in(&hall.registry, "bureau-officer-0", PASSWORD, hall.now)
        .unwrap()
        .cookie;
    accounts::sign_out(&hall.registry, &third).unwrap();
    assert!(
        accounts::present(&hall.registry, &third, hall.now)
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_new_password_or_a_closed_account_ends_sessions_and_tokens() {
    let hall = Hall::new();
    let (cookie, present) = signed_in(&hall);
    let viewer = hall.viewer(&present.actor);
    let token =
        accounts::make_token(&hall.registry, &viewer, "script", false, None, hall.now).unwrap();
    assert!(
        !accounts::bearer(&hall.registry, &token, hall.now)
            .unwrap()
            .unwrap()
            .may_write
    );
    accounts::change_password(
        &hall.registry,
        &viewer,
        PASSWORD,
        "another long sentence",
        hall.now,
    )
    .unwrap();
    assert!(
        accounts::present(&hall.registry, &cookie, hall.now)
            .unwrap()
            .is_none()
    );
    assert!(
        accounts::bearer(&hall.registry, &token, hall.now)
            .unwrap()
            .is_none()
    );

    let again = accounts::sign_in(
        &hall.registry,
        "bureau-officer-0",
        "another long sentence",
        hall.now,
    )
    .unwrap();
    let keeper = Administrator::of(hall.actor(Role::Administrator, Scope::All)).unwrap();
    accounts::close(&hall.registry, &keeper, &present.actor.account, hall.now).unwrap();
    assert!(
        accounts::present(&hall.registry, &again.cookie, hall.now)
            .unwrap()
            .is_none()
    );
    assert_eq!(
        hall.deeds("account", present.actor.account.as_str())
            .last()
            .unwrap(),
        "account.closed"
    );
}
