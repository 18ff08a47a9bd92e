//! 表单: what a person filled in, kept, and what is wrong with it, field by field.

use crate::domain::refusal::Refusal;
use crate::web::words::Words;

/// One thing wrong with a form; the words appear above the form and again at the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field's name, or empty when the whole form is meant.
    pub field: String,
    /// What is wrong and how to put it right.
    pub text: String,
}

/// A form as it stands: every value kept, every fault said.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    values: Vec<(String, String)>,
    /// What is wrong, in the order of the fields.
    pub faults: Vec<Fault>,
}

impl Filled {
    /// An empty form.
    pub fn blank() -> Self {
        Self::default()
    }

    /// The same form with this value in this field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl std::fmt::Display) -> Self {
        self.values.push((field.to_owned(), value.to_string()));
        self
    }

    /// Says what is wrong with a field.
    pub fn wrong(&mut self, field: &str, text: impl Into<String>) {
        self.faults.push(Fault {
            field: field.to_owned(),
            text: text.into(),
        });
    }

    /// Says a refusal at its field, or above the form.
    #[must_use]
    pub fn refused(mut self, w: Words, refusal: &Refusal) -> Self {
        let told = w.refusal(refusal);
        let text = match w.lang {
            crate::web::words::Lang::Zh => format!("{}{}", told.say, told.then),
            crate::web::words::Lang::En => format!("{} {}", told.say, told.then),
        };
        self.wrong(refusal.field.unwrap_or_default(), text.trim());
        self
    }

    /// What stands in a field; empty when nothing does.
    pub fn value(&self, field: &str) -> &str {
        self.values
            .iter()
            .rev()
            .find(|(name, _)| name == field)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Whether a field holds this value: for choices, and for boxes that may be ticked together.
    pub fn is(&self, field: &str, value: &str) -> bool {
        self.values
            .iter()
            .any(|(name, held)| name == field && held == value)
    }

    /// What is wrong with a field; empty when nothing is.
    pub fn fault(&self, field: &str) -> &str {
        self.faults
            .iter()
            .find(|fault| fault.field == field)
            .map_or("", |fault| fault.text.as_str())
    }
}

/// One choice of a select or a set of radio buttons.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub text: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_faults_are_kept_by_field() {
        let mut form = Filled::blank()
            .with("name", "焊工一班")
            .with("group", "a")
            .with("group", "b");
        form.wrong("seats", "人数须为 1–50 的整数");
        assert_eq!((form.value("name"), form.value("seats")), ("焊工一班", ""));
        assert!(form.is("group", "a") && form.is("group", "b") && !form.is("group", "c"));
        assert_eq!(
            (form.fault("seats"), form.fault("name")),
            ("人数须为 1–50 的整数", "")
        );
    }
}
