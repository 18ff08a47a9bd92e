//! 答复: what a form answers: the next page with a word of what was done, or itself again.

use crate::acts::Error;
use crate::web::form::Filled;
use crate::web::frame::Notice;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::{No, status};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;

/// A form that was refused is shown again; anything else that went wrong is told as it is.
pub type Shown<T> = Result<Redirect, Result<Page<T>, No>>;

/// What was just done, told once after it. The code stands in the address: only words we know.
pub fn done(w: Words, set: &str, known: &[&str], code: Option<&str>) -> Option<Notice> {
    let code = known.iter().find(|known| Some(**known) == code)?;
    Some(Notice {
        good: true,
        text: w.c(set, code).to_owned(),
    })
}

/// Shows a refused form again with what is wrong; passes anything else on.
pub fn again<T: Template>(
    caller: &Caller,
    error: Error,
    form: Filled,
    page: impl FnOnce(Filled) -> T,
) -> Result<Page<T>, No> {
    let answer = status(&error);
    let Error::Refused(refusals) = error else {
        return Err(No(error));
    };
    let w = caller.words();
    let form = refusals
        .iter()
        .fold(form, |form, refusal| form.refused(w, refusal));
    Ok(Page::new(page(form)).status(answer))
}

/// A list's address with its filters, without the page.
pub fn address(path: &str, filters: &[(&str, &str)]) -> String {
    let filled: Vec<_> = filters
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let value = rocket::http::RawStr::new(value).percent_encode();
            format!("{name}={value}")
        })
        .collect();
    if filled.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", filled.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_stand_in_the_address_and_nothing_slips_out() {
        assert_eq!(
            address("/demands", &[("q", ""), ("region", "")]),
            "/demands"
        );
        assert_eq!(
            address("/demands", &[("q", "焊 工&x=1"), ("region", "150900")]),
            "/demands?q=%E7%84%8A%20%E5%B7%A5%26x%3D1&region=150900"
        );
    }

    #[test]
    fn only_known_words_are_told() {
        let w = Words::default();
        assert!(done(w, "institutions.done", &["filed"], Some("filed")).is_some());
        assert!(done(w, "institutions.done", &["filed"], Some("<b>")).is_none());
        assert!(done(w, "institutions.done", &["filed"], None).is_none());
    }
}
