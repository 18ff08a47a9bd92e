//! 公开日志: leaves, roots, proofs of inclusion and consistency (RFC 6962), kept as tiles of
//! height eight (C2SP tlog-tiles).
//!
//! A tree is never in memory: whoever asks for a proof lends a way to fetch tiles, and the writer
//! holds only the right edge, at most one unfinished tile a level.

use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A hash of the tree.
pub type Hash = [u8; 32];

/// Hashes in a full tile.
pub const WIDTH: u64 = 256;

/// The hash of a leaf (RFC 6962 section 2.1).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(leaf);
    hash.finalize().into()
}

/// The hash of two subtrees.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The root of the tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The root of the tree over these leaf hashes, all in memory.
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut edge = Edge::empty();
    for leaf in leaves {
        edge.push(*leaf);
    }
    edge.root()
}

/// A tile is missing, or shorter than the tree says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tile {level}/{n} of the log is missing or short")]
pub struct Torn {
    /// Its level.
    pub level: u8,
    /// Its place in the level.
    pub n: u64,
}

fn hashes(tile: &[u8]) -> impl ExactSizeIterator<Item = Hash> + '_ {
    tile.chunks_exact(32)
        .map(|chunk| chunk.try_into().expect("a chunk of thirty-two bytes"))
}

/// The root of a perfect subtree over these hashes; as many as a power of two.
fn fold(mut row: Vec<Hash>) -> Hash {
    while row.len() > 1 {
        row = row
            .chunks_exact(2)
            .map(|pair| node_hash(&pair[0], &pair[1]))
            .collect();
    }
    row.first().copied().unwrap_or_else(empty_root)
}

/// A tile at its place.
pub type Placed = ((u8, u64), Vec<u8>);

/// The right edge of a tree: what is needed to go on writing it.
#[derive(Clone, Debug)]
pub struct Edge {
    size: u64,
    /// The unfinished tile of each level; full ones went to `full`.
    rows: Vec<Vec<u8>>,
    full: Vec<Placed>,
}

impl Edge {
    /// The edge of the tree without leaves.
    pub fn empty() -> Self {
        Self {
            size: 0,
            rows: Vec::new(),
            full: Vec::new(),
        }
    }

    /// The edge of a tree of this size, from its tiles.
    pub fn read<E: From<Torn>>(
        size: u64,
        mut ask: impl FnMut(u8, u64) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Self, E> {
        let mut rows = Vec::new();
        let mut level = 0_u8;
        while size >> (8 * u32::from(level)) > 0 {
            let count = size >> (8 * u32::from(level));
            let (n, width) = (count / WIDTH, usize::try_from(count % WIDTH).unwrap_or(0));
            let mut row = Vec::new();
            if width > 0 {
                row = ask(level, n)?.unwrap_or_default();
                if row.len() < width * 32 {
                    return Err(Torn { level, n }.into());
                }
                row.truncate(width * 32);
            }
            rows.push(row);
            level += 1;
        }
        Ok(Self {
            size,
            rows,
            full: Vec::new(),
        })
    }

    /// Leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.size += 1;
        let (mut hash, mut level) = (leaf, 0_usize);
        loop {
            if self.rows.len() == level {
                self.rows.push(Vec::new());
            }
            let row = &mut self.rows[level];
            row.extend_from_slice(&hash);
            if row.len() < 32 * 256 {
                return;
            }
            let tile = std::mem::take(row);
            hash = fold(hashes(&tile).collect());
            let n = (self.size >> (8 * (level + 1))) - 1;
            let at = u8::try_from(level).expect("a tree has fewer than eight levels of tiles");
            self.full.push(((at, n), tile));
            level += 1;
        }
    }

    /// The root of the tree so far.
    pub fn root(&self) -> Hash {
        let mut peaks = Vec::new();
        for row in self.rows.iter().rev() {
            let mut row: Vec<Hash> = hashes(row).collect();
            while !row.is_empty() {
                let width = 1 << row.len().ilog2();
                let rest = row.split_off(width);
                peaks.push(fold(row));
                row = rest;
            }
        }
        let mut peaks = peaks.into_iter().rev();
        let Some(mut root) = peaks.next() else {
            return empty_root();
        };
        for left in peaks {
            root = node_hash(&left, &root);
        }
        root
    }

