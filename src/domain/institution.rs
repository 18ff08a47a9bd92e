//! 机构: who trains (培训机构) and who assesses (评价机构).

crate::key!(
    /// The key of an institution.
    InstitutionId
);

use crate::domain::code_set::named;

crate::code!(
    /// 机构类别: the first letter of a certificate's number (人社鉴发〔2019〕2号).
    Letter {
        /// 用人单位: assesses its own staff.
        Employer = "Y",
        /// 社会培训评价组织: assesses the public.
        Social = "S",
        /// 技工院校: assesses its own students first.
        School = "J",
    }
);
named!(Letter, "org_class");
