//! 表格: reading tables that people really send, and bytes that nobody meant as one.

use super::hostile::{workbook, zip};
use guildhall::ground::sheet::{self, Kind, Sheet};
use proptest::prelude::*;

fn cells(sheet: &Sheet) -> Vec<String> {
    let rows = sheet.rows().flat_map(|row| row.cells().collect::<Vec<_>>());
    rows.map(|cell| format!("{}={}", cell.address(), cell.text))
        .collect()
}

const SHEET: &str = r#"<dimension ref="A1:XFD1048576"/><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>身份证</t><r><t>号</t></r></is></c></row>
<row r="3" hidden="1"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>1.5999919900307E+17</v></c><c r="C3" s="1"><v>32939</v></c></row>
<row><c t="str"><f>A1&amp;B1</f><v>a &lt; b&#x4E00;</v></c><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c><c t="d"><v>2026-03-02T00:00:00</v></c></row>
</sheetData><mergeCells><mergeCell ref="A3:A9"/></mergeCells>"#;
const STRINGS: &str = r#"<sst uniqueCount="99999999999999"><si><r><t>姓</t></r><r><t xml:space="preserve">名 </t></r><rPh><t>xing</t></rPh></si><si><t>乌兰</t></si></sst>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;"/></numFmts><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/></cellXfs></styleSheet>"#;

#[test]
fn a_workbook_is_read_with_what_its_cells_were_taken_for() {
    let sheet = sheet::read(&zip(&workbook(SHEET, Some(STRINGS), Some(STYLES)))).unwrap();
    assert_eq!(sheet.name(), Some("A"));
    assert_eq!(
        cells(&sheet),
        [
            "A1=姓名",
            "B1=身份证号",
            "A3=乌兰",
            "B3=159999199003070000",
            "C3=1990-03-07",
            "A4=a < b一",
            "B4=#N/A",
            "C4=TRUE",
            "D4=2026-03-02"
        ]
    );
    let rows: Vec<_> = sheet.rows().collect();
    let kinds: Vec<_> = rows[1].cells().map(|cell| cell.kind).collect();
    assert_eq!(kinds, [Kind::Text, Kind::Number, Kind::Date]);
    assert_eq!(rows[2].cell(1).kind, Kind::Failed);
    assert!(rows[1].is_hidden() && !rows[0].is_hidden() && !rows[2].is_hidden());
    assert!(
        rows[1].cell(0).merged
            && rows[2].cell(0).merged
            && !rows[0].cell(0).merged
            && !rows[1].cell(1).merged
    );
    assert!(!format!("{sheet:?}").contains("1599"));
}

#[test]
fn a_hidden_or_empty_sheet_is_passed_over() {
    let mut parts = workbook("<sheetData/>", None, None);
    parts[2].1 = br#"<workbook><sheets><sheet name="H" state="hidden" r:id="r9"/><sheet name="E" r:id="r1"/><sheet name="B" r:id="r9"/></sheets></workbook>"#.to_vec();
    let relation = r#"<Relationship Id="r9" Type="x/worksheet" Target="/xl/worksheets/Sheet2.XML"/></Relationships>"#;
    let relations = String::from_utf8(parts[1].1.clone())
        .unwrap()
        .replace("</Relationships>", relation);
    parts[1].1 = relations.into_bytes();
    parts.push((
        "xl/worksheets/sheet2.xml".to_owned(),
        b"<worksheet><sheetData><row><c><v>7</v></c></row></sheetData></worksheet>".to_vec(),
    ));
    let sheet = sheet::read(&zip(&parts)).unwrap();
    assert_eq!(
        (sheet.name(), cells(&sheet)),
        (Some("B"), vec!["A1=7".to_owned()])
    );
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..2_000), head in 0_usize..4) {
        let head: &[u8] = [&b""[..], b"PK\x03\x04", b"\xFF\xFE", b"\xEF\xBB\xBF"][head];
        let _ = sheet::read(&[head, &bytes].concat());
    }

    #[test]
    fn no_damage_to_a_workbook_breaks_the_reader(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut file = zip(&workbook(SHEET, Some(STRINGS), Some(STYLES)));
        let at = at.index(file.len());
        file[at] = byte;
        let _ = sheet::read(&file);
        file.truncate(cut.index(file.len()));
        let _ = sheet::read(&file);
    }

    #[test]
    fn no_markup_breaks_the_reader(inside in "(<(row|c|v|is|t|si|mergeCell)( (r|s|t|ref)=\"[A-Z0-9:]{0,9}\")?/?>|</(row|c|v|t)>|[0-9a&;#x一]{0,4}){0,40}") {
        let _ = sheet::read(&zip(&workbook(&format!("<sheetData>{inside}</sheetData>"), Some(&inside), Some(&inside))));
    }

    #[test]
    fn text_that_was_written_is_read(rows in prop::collection::vec(prop::collection::vec("[a-z一-三,;\"\n ]{0,6}", 1..6), 1..9)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["h1", "h2", "h3", "h4", "h5", "h6"]).unwrap();
        for row in &rows {
            let mut padded = row.clone();
            padded.resize(6, "x".to_owned());
            writer.write_record(&padded).unwrap();
        }
        let sheet = sheet::read(&writer.into_inner().unwrap()).unwrap();
        prop_assert_eq!(sheet.len(), rows.len() + 1);
        for (row, read) in rows.iter().zip(sheet.rows().skip(1)) {
            for (column, text) in row.iter().enumerate() {
                let plain = text.trim();
                let plain = plain.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(plain);
                prop_assert_eq!(read.cell(column).text, plain);
            }
        }
    }
}
