//! 文字: what somebody writes into a field, tidied; not blank where it must say something, not endless.

use crate::domain::refusal::Refusal;
use crate::ground::text;

/// A text that must say something, and not too much.
pub fn said(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = brief(field, text, most)?;
    if text.is_empty() {
        return Err(Refusal::new("field.blank").at(field));
    }
    Ok(text)
}

/// A text that may say nothing, and not too much.
pub fn brief(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text::tidy(text);
    if text.chars().count() > most {
        return Err(Refusal::new("field.too-long").at(field).with(most));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_tidied_and_neither_blank_nor_endless() {
        let code = |told: Result<String, Refusal>| told.map_err(|no| (no.code, no.field));
        assert_eq!(
            code(said("reason", " 材料\u{3000}不全 ", 5)),
            Ok("材料 不全".to_owned())
        );
        assert_eq!(
            code(said("reason", " \t", 5)),
            Err(("field.blank", Some("reason")))
        );
        assert_eq!(code(brief("reason", " ", 5)), Ok(String::new()));
        for told in [
            said("reason", "材料不齐全呢", 5),
            brief("reason", "材料不齐全呢", 5),
        ] {
            assert_eq!(code(told), Err(("field.too-long", Some("reason"))));
        }
    }
}
