//! Other people's programs read our files: poppler, qpdf, zbar.

use std::collections::BTreeMap;

use super::{examples, kept, outsider, qr};

#[test]
fn qpdf_finds_no_fault() {
    for (name, bytes) in examples() {
        let path = kept(&format!("{name}.pdf"), &bytes);
        let Some(output) = outsider("qpdf", &["--check", path.to_str().unwrap()]) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !said.contains("WARNING"),
            "{name}: {said}"
        );
    }
}

#[test]
fn poppler_reads_the_text() {
    let wanted = BTreeMap::from([
        (
            "ordinary",
            vec![
                "乌兰图雅",
                "Wulantuya",
                "159999********0023",
                "S000015010001253500001",
                "三级/高级工",
            ],
        ),
        (
            "long",
            vec![
                "阿拉坦乌日娜其其格·孛儿只斤·",
                "巴图额尔德尼苏日塔拉图",
                "第2次印制",
            ],
        ),
        ("rare", vec!["何𬭎㵑", "塔林技校"]),
        ("photo", vec!["乌兰图雅"]),
        (
            "completion",
            vec!["苏日娜", "培训合格证书", "120学时", "TL-2025-0031"],
        ),
        ("class", vec!["乌兰图雅", "何𬭎", "李强"]),
    ]);
    for (name, bytes) in examples() {
        let path = kept(&format!("{name}-text.pdf"), &bytes);
        let path = path.to_str().unwrap();
        let Some(output) = outsider("pdftotext", &["-layout", "-enc", "UTF-8", path, "-"]) else {
            return;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        for word in &wanted[name] {
            assert!(text.contains(word), "{name}: {word} is not in {text}");
        }
        assert!(
            output.stderr.is_empty(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn poppler_sees_the_order_of_reading() {
    let (_, bytes) = examples().remove(0);
    let path = kept("structure.pdf", &bytes);
    let Some(output) = outsider("pdfinfo", &["-struct-text", path.to_str().unwrap()]) else {
        return;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    let places: Vec<_> = [
        "职业技能等级证书",
        "本证书由",
        "姓名",
        "乌兰图雅",
        "S000015010001253500001",
        "发证日期",
        "只认域名",
    ]
    .iter()
    .map(|word| {
        text.find(word)
            .unwrap_or_else(|| panic!("{word} is not in {text}"))
    })
    .collect();
    assert!(places.is_sorted(), "{text}");
    for part in ["Document", "H1", "LI", "Lbl", "LBody", "Figure"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn every_font_is_embedded_in_part_and_can_be_copied() {
    let (_, bytes) = examples().remove(1);
    let path = kept("fonts.pdf", &bytes);
    let Some(output) = outsider("pdffonts", &[path.to_str().unwrap()]) else {
        return;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    let fonts: Vec<&str> = text.lines().skip(2).collect();
    assert!(fonts.len() >= 4, "{text}");
    for font in fonts {
        assert!(
            font.contains("+Guildhall") && font.contains("yes yes yes"),
            "{font}"
        );
    }
}

#[test]
fn the_code_is_read_from_a_picture_of_the_page() {
    for (name, bytes) in examples() {
        let path = kept(&format!("{name}-code.pdf"), &bytes);
        let root = path.with_extension("");
        let (path, root) = (path.to_str().unwrap(), root.to_str().unwrap());
        let Some(output) = outsider(
            "pdftoppm",
            &[
                "-r",
                "150",
                "-png",
                "-f",
                "1",
                "-l",
                "1",
                "-singlefile",
                path,
                root,
            ],
        ) else {
            return;
        };
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let Some(output) = outsider("zbarimg", &["--quiet", "--raw", &format!("{root}.png")])
        else {
            return;
        };
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim_end(),
            qr(),
            "{name}"
        );
    }
}
