//! 样式: what is asked for, as the patterns `LIKE` takes on both databases.

use crate::domain::account::Scope;

/// Escapes the wildcards; every `like` with these patterns says `.escape('\\')`.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Anything that holds this text; everything when it is blank. Lower case, for `lower(column)`.
pub fn holding(text: &str) -> String {
    format!("%{}%", literal(&text.trim().to_lowercase()))
}

/// Anything that begins with this text.
pub fn beginning(text: &str) -> String {
    format!("{}%", literal(text))
}

/// This text and no other.
pub fn exactly(text: &str) -> String {
    literal(text)
}

/// Which institutions a scope reaches: a pattern of their key and one of their seat's region.
pub struct Reach {
    /// For the institution's key.
    pub institution: String,
    /// For the region of its seat.
    pub region: String,
}

impl Reach {
    /// The reach of a scope; an assessor reaches no institution.
    pub fn of(scope: &Scope) -> Self {
        let (institution, region) = match scope {
            Scope::All => ("%".to_owned(), "%".to_owned()),
            Scope::Region(code) | Scope::Village(code, _) => {
                ("%".to_owned(), beginning(code.prefix()))
            }
            Scope::Institution(id) => (literal(id.as_str()), "%".to_owned()),
            Scope::Assessor(_) => (String::new(), String::new()),
        };
        Self {
            institution,
            region,
        }
    }
}

diesel::define_sql_function! {
    /// Lower case; Latin letters only on SQLite.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::place::RegionCode;

    #[test]
    fn wildcards_of_strangers_mean_themselves() {
        assert_eq!(holding(" 100%_A\\ "), "%100\\%\\_a\\\\%");
        assert_eq!(holding("  "), "%%");
        assert_eq!(beginning("1509"), "1509%");
    }

    #[test]
    fn a_county_reaches_what_lies_in_it() {
        let county = Scope::Region(RegionCode::read("150902").unwrap());
        assert_eq!(Reach::of(&county).region, "150902%");
        let city = Scope::Region(RegionCode::read("150900").unwrap());
        assert_eq!(Reach::of(&city).region, "1509%");
        assert_eq!(Reach::of(&Scope::All).institution, "%");
    }
}
