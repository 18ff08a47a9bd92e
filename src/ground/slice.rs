//! 分页: one page of a list.

/// Which page of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Counted from 1.
    pub page: u32,
    /// Rows on a page, 1 to 200.
    pub size: u32,
}

impl Window {
    /// A page as asked for from outside, brought within bounds.
    pub fn of(page: Option<u32>, size: Option<u32>) -> Self {
        Self {
            page: page.unwrap_or(1).clamp(1, 1_000_000),
            size: size.unwrap_or(50).clamp(1, 200),
        }
    }

    /// Rows before this page.
    pub fn offset(self) -> i64 {
        i64::from(self.page - 1) * i64::from(self.size)
    }

    /// Rows on this page at most.
    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }
}

/// Some rows of a list, and how many there are in all.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows in the whole list.
    pub total: i64,
    /// The page these rows are.
    pub window: Window,
}

impl<T> Slice<T> {
    /// The same slice with each row turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Slice<U> {
        Slice {
            rows: self.rows.into_iter().map(turn).collect(),
            total: self.total,
            window: self.window,
        }
    }

    /// How many pages the whole list has, at least one.
    pub fn pages(&self) -> u32 {
        let size = i64::from(self.window.size);
        u32::try_from((self.total + size - 1) / size)
            .unwrap_or(u32::MAX)
            .max(1)
    }
}
