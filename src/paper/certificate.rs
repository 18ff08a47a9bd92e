//! 职业技能等级证书: the certificate of vocational skill level.
//!
//! Fields, their order and their wording follow 人社鉴发〔2021〕1号: certificate name exactly
//! “职业技能等级证书”, body, institution as filed, date; name, kind and number of identity
//! document, occupation, type of work or direction (`--` when there is none, never empty), level as
//! 三级/高级工, number, photograph, QR code, and the two national query addresses.

use chrono::NaiveDate;

use super::layout::{Design, Label, Value};
use super::signature::{Bound, Unsigned};
use super::template::{Issuer, Sheet, Template as Splice, Unprintable};

/// What one certificate says.
#[derive(Clone)]
pub struct Face {
    /// 姓名.
    pub holder: String,
    /// The name in Latin letters.
    pub romanised: Option<String>,
    /// 证件类型 in both languages: 居民身份证, Resident ID card.
    pub id_kind: Value,
    /// 证件号码, as it is to be printed.
    pub id_number: String,
    /// 职业名称.
    pub occupation: Value,
    /// 工种/职业方向; `None` prints `--`.
    pub work_type: Option<Value>,
    /// 职业技能等级: 三级/高级工, Level 3 / Advanced.
    pub level: Value,
    /// 证书编号, 22 characters.
    pub number: String,
    /// 发证日期.
    pub issued_on: NaiveDate,
    /// The whole text of the QR code.
    pub qr: String,
    /// The registry's short fingerprint, in groups.
    pub fingerprint: String,
    /// 第2次印制, or a printing serial.
    pub edition: Option<String>,
    /// A JPEG, one inch, colour, white ground; passed through untouched.
    pub photo: Option<Vec<u8>>,
    /// Written across the page of a copy for one purpose.
    pub across: Option<String>,
}

/// The certificates of one issuer.
pub struct Template(Splice);

impl Template {
    /// Prepares what all certificates of `issuer` share: some 20 ms, to be kept by the caller.
    pub fn new(issuer: &Issuer) -> Result<Self, Unprintable> {
        Splice::new(&DESIGN, issuer).map(Self)
    }

    /// Draws one certificate: the same bytes for the same template and face.
    pub fn draw(&self, face: &Face) -> Result<Vec<u8>, Unprintable> {
        self.0.draw(&sheet(face))
    }

    /// Draws one certificate that is to be signed.
    pub fn bind(&self, face: &Face, bound: &Bound) -> Result<Unsigned, Unprintable> {
        self.0.bind(&sheet(face), bound)
    }

    /// Draws many in one file, a page each, for printing a class at once. Not tagged.
    pub fn draw_all(&self, faces: &[Face]) -> Result<Vec<u8>, Unprintable> {
        self.0
            .draw_all(&faces.iter().map(sheet).collect::<Vec<_>>())
    }
}

fn sheet(face: &Face) -> Sheet {
    let none = || Value::plain("--");
    Sheet {
        values: vec![
            Value {
                zh: face.holder.clone(),
                en: face.romanised.clone(),
            },
            face.id_kind.clone(),
            Value::plain(&face.id_number),
            face.occupation.clone(),
            face.work_type
                .clone()
                .filter(|work| !work.zh.trim().is_empty())
                .unwrap_or_else(none),
            face.level.clone(),
            Value::plain(&face.number),
        ],
        // The holder's name is free; what the organisation writes is not.
        named: 1,
        number: face.number.clone(),
        issued_on: face.issued_on,
        qr: face.qr.clone(),
        fingerprint: face.fingerprint.clone(),
        edition: face.edition.clone(),
        photo: face.photo.clone(),
        across: face.across.clone(),
    }
}

/// The design.
pub static DESIGN: Design = Design {
    title: Label {
        zh: "职业技能等级证书",
        en: "Certificate of Vocational Skill Level",
    },
    title_size: (30.0, 3.2),
    body: Label {
        zh: "本证书由{}颁发，表明持证人通过本机构组织的职业技能等级认定，具备该职业（工种）相应技能等级水平。",
        en: "This is to certify that the bearer has passed the vocational skill level assessment \
             organised by this institution and has attained the level of skill in the occupation (type \
             of work) stated in this certificate.",
    },
    issuer: Label {
        zh: "评价机构（签章）",
        en: "Assessment institution (seal)",
    },
    fields: &[
        Label {
            zh: "姓名",
            en: "Name",
        },
        Label {
            zh: "证件类型",
            en: "ID type",
        },
        Label {
            zh: "证件号码",
            en: "ID number",
        },
        Label {
            zh: "职业名称",
            en: "Occupation",
        },
        Label {
            zh: "工种/职业方向",
            en: "Type of work",
        },
        Label {
            zh: "职业技能等级",
            en: "Skill level",
        },
        Label {
            zh: "证书编号",
            en: "Certificate number",
        },
    ],
    rows: (80.5, 9.8),
    purpose: "职业技能评价专用章",
    notes: &[
        "证书信息查询 jndj.osta.org.cn",
        "机构信息查询 pjjg.osta.org.cn",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_design_has_no_forbidden_word() {
        let words = [
            DESIGN.title.zh,
            DESIGN.body.zh,
            DESIGN.issuer.zh,
            DESIGN.purpose,
        ];
        for text in words
            .into_iter()
            .chain(DESIGN.fields.iter().map(|field| field.zh))
        {
            assert!(
                crate::paper::forbidden::forbidden_words(text).is_empty(),
                "{text}"
            );
        }
    }
}
