//! 恶意工作簿: workbooks made to hurt, each read in a process of its own whose memory is measured.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use guildhall::ground::sheet::{self, Unreadable};
use std::io::Write;
use std::process::Command;
use std::time::Instant;

/// Names the workbook a child process is to read.
const ROLE: &str = "GUILDHALL_TEST_HOSTILE";
/// How far the process may grow, in kibibytes.
const GROWTH: u64 = 64 * 1024;

type Part = (String, Vec<u8>);

/// A zip archive of deflated parts, as any other would write it.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        let mut sum = flate2::Crc::new();
        sum.update(content);
        let number = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
        let mut about = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        about.extend(
            [
                sum.sum().to_le_bytes(),
                number(packed.len()),
                number(content.len()),
            ]
            .concat(),
        );
        about.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        about.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend(number(file.len()));
        directory.extend(name.as_bytes());
        file.extend(b"PK\x03\x04");
        file.extend(&about);
        file.extend(name.as_bytes());
        file.extend(packed);
    }
    let (start, count) = (
        file.len(),
        u16::try_from(parts.len()).unwrap().to_le_bytes(),
    );
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    file.extend(u32::try_from(start).unwrap().to_le_bytes());
    file.extend([0, 0]);
    file
}

/// A workbook of one sheet with this markup, and shared texts and styles when given.
pub fn workbook(sheet: &str, strings: Option<&str>, styles: Option<&str>) -> Vec<Part> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!(
            r#"<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let relations = |inner: &str| format!("<Relationships>{inner}</Relationships>").into_bytes();
    let part = |name: &str, content: Vec<u8>| (name.to_owned(), content);
    let mut inside = relation("r1", "worksheet", "worksheets/sheet1.xml");
    inside += &relation("r2", "sharedStrings", "sharedStrings.xml");
    inside += &relation("r3", "styles", "styles.xml");
    let mut parts = vec![
        part(
            "_rels/.rels",
            relations(&relation("r1", "officeDocument", "xl/workbook.xml")),
        ),
        part("xl/_rels/workbook.xml.rels", relations(&inside)),
        part(
            "xl/workbook.xml",
            br#"<workbook><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#
                .to_vec(),
        ),
        part(
            "xl/worksheets/sheet1.xml",
            format!("<worksheet>{sheet}</worksheet>").into_bytes(),
        ),
    ];
    parts.extend(strings.map(|text| part("xl/sharedStrings.xml", text.as_bytes().to_vec())));
    parts.extend(styles.map(|text| part("xl/styles.xml", text.as_bytes().to_vec())));
    parts
}

fn one_cell(cell: &str) -> String {
    format!("<sheetData><row r=\"1\">{cell}</row></sheetData>")
}

const TEXT_CELL: &str = r#"<c r="A1" t="s"><v>0</v></c>"#;
const GOOD_STRINGS: &str = "<sst><si><t>x</t></si></sst>";

