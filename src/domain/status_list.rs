//! 状态名单: the places of one list of standings, and which of them are given out.
//!
//! Every certificate has a place in a list its issuer publishes. Places are drawn at random, so
//! that neighbours in the list are no neighbours in time and a place tells nothing of its holder
//! (IETF Token Status List, section on privacy). Lists are long for the same reason: who fetches
//! one does not tell the issuer which certificate she looks at.

use crate::ground::chance;

/// Places in every list: sixteen kilobytes of bits.
pub const PLACES: u32 = 131_072;

/// A list that has given out so many places takes no more: beyond, a draw would take ever longer
/// and say ever more about its time.
pub const FULL: u32 = PLACES / 4 * 3;

/// The places of one list, and which of them are given out.
#[derive(Clone, PartialEq, Eq)]
pub struct Places {
    bits: Vec<u8>,
    taken: u32,
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Places({} of {PLACES})", self.taken)
    }
}

impl Places {
    /// A list nobody has a place in.
    pub fn empty() -> Self {
        Self {
            bits: vec![0; PLACES as usize / 8],
            taken: 0,
        }
    }

    /// The list as it was kept; none when it has another length.
    pub fn read(bits: Vec<u8>) -> Option<Self> {
        let taken = bits.iter().map(|byte| byte.count_ones()).sum();
        (bits.len() == PLACES as usize / 8).then_some(Self { bits, taken })
    }

    /// As it is kept: one bit a place, the lowest bit of each byte first.
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// How many places are given out.
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// Whether a place is given out.
    pub fn is_taken(&self, place: u32) -> bool {
        place < PLACES && self.bits[place as usize / 8] >> (place % 8) & 1 == 1
    }

    /// A free place by chance, given out from now on; none when the list is full.
    pub fn draw(&mut self) -> Option<u32> {
        if self.taken >= FULL {
            return None;
        }
        loop {
            let place = u32::from_be_bytes(chance::bytes::<4>()) % PLACES;
            if !self.is_taken(place) {
                self.bits[place as usize / 8] |= 1 << (place % 8);
                self.taken += 1;
                return Some(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_is_given_out_twice() {
        let mut places = Places::empty();
        let mut seen = std::collections::HashSet::new();
        for _ in 0..FULL {
            let place = places.draw().unwrap();
            assert!(place < PLACES && seen.insert(place) && places.is_taken(place));
        }
        assert_eq!(places.draw(), None);
        assert_eq!(places.taken(), FULL);
        assert_eq!(Places::read(places.bits().to_vec()), Some(places));
    }

    #[test]
    fn a_list_of_another_length_is_none() {
        assert_eq!(Places::read(vec![0; 10]), None);
        assert!(!Places::empty().is_taken(PLACES + 3));
    }

    #[test]
    fn neighbours_in_time_are_no_neighbours_in_the_list() {
        let mut places = Places::empty();
        let drawn: Vec<_> = (0..100).map(|_| places.draw().unwrap()).collect();
        let close = drawn
            .windows(2)
            .filter(|pair| pair[0].abs_diff(pair[1]) < 100);
        assert!(close.count() < 10);
    }
}
