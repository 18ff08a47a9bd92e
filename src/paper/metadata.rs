//! 元数据: what a file says about itself: Info dictionary and XMP.

use chrono::NaiveDate;
use std::fmt::Write;

/// What a document is.
pub struct About<'a> {
    /// The title: the kind of certificate and its number.
    pub title: &'a str,
    /// The issuing organisation.
    pub author: &'a str,
    /// The day of issue: a document drawn again is the same document.
    pub on: NaiveDate,
    /// Sixteen bytes that name the file.
    pub id: [u8; 16],
}

/// The program that draws.
const PRODUCER: &str = "Guildhall; printpdf";
const CREATOR: &str = "Guildhall";

impl About<'_> {
    /// The Info dictionary.
    pub fn info(&self) -> String {
        let date = self.on.format("D:%Y%m%d000000+08'00'");
        format!(
            "<</Title {} /Author {} /Creator ({CREATOR}) /Producer ({PRODUCER}) /CreationDate \
             ({date}) /ModDate ({date})>>",
            text(self.title),
            text(self.author)
        )
    }

    /// The XMP packet: the same.
    ///
    /// It names no part of PDF/A. The structure is built for PDF/A-3, but no checker for that part
    /// stands in the tests, and a claim nobody has checked is none (`tests/paper` holds the file
    /// against PDFBox Preflight, which knows part 1 only).
    pub fn xmp(&self) -> String {
        let date = self.on.format("%Y-%m-%dT00:00:00+08:00");
        let id = self.uuid();
        format!(
            "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
             xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\">\
             <dc:format>application/pdf</dc:format>\
             <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
             <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\
             <dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>\
             <xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>\
             <xmp:MetadataDate>{date}</xmp:MetadataDate><xmp:CreatorTool>{CREATOR}</xmp:CreatorTool>\
             <pdf:Producer>{PRODUCER}</pdf:Producer>\
             <xmpMM:DocumentID>uuid:{id}</xmpMM:DocumentID><xmpMM:InstanceID>uuid:{id}</xmpMM:InstanceID>\
             </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>",
            title = escaped(self.title),
            author = escaped(self.author),
        )
    }

    /// The sixteen bytes in hexadecimal, for `/ID`.
    pub fn hex(&self) -> String {
        self.id.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    fn uuid(&self) -> String {
        let hex = self.hex();
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }
}

/// A PDF text string: UTF-16 with its mark, in hexadecimal, so that nothing needs escaping.
pub fn text(says: &str) -> String {
    let mut out = String::from("<FEFF");
    for unit in says.encode_utf16() {
        let _ = write!(out, "{unit:04X}");
    }
    out.push('>');
    out
}

/// Text as XML content; what XML cannot hold at all becomes U+FFFD.
fn escaped(says: &str) -> String {
    let mut out = String::new();
    for c in says.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(c),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_xml_are_escaped() {
        let about = About {
            title: "a<b>&\"'\u{1}",
            author: "()\\<>",
            on: NaiveDate::from_ymd_opt(2025, 7, 1).unwrap(),
            id: [7; 16],
        };
        let xmp = about.xmp();
        assert!(
            xmp.contains("a&lt;b&gt;&amp;&quot;&apos;\u{FFFD}") && xmp.contains("()\\&lt;&gt;"),
            "{xmp}"
        );
        assert!(xmp.contains("uuid:07070707-0707-0707-0707-070707070707"));
        assert!(
            about.info().contains("/Author <FEFF00280029005C003C003E>"),
            "{}",
            about.info()
        );
    }

    #[test]
    fn rare_characters_are_pairs() {
        assert_eq!(text("𬭎"), "<FEFFD872DF4E>");
    }
}
