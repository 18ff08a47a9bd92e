//! 术语: the field's words and rules.

pub mod account;
pub mod assessment;
pub mod assessor;
pub mod certificate;
pub mod certificate_number;
pub mod class;
pub mod completion_number;
pub mod course;
pub mod deed;
pub mod entitlement;
pub mod id_kind;
pub mod id_number;
pub mod institution;
pub mod masking;
pub mod password;
pub mod place;
pub mod province;
pub mod publicity;
pub mod refusal;
pub mod teacher;
pub mod uscc;
pub mod working_day;