/// Every workbook made to hurt, and what is said about it.
fn hostile() -> Vec<(&'static str, Vec<u8>, Unreadable)> {
    let mega = 1 << 20;
    let good = workbook(&one_cell(TEXT_CELL), Some(GOOD_STRINGS), None);
    let mut many = good.clone();
    many.extend((0..1_000).map(|n| (format!("xl/media/{n}.png"), Vec::new())));
    let whole = zip(&good);
    let many_rows = format!("<sheetData>{}</sheetData>", "<row/>".repeat(12 * mega));
    let many_cells = format!(
        "<sheetData><row>{}</row></sheetData>",
        "<c/>".repeat(16 * mega)
    );
    let strings = |inner: String| {
        zip(&workbook(
            &one_cell(TEXT_CELL),
            Some(&format!("<sst>{inner}</sst>")),
            None,
        ))
    };
    let sheet = |inner: &str| zip(&workbook(inner, Some(GOOD_STRINGS), None));
    let far = |cell: &str| one_cell(&format!(r#"<c r="{cell}"><v>1</v></c>"#));
    let merges = format!(
        "{}<mergeCells>{}</mergeCells>",
        one_cell(TEXT_CELL),
        "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(mega)
    );
    vec![
        (
            "a text of 100 MB in a cell",
            strings(format!("<si><t>{}</t></si>", "0".repeat(100 * mega))),
            Unreadable::TooLarge,
        ),
        (
            "a tag of 80 MB",
            sheet(&format!("<sheetData a=\"{}\"/>", "<".repeat(80 * mega))),
            Unreadable::TooLarge,
        ),
        (
            "a comment of 90 MB",
            sheet(&format!("<!--{}-->", "<a>".repeat(30 * mega))),
            Unreadable::TooLarge,
        ),
        (
            "twelve million empty texts",
            strings("<si/>".repeat(12 * mega)),
            Unreadable::TooLarge,
        ),
        (
            "a million long texts",
            strings(format!("<si><t>{}</t></si>", "长".repeat(2_000)).repeat(10_000)),
            Unreadable::TooLarge,
        ),
        (
            "twelve million rows",
            sheet(&many_rows),
            Unreadable::TooLarge,
        ),
        (
            "sixteen million cells",
            sheet(&many_cells),
            Unreadable::TooLarge,
        ),
        (
            "twenty million elements deep",
            sheet(&"<a>".repeat(20 * mega)),
            Unreadable::TooLarge,
        ),
        (
            "a million merged regions",
            sheet(&merges),
            Unreadable::TooLarge,
        ),
        (
            "a million styles",
            zip(&workbook(
                &one_cell(TEXT_CELL),
                Some(GOOD_STRINGS),
                Some(&format!(
                    "<styleSheet><cellXfs>{}</cellXfs></styleSheet>",
                    "<xf/>".repeat(mega)
                )),
            )),
            Unreadable::TooLarge,
        ),
        ("a thousand parts", zip(&many), Unreadable::TooLarge),
        (
            "a far corner",
            sheet(&far("XFD1048576")),
            Unreadable::TooManyRows {
                cell: "XFD1048576".to_owned(),
            },
        ),
        (
            "a far column",
            sheet(&far("BM1")),
            Unreadable::TooManyColumns {
                cell: "BM1".to_owned(),
            },
        ),
        (
            "a far row",
            sheet(&far("A20001")),
            Unreadable::TooManyRows {
                cell: "A20001".to_owned(),
            },
        ),
        (
            "a long cell",
            strings(format!("<si><t>{}</t></si>", "长".repeat(2_001))),
            Unreadable::CellTooLong {
                cell: "A1".to_owned(),
            },
        ),
        (
            "cut in the middle",
            whole[..whole.len() / 2].to_vec(),
            Unreadable::Broken,
        ),
        (
            "cut before the directory",
            whole[..whole.len() - 30].to_vec(),
            Unreadable::Broken,
        ),
        (
            "a text that is not there",
            sheet(&one_cell(r#"<c r="A1" t="s"><v>1</v></c>"#)),
            Unreadable::Broken,
        ),
        (
            "rows that go back",
            sheet(
                r#"<sheetData><row r="9"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row></sheetData>"#,
            ),
            Unreadable::Broken,
        ),
        (
            "an archive of something else",
            zip(&[("mimetype".to_owned(), b"application/epub".to_vec())]),
            Unreadable::NotASheet,
        ),
        ("no sheet at all", zip(&good[..2]), Unreadable::NotASheet),
        ("nothing written", sheet("<sheetData/>"), Unreadable::Empty),
    ]
}

/// The memory this process holds and has held at most, in kibibytes, as the kernel counts it.
fn memory(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The child's part: reads one file and prints what was said, the time and the growth.
#[test]
fn one_workbook_is_read_apart() {
    let Ok(path) = std::env::var(ROLE) else {
        return;
    };
    let bytes = std::fs::read(path).unwrap();
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (before, start) = (memory("VmRSS:"), Instant::now());
    let said = sheet::read(&bytes).err();
    let took = start.elapsed().as_millis();
    println!(
        "\n@{took} {} {said:?}",
        memory("VmHWM:").saturating_sub(before)
    );
}

#[test]
fn workbooks_made_to_hurt_are_refused_in_a_second_and_64_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hostile.xlsx");
    for (name, bytes, expected) in hostile() {
        std::fs::write(&path, &bytes).unwrap();
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "ground::hostile::one_workbook_is_read_apart",
                "--nocapture",
            ])
            .env(ROLE, &path)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let answer = text.lines().find_map(|line| line.strip_prefix('@'));
        let answer =
            answer.unwrap_or_else(|| panic!("{name}: the process died, {:?}", output.status));
        let [took, growth, said] = answer.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{answer}")
        };
        println!(
            "{name}: file {} B, {took} ms, {growth} kB, {said}",
            bytes.len()
        );
        assert_eq!(said, format!("{:?}", Some(expected)), "{name}");
        assert!(
            growth.parse::<u64>().unwrap() < GROWTH,
            "{name} grew the process by {growth} kB"
        );
        assert!(
            took.parse::<u64>().unwrap() < 1_000,
            "{name} took {took} ms"
        );
    }
}
