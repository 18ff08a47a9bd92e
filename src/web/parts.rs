//! 页面部件: tags, pairs, pagers and tasks, as templates/shared/part.html draws them.

use crate::ground::slice::Slice;

/// How a state looks; the word beside it says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// `ok`, `bad`, `late`, `none` or `todo`.
    pub kind: &'static str,
    /// The state in words.
    pub text: String,
}

impl Tag {
    /// Good, finished, in force: ✓.
    pub fn ok(text: impl Into<String>) -> Self {
        Self {
            kind: "ok",
            text: text.into(),
        }
    }
    /// Refused, failed, revoked: ✕.
    pub fn bad(text: impl Into<String>) -> Self {
        Self {
            kind: "bad",
            text: text.into(),
        }
    }
    /// Wants attention: !.
    pub fn late(text: impl Into<String>) -> Self {
        Self {
            kind: "late",
            text: text.into(),
        }
    }
    /// Neither good nor bad: –.
    pub fn none(text: impl Into<String>) -> Self {
        Self {
            kind: "none",
            text: text.into(),
        }
    }
    /// Not done yet: ….
    pub fn todo(text: impl Into<String>) -> Self {
        Self {
            kind: "todo",
            text: text.into(),
        }
    }
    /// The sign before the word, so that colour is never alone.
    pub fn icon(&self) -> &'static str {
        match self.kind {
            "ok" => "✓",
            "bad" => "✕",
            "late" => "!",
            "todo" => "…",
            _ => "–",
        }
    }
}

/// One line of a list of facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// What it is.
    pub name: String,
    /// The fact.
    pub value: String,
    /// Where it leads, or empty.
    pub to: String,
    /// `num` for figures, `mono` for codes, `lv` for what is struck through.
    pub css: &'static str,
}

impl Pair {
    /// A fact in words.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            ..Self::default()
        }
    }
    /// A fact in figures.
    pub fn num(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            css: "num",
            ..Self::new(name, value)
        }
    }
    /// The same fact as a link.
    #[must_use]
    pub fn to(mut self, to: impl Into<String>) -> Self {
        self.to = to.into();
        self
    }
}

/// Where a button or a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Verb and object.
    pub text: String,
    /// The address.
    pub to: String,
}

impl Way {
    /// A way on.
    pub fn new(text: impl Into<String>, to: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            to: to.into(),
        }
    }
}

/// How far a task of a task list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Cannot begin, or has not.
    Waiting,
    /// The one to do now.
    Now,
    /// Begun, and something is wrong.
    Fix,
    /// Finished.
    Done,
}

/// One task of a task list; at most one of a list has a next step, its one filled button.
#[derive(Clone, Debug)]
pub struct Task {
    /// What it is.
    pub title: String,
    /// The page that does it, or empty when it cannot begin.
    pub to: String,
    /// Where it stands, in a sentence.
    pub about: String,
    /// How far it is.
    pub stage: Stage,
    /// The state in a word.
    pub tag: Tag,
    /// What to do next.
    pub next: Option<Way>,
}

impl Task {
    /// The class of its line.
    pub fn css(&self) -> &'static str {
        match self.stage {
            Stage::Waiting => "wait",
            Stage::Now => "now",
            Stage::Fix => "fix",
            Stage::Done => "done",
        }
    }
}

/// Which part of a list is shown, and the links to the others.
#[derive(Clone, Debug)]
pub struct Pager {
    /// The page shown, from 1.
    pub page: u32,
    /// How many there are.
    pub pages: u32,
    /// The number of the first row shown; 0 when there is none.
    pub first: i64,
    /// The number of the last row shown.
    pub last: i64,
    /// Rows in all.
    pub total: i64,
    path: String,
}

/// One step of a pager: a page to go to, the page shown (no address), or a gap (page 0).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which page.
    pub page: u32,
    /// Its address.
    pub to: String,
}

impl Pager {
    /// The pager of a slice; `path` is the list's address with its filters and without `page`.
    pub fn of<T>(slice: &Slice<T>, path: impl Into<String>) -> Self {
        let shown = i64::try_from(slice.rows.len()).unwrap_or(0);
        let before = slice.window.offset();
        Self {
            page: slice.window.page,
            pages: slice.pages(),
            first: if shown == 0 { 0 } else { before + 1 },
            last: if shown == 0 { 0 } else { before + shown },
            total: slice.total,
            path: path.into(),
        }
    }

    /// The first and last pages, and two on either side of this one.
    pub fn steps(&self) -> Vec<Step> {
        let near = |page: u32| page == 1 || page == self.pages || page.abs_diff(self.page) <= 2;
        let mark = if self.path.contains('?') { '&' } else { '?' };
        let mut steps: Vec<Step> = Vec::new();
        for page in (1..=self.pages).filter(|page| near(*page)) {
            if steps.last().is_some_and(|last| last.page + 1 < page) {
                steps.push(Step {
                    page: 0,
                    to: String::new(),
                });
            }
            let to = if page == self.page {
                String::new()
            } else {
                format!("{}{mark}page={page}", self.path)
            };
            steps.push(Step { page, to });
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::slice::Window;

    #[test]
    fn a_pager_shows_the_ends_and_the_neighbours() {
        let slice = Slice {
            rows: vec![(); 50],
            total: 1000,
            window: Window::of(Some(10), Some(50)),
        };
        let pager = Pager::of(&slice, "/classes?state=filed");
        assert_eq!((pager.first, pager.last, pager.pages), (451, 500, 20));
        let pages: Vec<u32> = pager.steps().iter().map(|step| step.page).collect();
        assert_eq!(pages, [1, 0, 8, 9, 10, 11, 12, 0, 20]);
        assert_eq!(pager.steps()[2].to, "/classes?state=filed&page=8");
    }

    #[test]
    fn an_empty_list_has_one_page_of_nothing() {
        let pager = Pager::of(
            &Slice::<()> {
                rows: vec![],
                total: 0,
                window: Window::of(None, None),
            },
            "/x",
        );
        assert_eq!(
            (pager.first, pager.last, pager.pages, pager.steps().len()),
            (0, 0, 1, 1)
        );
    }
}
