//! 班期表单: what a clerk fills in for a class, read into what the act takes.

use crate::acts::classes::Draft;
use crate::domain::course::CourseId;
use crate::domain::enterprise::Enterprise;
use crate::domain::refusal::Refusal;
use crate::domain::teacher::TeacherId;
use crate::store::classes::Class;
use crate::store::teachers::Teacher;
use crate::web::fields::Faults;
use crate::web::form::Filled;
use serde::{Deserialize, Deserializer};

/// A class as it is drafted or changed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct ClassForm {
    /// The key of one of the institution's courses.
    pub course: String,
    /// 班期名称, for those who work with it.
    pub name: String,
    /// The name strangers may read; made from the course when it is left out.
    #[serde(default)]
    pub public_name: String,
    /// The first day, `2026-03-02`.
    #[schema(format = "date")]
    pub starts: String,
    /// The last day.
    #[schema(format = "date")]
    pub ends: String,
    /// Where; the course's place when it is left out.
    #[serde(default)]
    pub place: String,
    /// Seats.
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32, minimum = 1, maximum = 50)]
    pub capacity: String,
    /// The keys of those who teach it.
    #[serde(default)]
    pub teachers: Vec<String>,
    /// 合作企业: the name of the enterprise it trains for; 订单定向定岗 classes name one before they are filed.
    #[serde(default)]
    pub enterprise: String,
    /// Its 统一社会信用代码.
    #[serde(default)]
    pub enterprise_uscc: String,
}

/// A number in JSON, or its digits in a form.
pub(crate) fn loose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Loose;
    impl serde::de::Visitor<'_> for Loose {
        type Value = String;
        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("a whole number")
        }
        fn visit_str<E>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_i64<E>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }
        fn visit_u64<E>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }
    deserializer.deserialize_any(Loose)
}

impl ClassForm {
    /// What the act takes, or everything that cannot be read.
    pub fn read(&self) -> Result<(Draft, Option<Enterprise>), Vec<Refusal>> {
        let mut faults = Faults::default();
        let course = faults.known("course", &self.course, CourseId::read);
        if self.name.trim().is_empty() {
            faults.note(Refusal::new("field.blank").at("name"));
        }
        let starts = faults.day("starts", &self.starts);
        let ends = faults.day("ends", &self.ends);
        let capacity = faults.known("capacity", &self.capacity, |text| text.parse::<i32>().ok());
        let keys = self.teachers.iter().filter(|key| !key.is_empty());
        let teachers: Option<Vec<_>> = keys.map(|key| TeacherId::read(key)).collect();
        if teachers.is_none() {
            faults.note(Refusal::new("field.unreadable").at("teachers"));
        }
        let enterprise = match Enterprise::read(&self.enterprise, &self.enterprise_uscc) {
            Ok(enterprise) => Some(enterprise),
            Err(reasons) => {
                reasons.into_iter().for_each(|reason| faults.note(reason));
                None
            }
        };
        let whole = (|| {
            let draft = Draft {
                course: course?,
                name: self.name.clone(),
                public_name: self.public_name.clone(),
                starts: starts?,
                ends: ends?,
                place: self.place.clone(),
                capacity: capacity?,
                teachers: teachers?,
            };
            Some((draft, enterprise?))
        })();
        faults.or(whole)
    }

    /// A class as it stands.
    pub fn of(class: &Class, teachers: &[Teacher], enterprise: Option<&Enterprise>) -> Self {
        Self {
            course: class.course.to_string(),
            name: class.name.clone(),
            public_name: class.public_name.clone(),
            starts: class.starts.to_string(),
            ends: class.ends.to_string(),
            place: class.place.clone(),
            capacity: class.capacity.to_string(),
            teachers: teachers
                .iter()
                .map(|teacher| teacher.id.to_string())
                .collect(),
            enterprise: enterprise
                .map(|one| one.name().to_owned())
                .unwrap_or_default(),
            enterprise_uscc: enterprise
                .map(|one| one.uscc().to_string())
                .unwrap_or_default(),
        }
    }

    /// As it stands in the page's fields.
    pub fn filled(&self) -> Filled {
        let form = Filled::blank()
            .with("course", &self.course)
            .with("name", &self.name)
            .with("public_name", &self.public_name)
            .with("starts", &self.starts)
            .with("ends", &self.ends)
            .with("place", &self.place)
            .with("capacity", &self.capacity)
            .with("enterprise", &self.enterprise)
            .with("enterprise_uscc", &self.enterprise_uscc);
        self.teachers
            .iter()
            .fold(form, |form, key| form.with("teachers", key))
    }
}
