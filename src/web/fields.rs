//! 栏目: what stands in a form's fields, read into the field's own types, every fault gathered.

use crate::domain::occupation::{self, OccupationCode};
use crate::domain::refusal::{Reason, Refusal};
use chrono::NaiveDate;

/// The faults of one form, in the order of its fields.
#[derive(Debug, Default)]
pub struct Faults(Vec<Refusal>);

impl Faults {
    /// Notes a fault.
    pub fn note(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// What was read, or a note of why it was not.
    pub fn take<T, R: Reason>(&mut self, read: Result<T, R>) -> Option<T> {
        read.map_err(|reason| self.note(reason.refusal())).ok()
    }

    /// A field that must be filled in and known.
    pub fn known<T>(
        &mut self,
        field: &'static str,
        text: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            self.note(Refusal::new("field.blank").at(field));
            return None;
        }
        let value = read(text);
        if value.is_none() {
            self.note(Refusal::new("field.unreadable").at(field));
        }
        value
    }

    /// A field that may be left empty, but is known when it is not.
    pub fn optional<T>(
        &mut self,
        field: &'static str,
        text: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if text.trim().is_empty() {
            None
        } else {
            self.known(field, text, read)
        }
    }

    /// A day.
    pub fn day(&mut self, field: &'static str, text: &str) -> Option<NaiveDate> {
        self.known(field, text, |text| text.parse().ok())
    }

    /// An occupation, by its code or by any name it is known under exactly.
    pub fn occupation(&mut self, field: &'static str, text: &str) -> Option<OccupationCode> {
        let text = text.trim();
        if text.is_empty() {
            self.note(Refusal::new("field.blank").at(field));
            return None;
        }
        if let Some(found) = occupation::read_word(text) {
            return Some(found.occupation.code.clone());
        }
        let near: Vec<_> = occupation::search(text, 3)
            .into_iter()
            .map(|found| format!("{} {}", found.occupation.code, found.occupation.name))
            .collect();
        self.note(if near.is_empty() {
            Refusal::new("occupation.unknown").at(field)
        } else {
            Refusal::new("occupation.unclear")
                .at(field)
                .with(near.join("、"))
        });
        None
    }

    /// Everything that was wrong, if anything was.
    pub fn end(self) -> Result<(), Vec<Refusal>> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0)
        }
    }

    /// The whole form, when nothing in it was wrong.
    pub fn or<T>(self, whole: Option<T>) -> Result<T, Vec<Refusal>> {
        match whole {
            Some(whole) if self.0.is_empty() => Ok(whole),
            _ => Err(self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_at_its_field() {
        let mut faults = Faults::default();
        assert_eq!(
            faults.day("starts", "2026-03-02"),
            "2026-03-02".parse().ok()
        );
        assert_eq!(faults.day("ends", "2026-13-02"), None);
        assert_eq!(
            faults.known("name", " ", |text| Some(text.to_owned())),
            None
        );
        assert_eq!(faults.optional("level", "", |_| Some(1)), None);
        let told: Vec<_> = faults
            .end()
            .unwrap_err()
            .into_iter()
            .map(|refusal| (refusal.code, refusal.field))
            .collect();
        assert_eq!(
            told,
            [
                ("field.unreadable", Some("ends")),
                ("field.blank", Some("name"))
            ]
        );
    }

    #[test]
    fn a_trade_is_read_by_everyday_name_or_others_are_suggested() {
        let mut faults = Faults::default();
        let welder = OccupationCode::read("6-18-02-04");
        assert_eq!(faults.occupation("occupation", "电焊"), welder);
        assert_eq!(faults.occupation("occupation", "6-18-02-04"), welder);
        assert_eq!(faults.occupation("occupation", "焊"), None);
        assert_eq!(faults.occupation("occupation", "没有这个"), None);
        let codes: Vec<_> = faults
            .end()
            .unwrap_err()
            .iter()
            .map(|refusal| refusal.code)
            .collect();
        assert_eq!(codes, ["occupation.unclear", "occupation.unknown"]);
    }
}
