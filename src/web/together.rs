//! 合问: look-ups that wait at the same moment are put to the database as one question.
//!
//! What a question to PostgreSQL costs is for the most part that it is one: planned, begun, sent and
//! answered. A dozen certificates take hardly longer than one. So, as acts share a commit, look-ups
//! share a question; whoever comes alone waits for nobody.

use crate::acts::verification::{self, Verified};
use crate::acts::{Done, Error, Registry};
use crate::ground::clock::Now;
use parking_lot::Mutex;
use rocket::tokio::sync::oneshot::{self, Receiver, Sender};
use std::collections::VecDeque;
use std::sync::Arc;

/// Questions under way at once: while one is answered, the next gathers.
const UNDER_WAY: usize = 2;

/// At most so many certificates in one question.
const MOST: usize = 64;

/// Where those who look up a certificate meet.
#[derive(Default)]
pub struct Together(Arc<Mutex<Queue>>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Asked>,
    under_way: usize,
}

struct Asked {
    about: (String, Now),
    answer: Sender<Done<Option<Verified>>>,
}

impl Together {
    /// Joins those who wait. Where the answer will come; and, unless enough are asking already, the
    /// duty to go and ask for everybody.
    pub fn join(
        &self,
        token: &str,
        now: Now,
    ) -> (Receiver<Done<Option<Verified>>>, Option<Errand>) {
        let (answer, told) = oneshot::channel();
        let mut queue = self.0.lock();
        queue.waiting.push_back(Asked {
            about: (token.to_owned(), now),
            answer,
        });
        let errand = (queue.under_way < UNDER_WAY).then(|| {
            queue.under_way += 1;
            Errand {
                queue: Arc::clone(&self.0),
                over: false,
            }
        });
        (told, errand)
    }
}

/// Somebody's errand: to ask for all. Given up without asking, it sends away who waits and has nobody else
/// to ask for them.
pub struct Errand {
    queue: Arc<Mutex<Queue>>,
    over: bool,
}

impl Errand {
    /// Asks until nobody waits any more.
    pub fn ask(mut self, registry: &Registry) {
        while let Some((about, answers)) = self.next() {
            let found = match verification::look_up_each(registry, &about) {
                Ok(found) => found,
                Err(Error::Busy(why)) => {
                    let busy = |_| Err(Error::Busy(why.clone()));
                    about.iter().map(busy).collect()
                }
                // What is wrong with one is not the others' fault.
                Err(_) => {
                    let alone =
                        |(token, now): &(String, Now)| verification::look_up(registry, token, *now);
                    about.iter().map(alone).collect()
                }
            };
            for (answer, found) in answers.into_iter().zip(found) {
                // Whoever asked may have left.
                drop(answer.send(found));
            }
        }
    }

    /// Those who waited longest; none when nobody waits, and then this errand is over.
    fn next(&mut self) -> Option<(Vec<(String, Now)>, Vec<Sender<Done<Option<Verified>>>>)> {
        let mut queue = self.queue.lock();
        let some = queue.waiting.len().min(MOST);
        if some == 0 {
            queue.under_way -= 1;
            self.over = true;
            return None;
        }
        let some = queue.waiting.drain(..some);
        Some(some.map(|asked| (asked.about, asked.answer)).unzip())
    }
}

impl Drop for Errand {
    fn drop(&mut self) {
        if !self.over {
            let mut queue = self.queue.lock();
            queue.under_way -= 1;
            if queue.under_way == 0 {
                queue.waiting.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rocket::tokio::sync::oneshot::error::TryRecvError;

    #[test]
    fn two_ask_and_the_others_wait_for_them() {
        let together = Together::default();
        let now = Now::read();
        let (mut errands, mut answers) = (Vec::new(), Vec::new());
        for _ in 0..MOST + 9 {
            let (answer, errand) = together.join("ltzlud5uga7glbfc", now);
            answers.push(answer);
            errands.extend(errand);
        }
        assert_eq!(errands.len(), UNDER_WAY);
        let mut some = || errands[0].next().map(|(about, _)| about.len());
        assert_eq!([some(), some(), some()], [Some(MOST), Some(9), None]);
        // That errand is over; the next who comes takes another.
        assert!(together.join("ltzlud5uga7glbfc", now).1.is_some());
    }

    #[test]
    fn whom_nobody_asks_for_any_more_is_sent_away() {
        let together = Together::default();
        let now = Now::read();
        let (mut first, errand) = together.join("ltzlud5uga7glbfc", now);
        let (_, other) = together.join("ltzlud5uga7glbfc", now);
        drop(errand);
        // The other may still ask for both.
        assert_eq!(first.try_recv().unwrap_err(), TryRecvError::Empty);
        drop(other);
        assert_eq!(first.try_recv().unwrap_err(), TryRecvError::Closed);
        assert!(together.join("ltzlud5uga7glbfc", now).1.is_some());
    }
}
