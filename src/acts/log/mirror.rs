//! 镜像: the log's public files as a tree that any web server can serve, brought up to date by
//! copying what grew.
//!
//! The checkpoint is written last, so that whoever reads it finds everything under it. A mirror never
//! follows a log that does not begin with what it holds: then it is evidence.

use crate::acts::log::proofs;
use crate::acts::log::public::{Source, pushed, signed};
use crate::acts::log::witness::keep;
use crate::acts::{Done, Error};
use crate::seal::log::{Edge, WIDTH, tile_path};
use crate::seal::note::Vkey;
use std::path::Path;

/// What an update did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Updated {
    /// Leaves it had.
    pub from: u64,
    /// Leaves it has.
    pub to: u64,
    /// Files written.
    pub files: usize,
}

/// Brings a mirror up to date from a source whose checkpoints these keys sign.
pub fn update(source: &Source<'_>, logs: &[Vkey], folder: &Path) -> Done<Updated> {
    let note = source.text("checkpoint")?;
    let (_, new) = signed(&note, logs)
        .ok_or_else(|| Error::fault("the checkpoint is not signed by the log's key"))?;
    let held = Source::Folder(folder.to_path_buf());
    // What this house wrote there under a key that was lost since is held against the tiles all the same.
    let mut of_held = logs.to_vec();
    if let Source::Own(registry) = source {
        of_held.extend(
            proofs::lost_vkeys(registry)?
                .into_iter()
                .map(|(key, _)| key),
        );
    }
    let before = if folder.join("checkpoint").is_file() {
        let text = held.text("checkpoint")?;
        Some(
            signed(&text, &of_held)
                .ok_or_else(|| {
                    Error::fault("the mirror's own checkpoint is not signed by the log's key")
                })?
                .1,
        )
    } else {
        None
    };
    let from = before.as_ref().map_or(0, |before| before.size);
    if before
        .as_ref()
        .is_some_and(|before| before.origin != new.origin)
    {
        return Err(Error::fault("the mirror is of another log"));
    }
    if new.size < from {
        return Err(Error::fault(format!(
            "SHRUNKEN: the log has {} entries, the mirror {from}; nothing was overwritten",
            new.size
        )));
    }
    let edge = if from == 0 {
        Edge::empty()
    } else {
        Edge::read(from, |level, n| held.tile(from, level, n))?
    };
    if before.is_some_and(|before| before.root != edge.root()) {
        return Err(Error::fault(
            "the mirror's tiles are not what its checkpoint says",
        ));
    }
    let leaves = source.leaves(from, new.size)?;
    let edge = pushed(edge, &leaves);
    if edge.root() != new.root {
        return Err(Error::fault(format!(
            "FORK: the log of {} entries does not begin with the {from} of this mirror; nothing was overwritten",
            new.size
        )));
    }
    let mut files = 0;
    let mut put = |path: String, bytes: &[u8]| -> Done<()> {
        let file = folder.join(path);
        let told = |error: std::io::Error| {
            Error::fault(format!("{} cannot be written: {error}", file.display()))
        };
        std::fs::create_dir_all(file.parent().unwrap_or(folder)).map_err(told)?;
        keep(&file, bytes).map_err(told)?;
        files += 1;
        Ok(())
    };
    // The entries of a bundle the mirror held in part come from there: they are proved already.
    let first = from / WIDTH;
    let mut all = held.leaves(first * WIDTH, from)?;
    all.extend(leaves);
    for (at, bundle) in all.chunks(256).enumerate() {
        let bytes = crate::seal::log::bundle(bundle.iter().map(Vec::as_slice));
        put(
            format!(
                "tile/entries/{}",
                tile_path(first + at as u64, bundle.len() as u64)
            ),
            &bytes,
        )?;
    }
    for ((level, n), tile) in edge.written() {
        put(
            format!("tile/{level}/{}", tile_path(n, tile.len() as u64 / 32)),
            &tile,
        )?;
    }
    let vkeys: String = logs.iter().map(|vkey| format!("{vkey}\n")).collect();
    put("vkey".to_owned(), vkeys.as_bytes())?;
    for name in ["policy", "succession"] {
        if let Some(file) = source.file(name)? {
            put(name.to_owned(), &file)?;
        }
    }
    put("checkpoint".to_owned(), note.as_bytes())?;
    Ok(Updated {
        from,
        to: new.size,
        files,
    })
}
