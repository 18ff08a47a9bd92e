//! 信任链: whether the signer of a file is one whom an authority we trust vouches for.

use crate::seal::x509::{Certificate, read_list};
use chrono::NaiveDateTime;

/// What is to be thought of a signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A trusted authority vouches for her, and did at the time.
    Trusted,
    /// Nobody whom we trust does.
    Unknown,
    /// The certificate was withdrawn, at this time.
    Withdrawn(NaiveDateTime),
    /// The certificate was not valid at the time.
    OutOfDate,
}

/// Judges a signer by the certificates she brings, hers first. `anchors` are trusted as they are;
/// `lists` say which certificates were withdrawn; `at` is the time it is judged for.
///
/// A withdrawn certificate is withdrawn for every time: when a signature was made is only what it
/// says itself. Whoever has better evidence may think better of it.
pub fn judge(
    chain: &[Vec<u8>],
    anchors: &[Vec<u8>],
    lists: &[Vec<u8>],
    at: NaiveDateTime,
) -> Trust {
    let anchors: Vec<_> = anchors
        .iter()
        .filter_map(|der| Certificate::read(der))
        .collect();
    let others: Vec<_> = chain
        .iter()
        .skip(1)
        .filter_map(|der| Certificate::read(der))
        .filter(|one| one.is_authority)
        .collect();
    let Some(own) = chain.first().and_then(|der| Certificate::read(der)) else {
        return Trust::Unknown;
    };
    let mut current = own;
    // No chain of ours has more than a root, an authority and a leaf; five is room for others'.
    for _ in 0..5 {
        if anchors.iter().any(|anchor| anchor.whole == current.whole) {
            return in_time(&current, at);
        }
        let above = |one: &&Certificate<'_>| one.is_authority && current.is_from(one);
        let Some(next) = anchors.iter().chain(&others).find(above) else {
            return Trust::Unknown;
        };
        let withdrawn = lists
            .iter()
            .filter_map(|list| read_list(list, next))
            .flat_map(|list| list.withdrawn)
            .find(|(serial, _)| serial == current.serial);
        if let Some((_, since)) = withdrawn {
            return Trust::Withdrawn(since);
        }
        if in_time(&current, at) != Trust::Trusted {
            return Trust::OutOfDate;
        }
        current = *next;
    }
    Trust::Unknown
}

fn in_time(one: &Certificate<'_>, at: NaiveDateTime) -> Trust {
    if one.is_valid_at(at) {
        Trust::Trusted
    } else {
        Trust::OutOfDate
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::signer::tests::signer;
    use crate::seal::signer::{Es256, Signer};
    use crate::seal::x509::tests::{day, span};
    use crate::seal::x509::{Subject, Withdrawn, authority, leaf, list};

    #[test]
    fn a_signer_is_trusted_as_far_as_her_authority_goes() {
        let (root, holder) = (signer(), Es256::generate());
        let ca = authority(&root, "塔林登记册", span());
        let read = Certificate::read(&ca).unwrap();
        let subject = Subject {
            name: "塔林技校",
            organisation: "塔林技校",
            code: None,
        };
        let own = leaf(
            &read,
            &root,
            &subject,
            holder.public_key(),
            span(),
            "http://a",
        );
        let serial = Certificate::read(&own).unwrap().serial.to_vec();
        let chain = [own.clone(), ca.clone()];
        let trusted =
            |anchors: &[Vec<u8>], lists: &[Vec<u8>], at| judge(&chain, anchors, lists, at);
        let anchors = [ca.clone()];
        assert_eq!(trusted(&anchors, &[], day(2030)), Trust::Trusted);
        assert_eq!(trusted(&[own.clone()], &[], day(2030)), Trust::Trusted);
        assert_eq!(trusted(&[], &[], day(2030)), Trust::Unknown);
        assert_eq!(trusted(&anchors, &[], day(2057)), Trust::OutOfDate);
        let other = authority(&Es256::generate(), "塔林登记册", span());
        assert_eq!(trusted(&[other], &[], day(2030)), Trust::Unknown);
        let withdrawn = [Withdrawn {
            serial,
            at: day(2026),
            reason: 1,
        }];
        let lists = [list(&read, &root, 1, span(), &withdrawn)];
        assert_eq!(
            trusted(&anchors, &lists, day(2030)),
            Trust::Withdrawn(day(2026))
        );
        // A leaf is no authority: what it signs is nobody's.
        let below = leaf(
            &Certificate::read(&own).unwrap(),
            &holder,
            &subject,
            root.public_key(),
            span(),
            "http://a",
        );
        assert_eq!(
            judge(&[below, own], &anchors, &[], day(2030)),
            Trust::Unknown
        );
    }
}
