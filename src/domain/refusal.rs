//! 不予办理: why a rule says no, with the facts.

/// One reason for *no*: a code that never changes, the facts, and the field it is about.
///
/// The words people read belong to the counter (`templates/words/`, key `refusal.<code>`);
/// `facts` fill the places `{0}`, `{1}`, … in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `noun.past-participle` or `noun.what-is-wrong`, e.g. `class.begun`.
    pub code: &'static str,
    /// The form field or JSON member at fault, when there is one.
    pub field: Option<&'static str>,
    /// What the words need to know.
    pub facts: Vec<String>,
}

impl Refusal {
    /// A reason without facts.
    pub fn new(code: &'static str) -> Self {
        Self {
            code,
            field: None,
            facts: Vec::new(),
        }
    }

    /// The same reason, about this field.
    #[must_use]
    pub fn at(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// The same reason, with one more fact.
    #[must_use]
    pub fn with(mut self, fact: impl std::fmt::Display) -> Self {
        self.facts.push(fact.to_string());
        self
    }
}

/// What each noun's enumeration of refusals can do: become a [`Refusal`].
pub trait Reason {
    /// The code and the facts of this reason.
    fn refusal(self) -> Refusal;
}

impl Reason for Refusal {
    fn refusal(self) -> Refusal {
        self
    }
}
