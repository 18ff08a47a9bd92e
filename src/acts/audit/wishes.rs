//! 底数台账: what must be true of every wish.

use crate::acts::audit::{Broken, odd};
use crate::store::{Conn, Found};

/// A wish stands or was ended, never both and never neither, and it stands for whose it is.
pub fn each_wish_stands_or_was_ended(db: &mut Conn) -> Found<Vec<Broken>> {
    odd(
        db,
        "wishes.stands-or-ended",
        "wishes",
        "SELECT w.id AS id FROM wishes w \
         LEFT JOIN open_wishes o ON o.wish = w.id LEFT JOIN wish_ends x ON x.wish = w.id \
         WHERE (o.wish IS NULL) = (x.wish IS NULL) OR o.person <> w.person",
    )
}

/// Whoever wants training was spoken with: nobody falls out of the list of those left alone.
pub fn each_wish_was_spoken_of(db: &mut Conn) -> Found<Vec<Broken>> {
    odd(
        db,
        "wishes.spoken-of",
        "wishes",
        "SELECT w.id AS id FROM wishes w WHERE NOT EXISTS \
         (SELECT 1 FROM contacts c WHERE c.person = w.person AND c.day = w.day AND c.way = 'registration')",
    )
}

/// Who registered herself is forgotten with the decision, and a confirmed request tells whose wish
/// it became.
pub fn each_decided_request_is_forgotten(db: &mut Conn) -> Found<Vec<Broken>> {
    odd(
        db,
        "wish_requests.decided-is-forgotten",
        "wish_requests",
        "SELECT e.request AS id FROM wish_request_ends e \
         LEFT JOIN open_wish_requests o ON o.request = e.request \
         WHERE o.request IS NOT NULL OR (e.verdict = 'confirmed') = (e.person IS NULL)",
    )
}
