//! 登录页: what the sign-in page shows.

use crate::web::form::Filled;
use crate::web::frame::{Frame, Visit};
use askama::Template;

/// The sign-in page. The form posts `login`, `password`, `back` and `csrf` to `/sign-in`.
#[derive(Template, Debug)]
#[template(path = "sessions/new.html")]
pub struct SignIn {
    /// The frame.
    pub f: Frame,
    /// What was typed and what is wrong; a password is never given back.
    pub form: Filled,
    /// Where to go afterwards: a path of ours, or empty.
    pub back: String,
}

impl SignIn {
    /// The page for this visitor.
    pub fn of(visit: &Visit, csrf: &str, form: Filled, back: &str) -> Self {
        let mut f = Frame::of(visit, "sessions.new.title").wrong(&form);
        csrf.clone_into(&mut f.csrf);
        let back = if crate::web::frame::is_ours(back) {
            back.to_owned()
        } else {
            String::new()
        };
        Self { f, form, back }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_is_kept_and_the_password_is_not() {
        let mut form = Filled::blank()
            .with("login", "zhao")
            .with("password", "geheim");
        form.wrong("", "登录名或密码不对");
        let html = SignIn::of(&Visit::default(), "t0ken", form, "//evil.example")
            .render()
            .unwrap();
        crate::web::page::look::keep("sign-in", &html);
        assert!(html.contains("value=\"zhao\"") && html.contains("value=\"t0ken\""));
        assert!(!html.contains("geheim") && !html.contains("evil.example"));
        assert!(html.contains("<title>错误：1 处需改正 – 登录 – 匠册</title>"));
    }
}
