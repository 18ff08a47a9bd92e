//! 一张证书的路: a roster with faults, marks by keyboard, an issue, the paper, its QR, the verdict.

use super::{Browser, Served, has, serve};
use fantoccini::Locator;
use guildhall::ground::clock::Now;
use std::process::Command;

const FAULTY: &str = "姓名,性别,民族,证件类型,身份证号,联系电话\n\
    高娃,女,蒙古族,居民身份证,159999199003070016,13800000001\n\
    王海,男,汉族,居民身份证,1.59999E+17,13800000002\n";
const MENDED: &str = "姓名,性别,民族,证件类型,身份证号,联系电话\n\
    高娃,女,蒙古族,居民身份证,159999198808120020,13800000001\n";

async fn upload(browser: &Browser, served: &Served, class: &str, name: &str, text: &str) -> String {
    let file = served.folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    browser
        .go(served, &format!("/classes/{class}/rosters/new"))
        .await;
    browser.type_into("sheet", &file.to_string_lossy()).await;
    browser.press("main form .btn:not(.alt)").await;
    browser.text().await
}

#[test]
fn a_roster_marks_an_issue_the_paper_and_its_verdict() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let served = tokio::task::spawn_blocking(serve).await.unwrap();
        let Some(browser) = Browser::open(&served).await else {
            return;
        };

        // A clerk uploads a roster with faults, sees them named by cell, and mends it.
        browser.sign_in(&served, "clerk").await;
        let class = served.town.classes["draft"].to_string();
        let report = upload(&browser, &served, &class, "faulty.csv", FAULTY).await;
        assert!(
            report.contains("E3"),
            "the destroyed number is named by its cell: {report}"
        );
        let report = upload(&browser, &served, &class, "mended.csv", MENDED).await;
        assert!(!report.contains("E2"), "{report}");
        browser.press("form[action$='/admission'] .btn").await;
        browser.go(&served, &format!("/classes/{class}")).await;
        assert!(browser.text().await.contains("高娃"));

        // An assessor enters marks with the keyboard alone, and signs by counting heads.
        let sitting = served.town.sittings["marking"].to_string();
        browser.sign_in(&served, "assessor-3").await;
        browser
            .go(&served, &format!("/sittings/{sitting}/marks"))
            .await;
        let cells = browser
            .page
            .find_all(Locator::Css("input.cell"))
            .await
            .unwrap();
        assert!(cells.len() > 10, "{} cells", cells.len());
        browser
            .page
            .execute("document.querySelector('input.cell').focus()", vec![])
            .await
            .unwrap();
        for n in 0..cells.len() {
            let focused = browser.page.active_element().await.unwrap();
            focused
                .send_keys(&format!("{}\u{E007}", 70 + n % 20))
                .await
                .unwrap();
        }
        browser.press("button[value='save']").await;
        browser
            .go(&served, &format!("/sittings/{sitting}/signature/new"))
            .await;
        browser.type_into("heads", &cells.len().to_string()).await;
        browser.press("main form .btn:not(.alt)").await;
        browser
            .go(&served, &format!("/sittings/{sitting}/marks"))
            .await;
        assert!(
            browser
                .page
                .find_all(Locator::Css("input.cell"))
                .await
                .unwrap()
                .is_empty(),
            "signed marks are locked"
        );

        // Once the publicity is over, the signatory counts and issues.
        served
            .clock
            .put(Now::beijing("2026-12-03".parse().unwrap(), 10, 0));
        let sitting = served.town.sittings["in_publicity"].to_string();
        browser.sign_in(&served, "assess-signatory").await;
        browser
            .go(&served, &format!("/sittings/{sitting}/certificates"))
            .await;
        let text = browser.text().await;
        let count = text
            .split("签发 ")
            .filter_map(|rest| rest.split(' ').next()?.parse::<u32>().ok())
            .next();
        let count = count.unwrap_or_else(|| panic!("the page tells how many: {text}"));
        browser.type_into("count", &count.to_string()).await;
        browser
            .press("form[action$='/certificates'] .btn:not(.alt)")
            .await;
        let links = browser
            .page
            .find_all(Locator::Css("main table a[href^='/certificates/']"))
            .await
            .unwrap();
        assert_eq!(links.len(), usize::try_from(count).unwrap());
        let certificate = links[0].attr("href").await.unwrap().unwrap();

        // The paper is drawn, photographed, and its code read.
        let cookie = browser
            .page
            .get_named_cookie("guildhall")
            .await
            .unwrap()
            .value()
            .to_owned();
        let address = format!("{}{certificate}/pdf", served.base);
        let pdf = tokio::task::spawn_blocking(move || {
            let mut answer = ureq::get(&address)
                .header("Cookie", &format!("guildhall={cookie}"))
                .call()
                .unwrap();
            answer.body_mut().read_to_vec().unwrap()
        });
        let file = served.folder.path().join("certificate.pdf");
        std::fs::write(&file, pdf.await.unwrap()).unwrap();
        browser.go(&served, &certificate).await;
        let register = browser.text().await;
        let can_read = has("pdftoppm", "-v", "the certificate as a picture")
            & has("zbarimg", "--version", "its code read from the picture");
        if !can_read {
            browser.close().await;
            return;
        }
        let picture = served.folder.path().join("page");
        let drawn = Command::new("pdftoppm")
            .args(["-r", "150", "-png", "-singlefile"])
            .arg(&file)
            .arg(&picture)
            .status();
        assert!(drawn.unwrap().success());
        let read = Command::new("zbarimg")
            .args(["-q", "--raw"])
            .arg(picture.with_extension("png"))
            .output()
            .unwrap();
        let code = String::from_utf8(read.stdout).unwrap().trim().to_owned();
        assert!(code.starts_with(&format!("{}/v/", served.base)), "{code}");

        // Anyone opens what it says.
        browser.page.delete_all_cookies().await.unwrap();
        browser.page.goto(&code).await.unwrap();
        let title = browser
            .page
            .find(Locator::Css("h1"))
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert!(title.contains("证书有效"), "{title}");
        let name = browser.page.find(Locator::Css(".who .name")).await.unwrap();
        let name = name.text().await.unwrap();
        assert!(
            !name.is_empty() && register.contains(&name),
            "the scanned page names {name}, the register says: {register}"
        );
        browser.close().await;
    });
}
