//! 名单核验: a list of certificates somebody brings, and what each line came to.
//!
//! A line claims a number, and that it is a person's: by the name, by the end of the document's
//! number, or by both. A number nobody has and a number somebody else has are one answer.

use crate::domain::certificate::Standing;
use crate::domain::certificate_number::CertificateNumber;
use crate::domain::completion_number::CompletionNumber;
use crate::domain::refusal::Refusal;
use crate::ground::sheet::{Row, Sheet};
use crate::ground::text;

crate::key!(
    /// The key of a list's result: who has it opens the result, and nobody else can.
    ListCheckId
);

/// Lines of a list at most.
pub const MOST: usize = 10_000;

crate::code!(
    /// 结论 of one line.
    LineVerdict {
        /// 有效
        Valid = "valid",
        /// 已撤销
        Revoked = "revoked",
        /// 内容与登记不符: the record itself is not what was signed.
        Mismatch = "mismatch",
        /// 已过有效期
        Expired = "expired",
        /// 已换发新证
        Replaced = "replaced",
        /// 已更正，见新证
        Corrected = "corrected",
        /// 签发存疑: its key may have been in strange hands
        Doubtful = "doubtful",
        /// 暂停使用
        Suspended = "suspended",
        /// 未查到: no such number, or another's.
        NotFound = "not_found",
        /// 编号格式不对
        Malformed = "malformed",
        /// 缺姓名或证件号码末位
        Incomplete = "incomplete",
    }
);

crate::code!(
    /// 进度 of a list.
    ListState {
        /// 核验中
        Running = "running",
        /// 已完成
        Done = "done",
        /// 查不到的太多
        Refused = "refused",
        /// 中断: the server that was at it stopped.
        Broken = "broken",
    }
);

impl LineVerdict {
    /// The verdict a standing is.
    pub fn of(standing: &Standing) -> Self {
        match standing {
            Standing::Valid => Self::Valid,
            Standing::Revoked(_) => Self::Revoked,
            Standing::Replaced(_) => Self::Replaced,
            Standing::Corrected(_) => Self::Corrected,
            Standing::Expired { .. } => Self::Expired,
            Standing::Doubtful { .. } => Self::Doubtful,
            Standing::Suspended { .. } => Self::Suspended,
        }
    }
}

/// What one line claims.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// Where it stands in the list, from 1.
    pub row: u32,
    /// The number as written.
    pub written: String,
    /// The number, when it is one.
    pub number: Option<String>,
    /// 姓名; may be empty.
    pub name: String,
    /// The last four characters of the document's number; may be empty. Never kept.
    pub tail: String,
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claim(row {})", self.row)
    }
}

impl Claim {
    /// Whether the certificate with this number is whose the line says.
    pub fn is_of(&self, holder: &str, id_tail: &str) -> bool {
        let name = self.name.is_empty() || text::comparable(&self.name) == text::comparable(holder);
        let tail = self.tail.is_empty() || self.tail.eq_ignore_ascii_case(id_tail);
        name && tail
    }

    /// What is said of the line without asking the register; none when it must be asked.
    pub fn hopeless(&self) -> Option<LineVerdict> {
        if self.number.is_none() {
            return Some(LineVerdict::Malformed);
        }
        (self.name.is_empty() && self.tail.is_empty()).then_some(LineVerdict::Incomplete)
    }
}

/// A list as it was read.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The columns a line is read from.
    pub columns: Columns,
    /// The row of headings, from 1; none when the list has none.
    pub head: Option<u32>,
    /// The lines.
    pub claims: Vec<Claim>,
}

/// Which column tells what, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// 证书编号
    pub number: usize,
    /// 姓名
    pub name: Option<usize>,
    /// 证件号码 or its end
    pub tail: Option<usize>,
}

/// Rows at the top in which headings are looked for.
const TOP: usize = 8;

