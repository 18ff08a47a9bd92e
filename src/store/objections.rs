//! 异议: what was said against what is published, and how it was settled. Results and claims are
//! objected to in the same way and kept apart; here are those to a sitting's results.

use crate::domain::account::AccountId;
use crate::domain::assessment::SittingId;
use crate::domain::institution::InstitutionId;
use crate::domain::publicity::ObjectionId;
use crate::on;
use crate::schema::{accounts, objections, settlements, sittings};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// An objection and, once there is one, its settlement.
pub struct Lodged<K> {
    /// Its key.
    pub id: K,
    /// Whom or what it is about.
    pub about: String,
    /// What is said.
    pub said: String,
    /// How to reach whoever said it, sealed.
    pub contact_sealed: Option<Vec<u8>>,
    /// When, in UTC.
    pub lodged_at: NaiveDateTime,
    /// How it was settled.
    pub settled: Option<Settled>,
}

/// How an objection was settled.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Whether it was found right.
    pub upheld: bool,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// The name of whoever decided.
    pub by: String,
}

/// The rows and queries of objections to one kind of thing: their table, that of the settlements,
/// and what they are about.
macro_rules! kept {
    ($objections:ident, $settlements:ident, $subject:ident: $Subject:ty, $Key:ty) => {
        /// An objection as it is kept.
        #[derive(Clone, Queryable, Insertable, Selectable)]
        #[diesel(table_name = $objections, treat_none_as_default_value = false)]
        pub struct Objection {
            /// Its key.
            pub id: $Key,
            /// What was published.
            pub $subject: $Subject,
            /// Whom or what it is about.
            pub about: String,
            /// What is said.
            pub said: String,
            /// How to reach whoever said it, sealed.
            pub contact_sealed: Option<Vec<u8>>,
            /// When, in UTC.
            pub lodged_at: NaiveDateTime,
        }

        /// A settlement as it is kept.
        #[derive(Clone, Debug, Queryable, Insertable, Selectable)]
        #[diesel(table_name = $settlements)]
        pub struct Settlement {
            /// The objection it settles.
            pub objection: $Key,
            /// Whether it was found right.
            pub upheld: bool,
            /// Why.
            pub reason: String,
            /// When, in UTC.
            pub at: NaiveDateTime,
            /// By whom.
            pub by: AccountId,
        }

        /// Lodges an objection.
        pub fn add(db: &mut Conn, objection: &Objection) -> Found<()> {
            on!(db, c => diesel::insert_into($objections::table).values(objection).execute(c))?;
            Ok(())
        }

        /// Settles one; a second settlement answers `Taken`.
        pub fn settle(db: &mut Conn, settlement: &Settlement) -> Found<()> {
            on!(db, c => diesel::insert_into($settlements::table).values(settlement).execute(c))?;
            Ok(())
        }

        /// The objections to one of them, the oldest first.
        pub fn of(db: &mut Conn, $subject: &$Subject) -> Found<Vec<Lodged<$Key>>> {
            let rows: Vec<(Objection, Option<Settlement>, Option<String>)> = on!(db, c => $objections::table
                .left_join($settlements::table.left_join(accounts::table.on(accounts::id.eq($settlements::by))))
                .filter($objections::$subject.eq($subject))
                .order(($objections::lodged_at, $objections::id))
                .select((Objection::as_select(), Option::<Settlement>::as_select(), accounts::name.nullable()))
                .load(c))?;
            let lodged = rows.into_iter().map(|(objection, settlement, by)| Lodged {
                id: objection.id,
                about: objection.about,
                said: objection.said,
                contact_sealed: objection.contact_sealed,
                lodged_at: objection.lodged_at,
                settled: settlement.zip(by).map(|(settlement, by)| Settled {
                    upheld: settlement.upheld,
                    reason: settlement.reason,
                    at: settlement.at,
                    by,
                }),
            });
            Ok(lodged.collect())
        }

        /// How many objections to one of them are not settled yet.
        pub fn unsettled(db: &mut Conn, $subject: &$Subject) -> Found<i64> {
            Ok(on!(db, c => $objections::table.left_join($settlements::table)
                .filter($objections::$subject.eq($subject))
                .filter($settlements::objection.nullable().is_null())
                .count().get_result(c))?)
        }

        /// How many objections to one of them were lodged since a time: a brake on floods.
        pub fn lodged_since(db: &mut Conn, $subject: &$Subject, since: NaiveDateTime) -> Found<i64> {
            Ok(on!(db, c => $objections::table
                .filter($objections::$subject.eq($subject)).filter($objections::lodged_at.gt(since))
                .count().get_result(c))?)
        }
    };
}
pub(super) use kept;

kept!(objections, settlements, sitting: SittingId, ObjectionId);

/// One objection to a sitting of this institution.
pub fn one(db: &mut Conn, institution: &InstitutionId, id: &ObjectionId) -> Found<Objection> {
    Ok(on!(db, c => objections::table.inner_join(sittings::table)
        .filter(objections::id.eq(id)).filter(sittings::institution.eq(institution))
        .select(Objection::as_select()).first(c))?)
}
