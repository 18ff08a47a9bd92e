//! 培训合格证书: the certificate of completed training, issued by the training institution.
//!
//! It is no skill level certificate and says so: employers confuse the two. Its number is the
//! institution's own.

use chrono::NaiveDate;

use super::layout::{Design, Label, Value, day_zh};
use super::signature::{Bound, Unsigned};
use super::template::{Issuer, Sheet, Template as Splice, Unprintable};

/// What one certificate says.
#[derive(Clone)]
pub struct Face {
    /// 姓名.
    pub holder: String,
    /// The name in Latin letters.
    pub romanised: Option<String>,
    /// 证件类型 in both languages.
    pub id_kind: Value,
    /// 证件号码, as it is to be printed.
    pub id_number: String,
    /// 培训项目.
    pub course: Value,
    /// The trade and level trained for, as text (焊工 五级/初级工); `None` prints `--`, as startup
    /// training has neither.
    pub trade: Option<Value>,
    /// 学时.
    pub hours: u32,
    /// First day of training.
    pub began: NaiveDate,
    /// Last day of training.
    pub ended: NaiveDate,
    /// 证书编号, by the institution's own rule.
    pub number: String,
    /// 发证日期.
    pub issued_on: NaiveDate,
    /// The whole text of the QR code.
    pub qr: String,
    /// The registry's short fingerprint, in groups.
    pub fingerprint: String,
    /// 第2次印制, or a printing serial.
    pub edition: Option<String>,
    /// A JPEG, one inch; passed through untouched.
    pub photo: Option<Vec<u8>>,
    /// Written across the page of a copy for one purpose.
    pub across: Option<String>,
}

/// The certificates of one institution.
pub struct Template(Splice);

impl Template {
    /// Prepares what all certificates of `issuer` share; to be kept by the caller.
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

    /// Draws many in one file, a page each. Not tagged.
    pub fn draw_all(&self, faces: &[Face]) -> Result<Vec<u8>, Unprintable> {
        self.0
            .draw_all(&faces.iter().map(sheet).collect::<Vec<_>>())
    }
}

fn sheet(face: &Face) -> Sheet {
    let span = format!("{}至{}", day_zh(face.began), day_zh(face.ended));
    let span_en = format!(
        "{} – {}",
        face.began.format("%-d %b %Y"),
        face.ended.format("%-d %b %Y")
    );
    let none = || Value::plain("--");
    Sheet {
        values: vec![
            Value {
                zh: face.holder.clone(),
                en: face.romanised.clone(),
            },
            face.id_kind.clone(),
            Value::plain(&face.id_number),
            face.course.clone(),
            face.trade
                .clone()
                .filter(|trade| !trade.zh.trim().is_empty())
                .unwrap_or_else(none),
            Value::both(
                format!("{}学时", face.hours),
                format!("{} hours", face.hours),
            ),
            Value::both(span, span_en),
            Value::plain(&face.number),
        ],
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
        zh: "培训合格证书",
        en: "Certificate of Training Completion",
    },
    title_size: (34.0, 8.0),
    body: Label {
        zh: "本证书由{}颁发，表明持证人参加本机构组织的培训，完成规定学时，经考核合格，准予结业。",
        en: "This is to certify that the bearer has completed the training organised by this \
             institution and stated in this certificate, with the prescribed number of hours, and has \
             passed its examination.",
    },
    issuer: Label {
        zh: "培训机构（签章）",
        en: "Training institution (seal)",
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
            zh: "培训项目",
            en: "Course",
        },
        Label {
            zh: "培训职业（工种）",
            en: "Trade trained for",
        },
        Label {
            zh: "培训学时",
            en: "Training hours",
        },
        Label {
            zh: "培训时间",
            en: "Training period",
        },
        Label {
            zh: "证书编号",
            en: "Certificate number",
        },
    ],
    rows: (77.0, 9.2),
    purpose: "培训专用章",
    notes: &[
        "本证书证明培训合格，不是职业技能等级证书",
        "Proof of training; not a skill level certificate",
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

    #[test]
    fn the_last_field_ends_above_the_code() {
        assert!(*DESIGN.rules().last().unwrap() < super::super::art::PLATE[1] - 1.0);
    }
}