/// Reads a list: by its headings, or, without any, number first and then the name.
pub fn read(sheet: &Sheet) -> Result<List, Refusal> {
    let found = sheet
        .rows()
        .take(TOP)
        .find_map(|row| Some((row.number(), columns_of(row)?)));
    let (head, columns) = match found {
        Some((head, columns)) => (Some(head), columns),
        None => (None, unheaded(sheet)?),
    };
    let mut claims = Vec::new();
    for row in sheet
        .rows()
        .filter(|row| head.is_none_or(|head| row.number() > head))
    {
        let cell = |column: usize| row.cell(column).text.trim();
        let written = cell(columns.number);
        let name = columns.name.map_or("", cell);
        let tail = columns.tail.map_or("", cell);
        if written.is_empty() && name.is_empty() && tail.is_empty() {
            continue;
        }
        if claims.len() == MOST {
            return Err(Refusal::new("list_check.too-long").at("sheet").with(MOST));
        }
        claims.push(Claim {
            row: row.number(),
            number: number_of(written),
            written: as_kept(written),
            name: text::name(name),
            tail: end_of(tail),
        });
    }
    if claims.is_empty() {
        return Err(Refusal::new("list_check.empty").at("sheet"));
    }
    Ok(List {
        columns,
        head,
        claims,
    })
}

/// A number as the register writes it.
pub fn number_of(written: &str) -> Option<String> {
    CertificateNumber::read_typed(written)
        .map(|number| number.to_string())
        .or_else(|_| CompletionNumber::read_typed(written).map(|number| number.to_string()))
        .ok()
}

/// What was written for a number, as it is shown and kept. Some put a person's number there by
/// mistake: only its ends stay, as on a public list (see `IdNumber::masked`).
pub fn as_kept(written: &str) -> String {
    let plain: Vec<char> = text::packed(written).chars().collect();
    let (last, digits) = plain.split_last().unwrap_or((&' ', &[]));
    let is_persons = matches!(plain.len(), 15 | 17 | 18)
        && digits.iter().all(char::is_ascii_digit)
        && (last.is_ascii_digit() || last.eq_ignore_ascii_case(&'x'));
    if is_persons {
        let of = |part: &[char]| part.iter().collect::<String>();
        let hidden = "*".repeat(plain.len() - 8);
        return format!(
            "{}{hidden}{}",
            of(&plain[..4]),
            of(&plain[plain.len() - 4..])
        );
    }
    written.chars().take(60).collect()
}

/// The last four characters of a document's number; empty when there are fewer.
fn end_of(written: &str) -> String {
    let plain: Vec<char> = text::packed(written)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    match plain.len() {
        0..4 => String::new(),
        length => plain[length - 4..].iter().collect(),
    }
}

fn columns_of(row: Row<'_>) -> Option<Columns> {
    let (mut number, mut name, mut tail) = (None, None, None);
    for cell in row.cells() {
        let heading = text::packed(cell.text).to_lowercase();
        if number.is_none() && is_number(&heading) {
            number = Some(cell.column);
        } else if tail.is_none() && is_tail(&heading) {
            tail = Some(cell.column);
        } else if name.is_none() && is_name(&heading) {
            name = Some(cell.column);
        }
    }
    let columns = Columns {
        number: number?,
        name,
        tail,
    };
    (name.is_some() || tail.is_some()).then_some(columns)
}

fn is_number(heading: &str) -> bool {
    let named = [
        "证书编号",
        "证书号",
        "证书号码",
        "编号",
        "number",
        "no",
        "no.",
    ];
    named.contains(&heading)
        || (heading.contains("证书") && heading.contains('号'))
        || (heading.contains("certificate") && heading.contains("n"))
}

fn is_name(heading: &str) -> bool {
    ["姓名", "持证人", "name", "holder", "fullname"].contains(&heading)
        || (heading.ends_with("姓名") && heading.chars().count() <= 8)
}

fn is_tail(heading: &str) -> bool {
    [
        "身份证",
        "证件",
        "末四位",
        "后四位",
        "idnumber",
        "idlast",
        "idtail",
    ]
    .iter()
    .any(|part| heading.replace(['_', '-'], "").contains(part))
        || heading == "id"
}

/// A list without headings: the first column that holds a number, then the one that holds none.
fn unheaded(sheet: &Sheet) -> Result<Columns, Refusal> {
    let refused = || Refusal::new("list_check.without-numbers").at("sheet");
    let first = sheet.rows().next().ok_or_else(refused)?;
    let number = first
        .cells()
        .find(|cell| number_of(cell.text).is_some())
        .ok_or_else(refused)?
        .column;
    let (mut name, mut tail) = (None, None);
    for cell in first.cells().filter(|cell| cell.column != number) {
        let plain = text::packed(cell.text);
        let digits = plain.chars().filter(char::is_ascii_digit).count();
        if digits >= 3 && (4..=20).contains(&plain.chars().count()) {
            tail = tail.or(Some(cell.column));
        } else if !plain.is_empty() && digits == 0 {
            name = name.or(Some(cell.column));
        }
    }
    if name.is_none() && tail.is_none() {
        return Err(refused());
    }
    Ok(Columns { number, name, tail })
}

