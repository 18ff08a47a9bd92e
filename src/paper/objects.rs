//! 对象: the numbered objects of a PDF file, and the table that tells where each begins.

use super::subset::Subset;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write as _;

/// A file being written, object by object.
pub(super) struct Objects {
    bytes: Vec<u8>,
    /// Where the object of each number begins; 0: it has not been written.
    offsets: Vec<usize>,
    /// Numbers of objects that were never written, to be given out first.
    free: Vec<u32>,
}

impl Objects {
    /// An empty file.
    pub(super) fn new() -> Self {
        Self {
            bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(),
            offsets: vec![0],
            free: Vec::new(),
        }
    }

    /// A file that goes on after these bytes, with their objects; `kept` numbers are spoken for
    /// though nothing stands under them yet.
    pub(super) fn after(prefix: &[u8], offsets: &[usize], kept: &[u32]) -> Self {
        let mut bytes = Vec::with_capacity(prefix.len() + 40_000);
        bytes.extend_from_slice(prefix);
        let unwritten = (1..)
            .zip(&offsets[1..])
            .filter(|(_, offset)| **offset == 0)
            .map(|(id, _)| id);
        Self {
            bytes,
            offsets: offsets.to_vec(),
            free: unwritten.filter(|id| !kept.contains(id)).collect(),
        }
    }

    /// A number for an object to come.
    pub(super) fn reserve(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.offsets.push(0);
            u32::try_from(self.offsets.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn begin(&mut self, id: u32) {
        self.offsets[id as usize] = self.bytes.len();
        self.bytes
            .extend_from_slice(format!("{id} 0 obj\n").as_bytes());
    }

    /// Writes an object; answers where what it says begins.
    pub(super) fn object(&mut self, id: u32, says: &str) -> usize {
        self.begin(id);
        let at = self.bytes.len();
        self.bytes.extend_from_slice(says.as_bytes());
        self.bytes.extend_from_slice(b"\nendobj\n");
        at
    }

    /// Writes a stream, packed.
    pub(super) fn stream(&mut self, id: u32, entries: &str, content: &[u8]) {
        // Level 1: level 9 costs four times as much for the last few hundredths.
        let mut encoder =
            ZlibEncoder::new(Vec::with_capacity(content.len() / 2), Compression::fast());
        encoder
            .write_all(content)
            .expect("writing to memory does not fail");
        let packed = encoder.finish().expect("writing to memory does not fail");
        self.stream_as_is(id, &format!("{entries}/Filter /FlateDecode "), &packed);
    }

    /// Writes a stream of these very bytes.
    pub(super) fn stream_as_is(&mut self, id: u32, entries: &str, content: &[u8]) {
        self.begin(id);
        let head = format!("<<{entries}/Length {}>>\nstream\n", content.len());
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(content);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// Embeds the glyphs of a face; answers the font's number.
    pub(super) fn font(&mut self, subset: &Subset) -> u32 {
        let [font, descendant, descriptor, file, meaning] = [(); 5].map(|()| self.reserve());
        let program = subset.program();
        let name = subset.name();
        self.stream(file, &format!("/Length1 {} ", program.len()), &program);
        self.stream(meaning, "", subset.to_unicode().as_bytes());
        self.object(
            descriptor,
            &format!("<<{} /FontFile2 {file} 0 R>>", subset.descriptor()),
        );
        self.object(
            descendant,
            &format!(
                "<</Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo <</Registry (Adobe) \
                 /Ordering (Identity) /Supplement 0>> /CIDToGIDMap /Identity /DW 1000 /W {} /FontDescriptor \
                 {descriptor} 0 R>>",
                subset.widths()
            ),
        );
        self.object(
            font,
            &format!(
                "<</Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts \
                 [{descendant} 0 R] /ToUnicode {meaning} 0 R>>"
            ),
        );
        font
    }

    /// Ends the file with its cross-reference table and the trailer; `id` is its name in hex.
    pub(super) fn close(mut self, root: u32, info: u32, id: &str) -> Vec<u8> {
        let start = self.bytes.len();
        let size = self.offsets.len();
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in self.offsets.iter().skip(1) {
            if *offset == 0 {
                table.push_str("0000000000 65535 f \n");
            } else {
                table.push_str(&format!("{offset:010} 00000 n \n"));
            }
        }
        table.push_str(&format!(
            "trailer\n<</Size {size} /Root {root} 0 R /Info {info} 0 R /ID [<{id}> <{id}>]>>\nstartxref\n{start}\n%%EOF\n"
        ));
        self.bytes.extend_from_slice(table.as_bytes());
        self.bytes
    }
}
