//! 统计的审计: milestones are what the rows amount to, volumes what the milestones are, sealed reports
//! what was signed.

use crate::acts::audit::Broken;
use crate::acts::figures;
use crate::store::{Conn, Found, freezes, milestones, registry_keys, volumes};

/// Every milestone stands on a row, and every row has its milestone.
pub fn each_milestone_is_what_its_row_says(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut odd = milestones::missed(db)?;
    odd.extend(milestones::unfounded(db)?);
    Ok(odd
        .into_iter()
        .map(|subject| Broken {
            promise: "figures.milestone-is-its-row",
            subject: format!("milestones {subject}"),
        })
        .collect())
}

/// Every sealed report still bears its digest and the registry's signature.
pub fn each_sealed_report_is_what_was_signed(db: &mut Conn) -> Found<Vec<Broken>> {
    let roots = registry_keys::all(db, figures::PURPOSE)?;
    Ok(freezes::all(db)?
        .into_iter()
        .filter(|(freeze, _)| !figures::is_sealed(freeze, &roots))
        .map(|(freeze, _)| Broken {
            promise: "figures.sealed-report-is-signed",
            subject: format!("freezes {}", freeze.id),
        })
        .collect())
}

/// Every bound month, bound again from the rows, is what its volumes say.
pub fn each_volume_is_what_its_rows_say(db: &mut Conn) -> Found<Vec<Broken>> {
    Ok(volumes::unequal(db)?
        .into_iter()
        .map(|month| Broken {
            promise: "figures.volume-is-its-rows",
            subject: format!("volumes {month}"),
        })
        .collect())
}
