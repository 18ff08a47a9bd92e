//! 坏盘: every so many syncs of the disk fail, then every so many writes find it full. The server
//! answers with an error and goes on; what it acknowledged is there.

use super::{Said, Scene, hear, rounds};
use std::process::Command;
use std::sync::mpsc;

/// A server issues so many sittings before the next fault is tried.
const EACH: usize = 8;

#[test]
fn nothing_acknowledged_is_lost_to_a_failing_disk() {
    if std::env::var("TEST_DATABASE_URL").is_ok() {
        // The other database writes its own files, in a process that is not ours to disturb.
        return;
    }
    if crate::paper::outsider("strace", &["-V"]).is_none() {
        return;
    }
    let rounds = rounds();
    let mut scene = Scene::new(u32::try_from(EACH).unwrap() * rounds);
    let (mut failed, mut issued) = (0, 0);
    for round in 0..rounds {
        // The bundled SQLite syncs with fsync, never fdatasync.
        let fault = if round % 2 == 0 {
            format!("inject=fsync:error=EIO:when={}+5", 2 + round / 2)
        } else {
            format!("inject=pwrite64:error=ENOSPC:when={}+60", 20 + round)
        };
        let first = round as usize * EACH;
        let watched = [
            "strace",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,pwrite64",
            "-e",
            &fault,
        ];
        let mut command: Command = scene.server(&watched, &scene.sittings[first..first + EACH]);
        let (said, heard) = mpsc::channel();
        let mut server = command.spawn().unwrap();
        hear(&mut server, said).join().unwrap();
        server.wait().unwrap();
        for said in heard {
            match said {
                Said::Failed => failed += 1,
                Said::Issued(..) => issued += 1,
                Said::Ready => {}
            }
            scene.note(said);
        }
    }
    println!("{failed} sittings refused by a failing disk, {issued} issued in spite of it");
    assert!(failed > 0 && issued > 0);
    scene.conclude();
}