    /// The tiles that came to be or grew since this edge was read.
    pub fn written(self) -> Vec<Placed> {
        let mut written = self.full;
        for (level, row) in self.rows.into_iter().enumerate() {
            if !row.is_empty() {
                let level = u8::try_from(level).expect("fewer than eight levels");
                let n = (self.size >> (8 * u32::from(level))) / WIDTH;
                written.push(((level, n), row));
            }
        }
        written
    }
}

/// A tree of some size whose tiles can be fetched.
pub struct Tree<'a, E> {
    size: u64,
    ask: Box<dyn FnMut(u8, u64) -> Result<Option<Vec<u8>>, E> + 'a>,
    known: HashMap<(u8, u64), Vec<u8>>,
}

impl<'a, E: From<Torn>> Tree<'a, E> {
    /// A tree of this size.
    pub fn new(size: u64, ask: impl FnMut(u8, u64) -> Result<Option<Vec<u8>>, E> + 'a) -> Self {
        Self {
            size,
            ask: Box::new(ask),
            known: HashMap::new(),
        }
    }

    /// The root at a size up to the tree's.
    pub fn root(&mut self, size: u64) -> Result<Hash, E> {
        if size == 0 {
            return Ok(empty_root());
        }
        self.range(0, size)
    }

    /// The proof that a leaf is in the tree of a size (RFC 6962 section 2.1.1).
    pub fn inclusion(&mut self, index: u64, size: u64) -> Result<Vec<Hash>, E> {
        if index >= size || size > self.size {
            return Err(Torn {
                level: 0,
                n: index / WIDTH,
            }
            .into());
        }
        let (mut low, mut high) = (0, size);
        let mut proof = Vec::new();
        while high - low > 1 {
            let middle = low + split(high - low);
            if index < middle {
                proof.push(self.range(middle, high)?);
                high = middle;
            } else {
                proof.push(self.range(low, middle)?);
                low = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// The proof that the tree of one size begins with the tree of another (section 2.1.2).
    pub fn consistency(&mut self, old: u64, size: u64) -> Result<Vec<Hash>, E> {
        if old > size || size > self.size {
            return Err(Torn {
                level: 0,
                n: size / WIDTH,
            }
            .into());
        }
        let mut proof = Vec::new();
        if old == 0 || old == size {
            return Ok(proof);
        }
        let (mut low, mut high, mut whole) = (0, size, true);
        while old != high {
            let middle = low + split(high - low);
            if old <= middle {
                proof.push(self.range(middle, high)?);
                high = middle;
            } else {
                proof.push(self.range(low, middle)?);
                (low, whole) = (middle, false);
            }
        }
        if !whole {
            proof.push(self.range(low, high)?);
        }
        proof.reverse();
        Ok(proof)
    }

    fn range(&mut self, low: u64, high: u64) -> Result<Hash, E> {
        let width = high - low;
        if width.is_power_of_two() && low % width == 0 {
            return self.node(width.ilog2(), low / width);
        }
        let middle = low + split(width);
        let left = self.range(low, middle)?;
        let right = self.range(middle, high)?;
        Ok(node_hash(&left, &right))
    }

    fn node(&mut self, height: u32, at: u64) -> Result<Hash, E> {
        let level = u8::try_from(height / 8).unwrap_or(u8::MAX);
        let first = at << (height % 8);
        let (n, offset) = (first / WIDTH, usize::try_from(first % WIDTH).unwrap_or(0));
        let width = 1_usize << (height % 8);
        if !self.known.contains_key(&(level, n)) {
            let tile = (self.ask)(level, n)?.unwrap_or_default();
            self.known.insert((level, n), tile);
        }
        self.known[&(level, n)]
            .get(offset * 32..(offset + width) * 32)
            .map(|some| fold(hashes(some).collect()))
            .ok_or_else(|| Torn { level, n }.into())
    }
}

/// The largest power of two below a number above one.
fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// Whether a leaf is in the tree with this root (RFC 9162 section 2.1.3.2).
pub fn is_included(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for other in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(other, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, other);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether the tree of the new size begins with the tree of the old (section 2.1.4.2).
pub fn is_consistent(old: u64, size: u64, old_root: &Hash, root: &Hash, proof: &[Hash]) -> bool {
    if old > size {
        return false;
    }
    if old == size {
        return proof.is_empty() && old_root == root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let mut proof = proof.iter();
    let first = if old.is_power_of_two() {
        Some(old_root)
    } else {
        proof.next()
    };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (old - 1, size - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut old_hash, mut hash) = (*first, *first);
    for other in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_hash = node_hash(other, &old_hash);
            hash = node_hash(other, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, other);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old_hash == *old_root && hash == *root
}

/// The elements of a tile's address after its level: `x001/x234/067`, with `.p/5` when it is
/// partial.
pub fn tile_path(n: u64, width: u64) -> String {
    let mut path = format!("{:03}", n % 1000);
    let mut rest = n / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width % WIDTH != 0 {
        path.push_str(&format!(".p/{width}"));
    }
    path
}

/// Reads what [`tile_path`] writes; the width is 256 for a full tile. None for anything else.
pub fn read_tile_path(path: &str) -> Option<(u64, u64)> {
    let (path, width) = match path.split_once(".p/") {
        None => (path, WIDTH),
        Some((path, width)) => {
            let number: u64 = width.parse().ok()?;
            if !(1..WIDTH).contains(&number) || number.to_string() != width {
                return None;
            }
            (path, number)
        }
    };
    let digits: String = path
        .split('/')
        .map(|element| element.strip_prefix('x').unwrap_or(element))
        .collect();
    if digits.len() > 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: u64 = digits.parse().ok()?;
    (tile_path(n, WIDTH) == path).then_some((n, width))
}

/// Leaves as a bundle of entries: each with its length before it.
pub fn bundle<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bundle = Vec::new();
    for leaf in leaves {
        let length = u16::try_from(leaf.len()).expect("a leaf has fewer than 65,536 bytes");
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(leaf);
    }
    bundle
}

/// The leaves of a bundle; none when it is torn.
pub fn unbundle(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut leaves = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        if rest.len() < length {
            return None;
        }
        let (leaf, rest) = rest.split_at(length);
        leaves.push(leaf.to_vec());
        bytes = rest;
    }
    Some(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    #[derive(Debug)]
    struct Bad;
    impl From<Torn> for Bad {
        fn from(_: Torn) -> Self {
            Self
        }
    }
    impl From<Infallible> for Bad {
        fn from(never: Infallible) -> Self {
            match never {}
        }
    }

    /// RFC 6962 section 2.1, said once more as plainly as it can be.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            _ => {
                let (left, right) =
                    leaves.split_at(usize::try_from(split(leaves.len() as u64)).unwrap());
                node_hash(&naive(left), &naive(right))
            }
        }
    }

    fn leaves(n: u64) -> Vec<Hash> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    fn tiles(leaves: &[Hash], batches: &[usize]) -> BTreeMap<(u8, u64), Vec<u8>> {
        let mut tiles = BTreeMap::new();
        let (mut done, mut batches) = (0, batches.iter().cycle());
        while done < leaves.len() {
            let ask = |level, n| Ok::<_, Bad>(tiles.get(&(level, n)).cloned());
            let mut edge = Edge::read(done as u64, ask).unwrap();
            let more = (*batches.next().unwrap()).clamp(1, leaves.len() - done);
            for leaf in &leaves[done..done + more] {
                edge.push(*leaf);
            }
            done += more;
            assert_eq!(edge.root(), naive(&leaves[..done]));
            for (place, tile) in edge.written() {
                if let Some(before) = tiles.insert(place, tile.clone()) {
                    assert!(tile.starts_with(&before), "tiles only grow");
                }
            }
        }
        tiles
    }

    /// The eight trees of the test vectors of Certificate Transparency's reference implementation.
    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let inputs = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let leaves: Vec<_> = inputs
            .iter()
            .map(|input| leaf_hash(&HEXLOWER.decode(input.as_bytes()).unwrap()))
            .collect();
        for (n, root) in roots.iter().enumerate() {
            assert_eq!(HEXLOWER.encode(&root_of(&leaves[..=n])), *root);
        }
        assert_eq!(
            HEXLOWER.encode(&empty_root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn every_proof_of_a_tree_of_some_hundreds_holds() {
        let leaves = leaves(600);
        let tiles = tiles(&leaves, &[1, 7, 300]);
        let mut tree = Tree::new(600, |level, n| {
            Ok::<_, Bad>(tiles.get(&(level, n)).cloned())
        });
        for size in [1, 2, 3, 255, 256, 257, 512, 513, 599, 600] {
            let root = naive(&leaves[..usize::try_from(size).unwrap()]);
            assert_eq!(tree.root(size).unwrap(), root);
            for index in (0..size).step_by(13).chain([size - 1]) {
                let proof = tree.inclusion(index, size).unwrap();
                let leaf = &leaves[usize::try_from(index).unwrap()];
                assert!(
                    is_included(leaf, index, size, &proof, &root),
                    "{index} in {size}"
                );
                assert!(!is_included(leaf, index ^ 1, size, &proof, &root) || size == 1);
            }
            for old in (0..=size).step_by(11).chain([size]) {
                let proof = tree.consistency(old, size).unwrap();
                let old_root = naive(&leaves[..usize::try_from(old).unwrap()]);
                assert!(
                    is_consistent(old, size, &old_root, &root, &proof),
                    "{old} to {size}"
                );
                if old > 0 && old < size {
                    assert!(!is_consistent(old, size, &root, &root, &proof) || old_root == root);
                    assert!(!is_consistent(old, size, &old_root, &old_root, &proof));
                    for at in 0..proof.len() {
                        let mut bent = proof.clone();
                        bent[at][3] ^= 1;
                        assert!(!is_consistent(old, size, &old_root, &root, &bent));
                    }
                }
            }
        }
    }

    /// The specification's own examples.
    #[test]
    fn tile_addresses_are_those_of_the_specification() {
        assert_eq!(tile_path(1_234_067, 256), "x001/x234/067");
        assert_eq!(tile_path(273, 112), "273.p/112");
        assert_eq!(tile_path(0, 1), "000.p/1");
        for (n, width) in [
            (0, 256),
            (999, 1),
            (1000, 255),
            (1_234_067, 256),
            (1_000_000_000, 7),
        ] {
            assert_eq!(read_tile_path(&tile_path(n, width)), Some((n, width)));
        }
        for wrong in [
            "",
            "0",
            "00",
            "0000",
            "1/2",
            "x000/001",
            "001/x002",
            "000.p/0",
            "000.p/256",
            "000.p/07",
            "x001/67",
            "000.p/",
            "000.p/1/2",
            "-01",
            "+01",
        ] {
            assert_eq!(read_tile_path(wrong), None, "{wrong}");
        }
        // A tree of 70,000: 273 full tiles, then 112, 17 and 1.
        let mut edge = Edge::empty();
        for leaf in leaves(70_000) {
            edge.push(leaf);
        }
        let written = edge.written();
        let widths: Vec<_> = written
            .iter()
            .map(|((level, _), tile)| (*level, tile.len() / 32))
            .collect();
        assert_eq!(widths.iter().filter(|it| **it == (0, 256)).count(), 273);
        assert_eq!(widths[274..], [(0, 112), (1, 17), (2, 1)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_tree_written_in_any_batches_is_the_naive_tree(size in 1_u64..1400, index in any::<u64>(), old in any::<u64>(), batches in proptest::collection::vec(1_usize..400, 1..6)) {
            let leaves = leaves(size);
            let tiles = tiles(&leaves, &batches);
            let mut tree = Tree::new(size, |level, n| Ok::<_, Bad>(tiles.get(&(level, n)).cloned()));
            let (index, old) = (index % size, old % (size + 1));
            let root = naive(&leaves);
            prop_assert_eq!(tree.root(size).unwrap(), root);
            let proof = tree.inclusion(index, size).unwrap();
            prop_assert!(is_included(&leaves[usize::try_from(index).unwrap()], index, size, &proof, &root));
            let old_root = naive(&leaves[..usize::try_from(old).unwrap()]);
            let proof = tree.consistency(old, size).unwrap();
            prop_assert!(is_consistent(old, size, &old_root, &root, &proof));
        }

        #[test]
        fn bundles_come_back(leaves in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..20)) {
            let bytes = bundle(leaves.iter().map(Vec::as_slice));
            prop_assert_eq!(unbundle(&bytes), Some(leaves));
        }

        #[test]
        fn nothing_breaks_the_readers(path in "[x0-9./p]{0,30}", bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = (read_tile_path(&path), unbundle(&bytes));
        }
    }
}
