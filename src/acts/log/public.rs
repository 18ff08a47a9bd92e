//! 公开文件: a log as anybody reads it, from an address, a folder or the registry itself (C2SP
//! tlog-tiles). Nothing it says is believed before the numbers agree.

use crate::acts::log::{proofs, succession};
use crate::acts::{Done, Error, Registry};
use crate::seal::log::{Edge, WIDTH, leaf_hash, read_tile_path, tile_path, unbundle};
use crate::seal::note::{self, Checkpoint, Note, Vkey};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the files of a log are.
pub enum Source<'a> {
    /// A folder, such as a mirror.
    Folder(PathBuf),
    /// What stands before `/checkpoint` in an address.
    Address(String, ureq::Agent),
    /// This registry's own.
    Own(&'a Registry),
}

/// A bundle has at most 256 entries of 65,535 bytes.
const MOST: u64 = 17 << 20;

impl Source<'_> {
    /// An http address, or a folder.
    pub fn read(text: &str) -> Source<'static> {
        if text.starts_with("https://") || text.starts_with("http://") {
            let agent = ureq::Agent::config_builder()
                .timeout_global(Some(Duration::from_secs(20)))
                .http_status_as_error(false)
                .max_redirects(0)
                .build()
                .into();
            return Source::Address(text.trim_end_matches('/').to_owned(), agent);
        }
        Source::Folder(Path::new(text).to_path_buf())
    }

    /// A file; none when there is none.
    pub fn file(&self, path: &str) -> Done<Option<Vec<u8>>> {
        match self {
            Self::Folder(folder) => match std::fs::read(folder.join(path)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && folder.is_dir() => {
                    Ok(None)
                }
                Err(error) => Err(Error::Busy(format!(
                    "{}: {error}",
                    folder.join(path).display()
                ))),
            },
            Self::Address(base, agent) => {
                let told = |why: String| Error::Busy(format!("{base}/{path}: {why}"));
                let mut answer = agent
                    .get(format!("{base}/{path}"))
                    .call()
                    .map_err(|error| told(error.to_string()))?;
                match answer.status().as_u16() {
                    200 => answer
                        .body_mut()
                        .with_config()
                        .limit(MOST)
                        .read_to_vec()
                        .map(Some)
                        .map_err(|error| told(error.to_string())),
                    404 => Ok(None),
                    other => Err(told(format!("status {other}"))),
                }
            }
            Self::Own(registry) => own(registry, path),
        }
    }

    /// A text file that must be there.
    pub fn text(&self, path: &str) -> Done<String> {
        let bytes = self
            .file(path)?
            .ok_or_else(|| Error::Busy(format!("there is no {path}")))?;
        String::from_utf8(bytes).map_err(|_| Error::fault(format!("{path} is not text")))
    }

    /// The keys it says it signs with.
    pub fn vkeys(&self) -> Done<Vec<Vkey>> {
        let text = self.text("vkey")?;
        text.lines()
            .map(|line| Vkey::read(line).ok_or_else(|| Error::fault(format!("`{line}` is no key"))))
            .collect()
    }

    /// A file of a tree of some size: of the width it has there, or whole when that is gone.
    fn grown(&self, folder: &str, n: u64, width: u64) -> Done<Option<Vec<u8>>> {
        let found = self.file(&format!("{folder}/{}", tile_path(n, width)))?;
        if found.is_some() || width == WIDTH {
            return Ok(found);
        }
        self.file(&format!("{folder}/{}", tile_path(n, WIDTH)))
    }

    /// A tile of a tree of this size.
    pub fn tile(&self, size: u64, level: u8, n: u64) -> Done<Option<Vec<u8>>> {
        let count = size >> (8 * u32::from(level));
        let width = count.saturating_sub(n * WIDTH).min(WIDTH);
        if width == 0 {
            return Ok(None);
        }
        self.grown(&format!("tile/{level}"), n, width)
    }

    /// The leaves from one place up to another, of a tree of that size.
    pub fn leaves(&self, from: u64, to: u64) -> Done<Vec<Vec<u8>>> {
        let mut leaves = Vec::new();
        for n in from / WIDTH..to.div_ceil(WIDTH) {
            let width = (to - n * WIDTH).min(WIDTH);
            let bundle = self
                .grown("tile/entries", n, width)?
                .and_then(|bytes| unbundle(&bytes));
            let bundle = bundle
                .filter(|some| some.len() as u64 >= width)
                .ok_or_else(|| {
                    Error::Busy(format!(
                        "the entries {} to {} are missing or torn",
                        n * WIDTH,
                        n * WIDTH + width
                    ))
                })?;
            let skip = from.saturating_sub(n * WIDTH);
            leaves.extend(
                bundle
                    .into_iter()
                    .take(usize::try_from(width).unwrap_or(0))
                    .skip(usize::try_from(skip).unwrap_or(0)),
            );
        }
        Ok(leaves)
    }
}

/// The edge with these leaves after it.
pub fn pushed(mut edge: Edge, leaves: &[Vec<u8>]) -> Edge {
    for leaf in leaves {
        edge.push(leaf_hash(leaf));
    }
    edge
}

/// A checkpoint signed by one of these keys; none when it is not.
pub fn signed(note: &str, logs: &[Vkey]) -> Option<(Note, Checkpoint)> {
    logs.iter()
        .filter(|log| log.kind == note::LOG)
        .find_map(|log| note::verified(note, log))
}

fn own(registry: &Registry, path: &str) -> Done<Option<Vec<u8>>> {
    match path {
        "checkpoint" => return Ok(proofs::checkpoint(registry)?.map(String::into_bytes)),
        "policy" => return Ok(Some(proofs::policy(registry)?.into_bytes())),
        "succession" => return Ok(succession::notes(registry)?.map(String::into_bytes)),
        "vkey" => {
            let keys: String = proofs::vkeys(registry)?
                .iter()
                .map(|vkey| format!("{vkey}\n"))
                .collect();
            return Ok(Some(keys.into_bytes()));
        }
        _ => {}
    }
    let Some((level, place)) = path
        .strip_prefix("tile/")
        .and_then(|rest| rest.split_once('/'))
    else {
        return Ok(None);
    };
    let Some((n, width)) = read_tile_path(place) else {
        return Ok(None);
    };
    match level.parse() {
        Ok(level) => proofs::published_tile(registry, level, n, width),
        Err(_) if level == "entries" => proofs::entries(registry, n, width),
        Err(_) => Ok(None),
    }
}
