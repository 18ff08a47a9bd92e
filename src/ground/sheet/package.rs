//! 工作簿包: the parts of a workbook (a zip archive), unpacked as they are asked for and never further.
//!
//! All parts together draw on one purse, so that what a file unpacks to is bounded whatever it
//! claims. Only what the archive's directory says about place and method is believed, and both are
//! checked against the bytes. (APPNOTE.TXT 6.3.10, 4.3; archives over 4 GB are not rosters.)

use super::Unreadable;
use flate2::read::DeflateDecoder;
use std::cell::Cell;
use std::io::{self, Read};

/// Bytes all parts that are read may unpack to, together.
const PURSE: usize = 64 << 20;
/// Parts in one archive at most.
const PARTS: usize = 200;
/// How many bytes one byte may unpack to, once a part is over a megabyte. Tables of
/// real people shrink to a tenth, pages of styled blanks to a fortieth; deflate ends at 1:1032.
const STRETCH: usize = 150;
/// Bytes between two breaths at most: a tag or a text longer than this is no cell's.
const BREATH: usize = 1 << 20;

/// An archive whose directory has been read.
pub(super) struct Package<'a> {
    bytes: &'a [u8],
    parts: Vec<Part<'a>>,
    left: Cell<usize>,
}

struct Part<'a> {
    name: &'a [u8],
    method: u16,
    size: usize,
    header: usize,
}

impl<'a> Package<'a> {
    /// Reads the directory at the archive's end.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        const END: usize = 22;
        let tail = bytes.len().saturating_sub(END + usize::from(u16::MAX));
        let last = bytes.len().checked_sub(END).ok_or(Unreadable::Broken)?;
        let end = (tail..=last)
            .rev()
            .find(|&at| bytes[at..].starts_with(b"PK\x05\x06"));
        let end = &bytes[end.ok_or(Unreadable::Broken)?..];
        let count = short(end, 10)?;
        if count > PARTS {
            return Err(Unreadable::TooLarge);
        }
        let mut parts = Vec::with_capacity(count);
        let mut at = long(end, 16)?;
        for _ in 0..count {
            let entry = bytes
                .get(at..)
                .filter(|rest| rest.starts_with(b"PK\x01\x02"))
                .ok_or(Unreadable::Broken)?;
            let (name, extra, comment) = (short(entry, 28)?, short(entry, 30)?, short(entry, 32)?);
            parts.push(Part {
                name: entry.get(46..46 + name).ok_or(Unreadable::Broken)?,
                method: u16::try_from(short(entry, 10)?).unwrap_or(u16::MAX),
                size: long(entry, 20)?,
                header: long(entry, 42)?,
            });
            if short(entry, 8)? & 1 == 1 {
                return Err(Unreadable::Locked);
            }
            at += 46 + name + extra + comment;
        }
        Ok(Self {
            bytes,
            parts,
            left: Cell::new(PURSE),
        })
    }

    /// Whether the purse was emptied: what failed was not broken but too large.
    pub fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// A part by its path, whatever its capitals.
    pub fn part(&self, path: &str) -> Result<Option<Stream<'_>>, Unreadable> {
        let wanted = path.trim_start_matches('/').as_bytes();
        let Some(part) = self
            .parts
            .iter()
            .find(|part| part.name.eq_ignore_ascii_case(wanted))
        else {
            return Ok(None);
        };
        let header = self
            .bytes
            .get(part.header..)
            .filter(|rest| rest.starts_with(b"PK\x03\x04"));
        let header = header.ok_or(Unreadable::Broken)?;
        let start = 30 + short(header, 26)? + short(header, 28)?;
        let packed = start
            .checked_add(part.size)
            .and_then(|end| header.get(start..end))
            .ok_or(Unreadable::Broken)?;
        let source = match part.method {
            0 => Source::Stored(packed),
            8 => Source::Deflated(DeflateDecoder::new(packed)),
            _ => return Err(Unreadable::Broken),
        };
        Ok(Some(Stream {
            source,
            left: &self.left,
            breath: 0,
            read: 0,
        }))
    }
}

fn short(bytes: &[u8], at: usize) -> Result<usize, Unreadable> {
    let two = bytes.get(at..at + 2).ok_or(Unreadable::Broken)?;
    Ok(usize::from(u16::from_le_bytes([two[0], two[1]])))
}

fn long(bytes: &[u8], at: usize) -> Result<usize, Unreadable> {
    let four = bytes.get(at..at + 4).ok_or(Unreadable::Broken)?;
    usize::try_from(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .map_err(|_| Unreadable::Broken)
}

/// One part as it is unpacked; fails when the purse is empty or it is read too long without a breath.
pub(super) struct Stream<'a> {
    source: Source<'a>,
    left: &'a Cell<usize>,
    breath: usize,
    read: usize,
}

impl Stream<'_> {
    /// Says that what was read so far has been used, and kept nowhere.
    pub fn breathe(&mut self) {
        self.breath = 0;
    }
}

enum Source<'a> {
    Stored(&'a [u8]),
    Deflated(DeflateDecoder<&'a [u8]>),
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.source {
            Source::Stored(bytes) => bytes.read(buffer)?,
            Source::Deflated(decoder) => decoder.read(buffer)?,
        };
        self.breath += read;
        self.read += read;
        let packed = match &self.source {
            Source::Stored(_) => self.read,
            Source::Deflated(decoder) => usize::try_from(decoder.total_in()).unwrap_or(usize::MAX),
        };
        let stretched = self.read > BREATH && self.read / STRETCH > packed;
        let left = if stretched || self.breath > BREATH {
            0
        } else {
            self.left.get().saturating_sub(read)
        };
        self.left.set(left);
        if self.left.get() == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(read)
    }
}
