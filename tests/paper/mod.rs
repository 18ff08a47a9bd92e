//! 纸面测试: what leaves the house on paper and in workbooks; drawn certificates are read back by
//! our own eyes and by other people's programs.

mod certificates;
mod degraded;
mod glyphs;
mod outsiders;
mod rosters;
pub mod signed;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chrono::NaiveDate;
use guildhall::paper::layout::Value;
use guildhall::paper::template::Issuer;
use guildhall::paper::{certificate, completion};

/// The issuer of most examples.
fn issuer() -> Issuer {
    Issuer {
        name: "塔林市职业技能评价中心".to_owned(),
        name_en: Some("Talin City Vocational Skills Assessment Centre".to_owned()),
        host: "cert.example.cn".to_owned(),
    }
}

/// An organisation whose name has thirty characters, and a long host.
fn long_issuer() -> Issuer {
    Issuer {
        name: "塔林市蒙古族手工艺与现代装备制造职业技能培训评价服务中心".to_owned(),
        name_en: Some(
            "Talin City Vocational Training and Skills Assessment Service Centre for Mongolian Handicraft and \
             Modern Equipment Manufacturing"
                .to_owned(),
        ),
        host: "certificates.vocational-skills.talin.example.cn".to_owned(),
    }
}

/// A QR text as long as a real one.
fn qr() -> String {
    let digits: String = (0..394_u32)
        .map(|at| char::from(b'0' + ((at * 7 + at * at / 3) % 10) as u8))
        .collect();
    format!("https://cert.example.cn/v/5tdinq6lj37p7gn4#{digits}")
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// The ordinary certificate.
fn face() -> certificate::Face {
    certificate::Face {
        holder: "乌兰图雅".to_owned(),
        romanised: Some("Wulantuya".to_owned()),
        id_kind: Value::both("居民身份证", "Resident ID card"),
        id_number: "159999********0023".to_owned(),
        occupation: Value::both("养老护理员", "Elderly Care Worker"),
        work_type: None,
        level: Value::both("三级/高级工", "Level 3 / Advanced"),
        number: "S000015010001253500001".to_owned(),
        issued_on: day(2025, 7, 1),
        qr: qr(),
        fingerprint: "29GP W5CK SZ8F NV4B".to_owned(),
        edition: None,
        photo: None,
        across: None,
    }
}

/// Everything as long as it gets.
fn long_face() -> certificate::Face {
    certificate::Face {
        holder: "阿拉坦乌日娜其其格·孛儿只斤·巴图额尔德尼苏日塔拉图".to_owned(),
        romanised: Some("Alatanwurinaqiqige Borjigin Batu-Erdenisurtaltu".to_owned()),
        occupation: Value::both(
            "民用核安全设备焊接人员及装配式建筑施工操作人员",
            "Welder of Civil Nuclear Safety Equipment and Prefabricated Building Operator",
        ),
        work_type: Some(Value::both(
            "钨极惰性气体保护焊手工操作方向",
            "Manual tungsten inert gas welding",
        )),
        edition: Some("第2次印制".to_owned()),
        ..face()
    }
}

/// The ordinary completion certificate.
fn completion_face() -> completion::Face {
    completion::Face {
        holder: "苏日娜".to_owned(),
        romanised: Some("Surina".to_owned()),
        id_kind: Value::both("居民身份证", "Resident ID card"),
        id_number: "159999********0023".to_owned(),
        course: Value::both("焊工（五级）技能提升培训", "Welding, level 5"),
        trade: Some(Value::both("焊工 五级/初级工", "Welder, level 5")),
        hours: 120,
        began: day(2025, 5, 6),
        ended: day(2025, 6, 20),
        number: "TL-2025-0031".to_owned(),
        issued_on: day(2025, 7, 1),
        qr: qr(),
        fingerprint: "29GP W5CK SZ8F NV4B".to_owned(),
        edition: None,
        photo: None,
        across: None,
    }
}

fn draw(issuer: &Issuer, face: &certificate::Face) -> Vec<u8> {
    certificate::Template::new(issuer)
        .unwrap()
        .draw(face)
        .unwrap()
}

/// The documents looked at by people and programs, each with a name.
fn examples() -> Vec<(&'static str, Vec<u8>)> {
    let school = Issuer {
        name: "塔林市第一职业培训学校".to_owned(),
        name_en: Some("Talin First Vocational Training School".to_owned()),
        ..issuer()
    };
    let small = Issuer {
        name: "塔林技校".to_owned(),
        name_en: None,
        ..issuer()
    };
    let rare = certificate::Face {
        holder: "何𬭎㵑".to_owned(),
        romanised: None,
        ..face()
    };
    let class: Vec<_> = ["乌兰图雅", "何𬭎", "李强"]
        .map(|holder| certificate::Face {
            holder: holder.to_owned(),
            ..face()
        })
        .into();
    vec![
        ("ordinary", draw(&issuer(), &face())),
        ("long", draw(&long_issuer(), &long_face())),
        ("rare", draw(&small, &rare)),
        (
            "photo",
            draw(
                &issuer(),
                &certificate::Face {
                    photo: Some(photo()),
                    ..face()
                },
            ),
        ),
        (
            "completion",
            completion::Template::new(&school)
                .unwrap()
                .draw(&completion_face())
                .unwrap(),
        ),
        (
            "class",
            certificate::Template::new(&issuer())
                .unwrap()
                .draw_all(&class)
                .unwrap(),
        ),
    ]
}

/// A small grey JPEG, made here: sixteen pixels square, one flat tone.
fn photo() -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8];
    // One quantisation table of ones.
    bytes.extend([0xFF, 0xDB, 0, 67, 0]);
    bytes.extend([1; 64]);
    bytes.extend([0xFF, 0xC0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0]);
    // One code each: DC category 9 (the first block's step), 0; AC end of block.
    bytes.extend([
        0xFF, 0xC4, 0, 21, 0x00, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0,
    ]);
    bytes.extend([
        0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
    bytes.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]);
    // 00 110010000 0 | 01 0 | 01 0 | 01 0 and ones to the end of the byte.
    bytes.extend([0b0011_0010, 0b0000_0100, 0b1001_0111]);
    bytes.extend([0xFF, 0xD9]);
    bytes
}

/// Where drawn examples are kept, for a human look.
pub fn kept(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("paper");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// Runs a program that may not be installed. Its absence is loud, and a failure where all parts are
/// required.
pub fn outsider(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(_) => {
            assert!(
                std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"),
                "{program} is not installed"
            );
            println!("not run: {program} is not installed");
            None
        }
    }
}
