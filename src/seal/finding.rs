//! 核验依据: one thing that was looked at, and how it turned out.

use chrono::NaiveDateTime;

/// How one thing that was looked at turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// It holds.
    Good,
    /// It does not.
    Bad,
    /// It could not be looked at.
    Open,
}

impl Light {
    /// Good or bad.
    pub fn of(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Open => "open",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its code.
    pub code: &'static str,
    /// How it turned out.
    pub light: Light,
    /// What it is about.
    pub about: About,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Nothing but its own words.
    None,
    /// A name or a number, as it is.
    Said(String),
    /// Fields of a certificate, by their keys.
    Fields(Vec<&'static str>),
    /// A moment.
    At(NaiveDateTime),
}

impl Finding {
    /// A finding with nothing further to say.
    pub fn new(code: &'static str, light: Light) -> Self {
        Self {
            code,
            light,
            about: About::None,
        }
    }

    /// The same about a name or a number.
    #[must_use]
    pub fn said(self, what: impl Into<String>) -> Self {
        Self {
            about: About::Said(what.into()),
            ..self
        }
    }

    /// The same about fields.
    #[must_use]
    pub fn fields(self, fields: Vec<&'static str>) -> Self {
        Self {
            about: About::Fields(fields),
            ..self
        }
    }

    /// The same about a moment.
    #[must_use]
    pub fn at(self, moment: NaiveDateTime) -> Self {
        Self {
            about: About::At(moment),
            ..self
        }
    }
}