/// A pasted list as a table: people paste columns, or type a number, a blank and a name.
pub fn pasted(text: &str) -> String {
    // The first line decides what separates cells: a title above a pasted table has no cells.
    let titled = text.contains('\t') && !text.lines().next().unwrap_or_default().contains('\t');
    if titled {
        return text.replacen('\n', "\t\n", 1);
    }
    if text.contains(['\t', ',', ';']) {
        return text.to_owned();
    }
    let line = |line: &str| {
        line.replace('，', " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join("\t")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::sheet;

    const NUMBER: &str = "S000015090001255000001";

    fn of(text: &str) -> Result<List, &'static str> {
        read(&sheet::read(pasted(text).as_bytes()).unwrap()).map_err(|refusal| refusal.code)
    }

    #[test]
    fn lists_are_read_by_headings_or_without() {
        for (text, name, tail) in [
            (format!("序号,姓名,证书编号\n1,张 三,{NUMBER}"), "张三", ""),
            (
                format!("名单\n证书编号\t身份证号码\n{NUMBER}\t159999199003070016"),
                "",
                "0016",
            ),
            (
                format!("Certificate number;Name;ID last 4\n{NUMBER};Li Si;001x"),
                "Li Si",
                "001x",
            ),
            (format!("{NUMBER} 张三"), "张三", ""),
            (format!("{NUMBER}，0016"), "", "0016"),
            (format!("{} 张三", NUMBER.to_lowercase()), "张三", ""),
        ] {
            let list = of(&text).unwrap();
            assert_eq!(list.claims.len(), 1, "{text}");
            let claim = &list.claims[0];
            assert_eq!(claim.number.as_deref(), Some(NUMBER), "{text}");
            assert_eq!(
                (claim.name.as_str(), claim.tail.as_str()),
                (name, tail),
                "{text}"
            );
            assert_eq!(claim.hopeless(), None);
        }
    }

    #[test]
    fn a_persons_number_in_the_wrong_column_is_not_kept() {
        for (written, kept) in [
            ("159999199003070016", "1599**********0016"),
            (" 15999919900307001x ", "1599**********001x"),
            ("１５９９９９１９９００３０７００１６", "1599**********0016"),
            ("159999900307001", "1599*******7001"),
            ("15999919900307001", "1599*********7001"),
            ("S00001509000125500000", "S00001509000125500000"),
            ("000015090001255000001", "000015090001255000001"),
            ("", ""),
        ] {
            assert_eq!(as_kept(written), kept, "{written}");
            let list = of(&format!("证书编号,姓名\n{written},张三")).unwrap();
            assert_eq!(list.claims[0].written, kept.trim(), "{written}");
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(of("a,b\nc,d").unwrap_err(), "list_check.without-numbers");
        assert_eq!(of(NUMBER).unwrap_err(), "list_check.without-numbers");
        assert_eq!(of("证书编号,姓名").unwrap_err(), "list_check.empty");
        let long = format!(
            "证书编号,姓名\n{}",
            format!("{NUMBER},张三\n").repeat(MOST + 1)
        );
        assert_eq!(of(&long).unwrap_err(), "list_check.too-long");
    }

    #[test]
    fn a_line_is_of_who_it_says() {
        let claim = |name: &str, tail: &str| Claim {
            row: 1,
            written: String::new(),
            number: Some(NUMBER.into()),
            name: name.into(),
            tail: tail.into(),
        };
        for (claim, is) in [
            (claim("娜仁图雅", ""), true),
            (claim("", "001x"), true),
            (claim("娜仁图雅", "001X"), true),
            (claim("娜仁", ""), false),
            (claim("娜仁图雅", "0016"), false),
        ] {
            assert_eq!(claim.is_of("娜仁·图雅", "001X"), is, "{claim:?}");
        }
        assert_eq!(claim("", "").hopeless(), Some(LineVerdict::Incomplete));
    }
}
