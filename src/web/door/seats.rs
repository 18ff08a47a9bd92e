//! 座位: who is connected. When all seats are taken, whoever has sat longest without being answered gets
//! up for the newcomer: somebody who opens a thousand connections and finishes no request only ever
//! turns herself out.

use crate::ground::reach::Home;
use parking_lot::Mutex;
use rocket::tokio::sync::Notify;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

/// Bytes of requests held in memory at once, of all connections together.
const HELD: usize = 256 * 1024 * 1024;

/// All seats.
pub struct Seats {
    most: usize,
    each: usize,
    taken: Mutex<Taken>,
    begun: Instant,
    room: Arc<Room>,
}

#[derive(Default)]
struct Taken {
    by: HashMap<Home, BTreeMap<u64, Arc<Seat>>>,
    count: usize,
    next: u64,
}

/// One connection's seat.
pub struct Seat {
    begun: Instant,
    /// Whether an answer is being made: such a seat is not given away.
    answered: AtomicBool,
    /// When it was taken, or its last answer made, in milliseconds.
    since: AtomicU64,
    away: Notify,
}

impl Seat {
    /// An answer is being made.
    pub fn answering(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// The answer is made.
    pub fn answered(&self) {
        self.since.store(millis(self.begun), Ordering::Relaxed);
        self.answered.store(false, Ordering::Relaxed);
    }

    /// Until the seat is given to somebody else.
    pub async fn called_away(&self) {
        self.away.notified().await;
    }
}

fn millis(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// A seat that is taken, until this is dropped.
pub struct Seated {
    seats: Arc<Seats>,
    seat: Arc<Seat>,
    home: Home,
    number: u64,
}

impl Seated {
    /// The seat.
    pub fn seat(&self) -> &Arc<Seat> {
        &self.seat
    }

    /// Where its requests are held.
    pub fn room(&self) -> Arc<Room> {
        Arc::clone(&self.seats.room)
    }
}

impl Drop for Seated {
    fn drop(&mut self) {
        self.seats.taken.lock().leave(self.home, self.number);
    }
}

impl Taken {
    fn leave(&mut self, home: Home, number: u64) -> Option<Arc<Seat>> {
        let of = self.by.get_mut(&home)?;
        let left = of.remove(&number)?;
        if of.is_empty() {
            self.by.remove(&home);
        }
        self.count -= 1;
        Some(left)
    }

    /// The home that takes up most, of those with a seat that can be given away.
    fn largest(&self) -> Option<Home> {
        let waiting = self.by.iter().filter(|(_, of)| longest(of).is_some());
        let largest = waiting.max_by_key(|(_, of)| of.len());
        largest.map(|(home, _)| *home)
    }

    /// Turns out whoever of a home has waited longest; whether there was one.
    fn make_room(&mut self, home: Home) -> bool {
        let number = self.by.get(&home).and_then(longest);
        let left = number.and_then(|number| self.leave(home, number));
        if let Some(seat) = &left {
            seat.away.notify_one();
        }
        left.is_some()
    }
}

/// Who of these has waited longest without being answered.
fn longest(of: &BTreeMap<u64, Arc<Seat>>) -> Option<u64> {
    of.iter()
        .filter(|(_, seat)| !seat.answered.load(Ordering::Relaxed))
        .min_by_key(|(_, seat)| seat.since.load(Ordering::Relaxed))
        .map(|(number, _)| *number)
}

impl Seats {
    /// So many seats, and so many for each address.
    pub fn new(most: usize, each: usize) -> Self {
        Self {
            most,
            each,
            taken: Mutex::default(),
            begun: Instant::now(),
            room: Arc::default(),
        }
    }

    /// A seat for a newcomer; none when every seat that could be hers is being answered.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Seated> {
        let home = Home::of(address);
        let mut taken = self.taken.lock();
        if taken.by.get(&home).is_some_and(|of| of.len() >= self.each) && !taken.make_room(home) {
            return None;
        }
        if taken.count >= self.most {
            let largest = taken.largest()?;
            if !taken.make_room(largest) {
                return None;
            }
        }
        let number = taken.next;
        taken.next += 1;
        taken.count += 1;
        let seat = Arc::new(Seat {
            begun: self.begun,
            answered: AtomicBool::new(false),
            since: AtomicU64::new(millis(self.begun)),
            away: Notify::new(),
        });
        taken
            .by
            .entry(home)
            .or_default()
            .insert(number, Arc::clone(&seat));
        drop(taken);
        Some(Seated {
            seats: Arc::clone(self),
            seat,
            home,
            number,
        })
    }

    /// How many seats are taken.
    pub fn taken(&self) -> usize {
        self.taken.lock().count
    }

    /// Everybody gets up.
    pub fn clear(&self) {
        for of in self.taken.lock().by.values() {
            for seat in of.values() {
                seat.away.notify_one();
            }
        }
    }
}

/// What is held in memory of requests not yet answered.
#[derive(Default)]
pub struct Room(AtomicUsize);

impl Room {
    /// Room for nothing yet.
    pub fn hold(self: &Arc<Self>) -> Hold {
        Hold {
            room: Arc::clone(self),
            size: 0,
        }
    }
}

/// What one request takes up, until this is dropped.
pub struct Hold {
    room: Arc<Room>,
    size: usize,
}

impl Hold {
    /// Takes up more; whether there was room.
    pub fn more(&mut self, size: usize) -> bool {
        self.size += size;
        self.room.0.fetch_add(size, Ordering::Relaxed) + size <= HELD
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.room.0.fetch_sub(self.size, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(n: u8) -> IpAddr {
        IpAddr::from([198, 51, 100, n])
    }

    #[test]
    fn whoever_takes_too_many_seats_turns_herself_out() {
        let seats = Arc::new(Seats::new(10, 4));
        let hers: Vec<_> = (0..20).map(|_| seats.take(home(1)).unwrap()).collect();
        assert_eq!(seats.taken(), 4);
        let others: Vec<_> = (2..8).map(|n| seats.take(home(n)).unwrap()).collect();
        assert_eq!(seats.taken(), 10);
        // Full: the newcomer gets a seat of whoever has most.
        let newcomer = seats.take(home(9)).unwrap();
        assert_eq!(seats.taken(), 10);
        drop((hers, others));
        assert_eq!(seats.taken(), 1);
        drop(newcomer);
        assert_eq!(seats.taken(), 0);
    }

    #[test]
    fn a_seat_being_answered_is_not_given_away() {
        let seats = Arc::new(Seats::new(10, 2));
        let first = seats.take(home(1)).unwrap();
        let second = seats.take(home(1)).unwrap();
        first.seat().answering();
        second.seat().answering();
        assert!(seats.take(home(1)).is_none());
        assert!(seats.take(home(2)).is_some());
        second.seat().answered();
        assert!(seats.take(home(1)).is_some());
    }

    #[test]
    fn whoever_waits_gets_up_also_where_the_largest_home_is_being_answered() {
        let seats = Arc::new(Seats::new(4, 2));
        let busy: Vec<_> = (0..2).map(|_| seats.take(home(1)).unwrap()).collect();
        busy.iter().for_each(|one| one.seat().answering());
        let waiting: Vec<_> = (2..4).map(|n| seats.take(home(n)).unwrap()).collect();
        assert!(seats.take(home(4)).is_some());
        waiting.iter().for_each(|one| one.seat().answering());
        let last = seats.take(home(5)).unwrap();
        last.seat().answering();
        assert!(seats.take(home(6)).is_none());
    }
}
