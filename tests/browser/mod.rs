//! 浏览器: a real Chromium at the counter: the journey, accessibility, and pictures to look at.

mod axe;
mod crawl;
mod journey;
mod lighthouse;
mod old;
mod plain;
pub mod scan;
mod verdicts;

use data_encoding::BASE64;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use guildhall::acts::{Registry, Settings};
use guildhall::ground::clock::{Clock, Now};
use guildhall::seal::vault::Vault;
use guildhall::store::Store;
use guildhall::town::{self, PASSWORD, Town};
use guildhall::web::door::{self, Manners};
use guildhall::web::{self, Counter};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// The example town, served on a port of its own.
pub struct Served {
    /// What is in it.
    pub town: Town,
    /// Where it is served.
    pub base: String,
    /// Its clock, which may be put.
    pub clock: Clock,
    /// Its folder.
    pub folder: tempfile::TempDir,
    /// The registry behind it.
    pub registry: Arc<Registry>,
    /// Ends the server.
    pub stop: rocket::Shutdown,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Builds the town as of 2026-11-25 and serves it until the process ends.
pub fn serve() -> Served {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let base = format!("http://127.0.0.1:{port}");
    let now = Now::beijing("2026-11-25".parse().unwrap(), 10, 0);
    let store = Store::open(&folder.path().join("town.db").to_string_lossy()).unwrap();
    let settings = Settings {
        public_base_url: base.clone(),
        ..Settings::default()
    };
    let registry = Registry::open(store, Vault::new([7; 32]), settings).unwrap();
    let town = town::build(&registry, now, None).unwrap();
    let clock = Clock::standing(now);
    let counter = Counter {
        hosts: Vec::new(),
        anonymous_per_minute: NonZeroU32::new(1_000_000).unwrap(),
        ip_header: None,
        clock: clock.clone(),
    };
    let config = rocket::Config {
        port,
        log_level: rocket::config::LogLevel::Off,
        shutdown: rocket::config::Shutdown {
            ctrlc: false,
            grace: 0,
            mercy: 0,
            ..rocket::config::Shutdown::default()
        },
        ..rocket::Config::release_default()
    };
    let registry = Arc::new(registry);
    let server = web::rocket(Arc::clone(&registry), &counter, config);
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let stopped = door::run(async move {
            let server = server.ignite().await.unwrap();
            tell.send(server.shutdown()).unwrap();
            door::open(server, Manners::usual(true)).await
        });
        drop(stopped);
    });
    let stop = told.recv().unwrap();
    Served {
        town,
        base,
        clock,
        folder,
        registry,
        stop,
    }
}

/// A Chromium and its driver; both end with this.
pub struct Browser {
    driver: Child,
    /// What drives it.
    pub page: Client,
}

impl Browser {
    /// A fresh browser; none where there is none, which is said loudly, or fails where parts are required.
    pub async fn open(served: &Served) -> Option<Self> {
        Self::open_with(served, &[]).await
    }

    /// A fresh browser with more arguments of its own.
    pub async fn open_with(served: &Served, more: &[&str]) -> Option<Self> {
        let found = |name: &str| {
            Command::new(name)
                .arg("--version")
                .stdout(Stdio::null())
                .status()
                .is_ok()
        };
        if !(found("chromedriver") && found("chromium")) {
            println!(
                "not run: Chromium (the journey, accessibility and pictures in a real browser)"
            );
            assert!(
                std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"),
                "Chromium is required"
            );
            return None;
        }
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own, so that it ends with everything it started.
            .process_group(0)
            .spawn()
            .unwrap();
        let profile = served.folder.path().join(format!("profile-{port}"));
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1366,900",
            "--lang=zh-CN",
            &format!("--user-data-dir={}", profile.display()),
        ];
        let arguments: Vec<&str> = arguments.iter().chain(more).copied().collect();
        let options = serde_json::json!({ "args": arguments, "prefs": {"intl.accept_languages": "zh-CN,zh"} });
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities.insert(
            "goog:loggingPrefs".to_owned(),
            serde_json::json!({"browser": "SEVERE"}),
        );
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let address = format!("http://127.0.0.1:{port}");
        let mut last = String::new();
        for _ in 0..60 {
            let mut builder = ClientBuilder::new(connector.clone());
            match builder
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
            {
                Ok(page) => return Some(Self { driver, page }),
                Err(error) => last = error.to_string(),
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("chromedriver does not open a session: {last}");
    }

    /// Opens an address of the counter.
    pub async fn go(&self, served: &Served, path: &str) {
        self.page
            .goto(&format!("{}{path}", served.base))
            .await
            .unwrap();
    }

    /// Signs in through the form.
    pub async fn sign_in(&self, served: &Served, login: &str) {
        self.page.delete_all_cookies().await.unwrap();
        self.go(served, "/sign-in").await;
        self.type_into("login", login).await;
        self.type_into("password", PASSWORD).await;
        self.press("main form .btn").await;
        assert!(
            self.path().await.starts_with("/home"),
            "{login} is at {}",
            self.path().await
        );
    }

    /// Types into the field of this name.
    pub async fn type_into(&self, name: &str, text: &str) {
        let field = self
            .page
            .find(Locator::Css(&format!("[name='{name}']")))
            .await
            .unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses what this selector finds, and waits for the page it leads to.
    pub async fn press(&self, selector: &str) {
        self.page
            .execute("window.left = true", vec![])
            .await
            .unwrap();
        let found = self.page.find(Locator::Css(selector)).await;
        found
            .unwrap_or_else(|_| panic!("no {selector}"))
            .click()
            .await
            .unwrap();
        for _ in 0..200 {
            let arrived = "return window.left !== true && document.readyState === 'complete'";
            // Between two pages there is none to ask.
            if self
                .page
                .execute(arrived, vec![])
                .await
                .is_ok_and(|answer| answer == true)
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{selector} leads nowhere");
    }

    /// Asks Chromium itself, past WebDriver.
    pub async fn devtools(&self, cmd: &str, params: Value) -> Value {
        let body = json!({ "cmd": cmd, "params": params });
        let asked = self.page.issue_cmd(Vendor("goog/cdp/execute", body)).await;
        asked.unwrap_or_else(|why| panic!("{cmd}: {why}"))
    }

    /// What a script on the page returns.
    pub async fn asked(&self, script: &str) -> Value {
        self.page.execute(script, vec![]).await.unwrap()
    }

    /// How wide the page is, and how many pixels stand for one of its own.
    pub async fn width(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// A picture of the whole page, also of what is below the fold.
    pub async fn picture(&self) -> Vec<u8> {
        self.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }))
            .await;
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let taken = self.devtools("Page.captureScreenshot", whole).await;
        BASE64
            .decode(taken["data"].as_str().unwrap().as_bytes())
            .unwrap()
    }

    /// The page on A4, as its reader would print it.
    pub async fn printed(&self) -> Vec<u8> {
        let sheet = json!({ "preferCSSPageSize": true, "paperWidth": 8.27, "paperHeight": 11.69 });
        let drawn = self.devtools("Page.printToPDF", sheet).await;
        BASE64
            .decode(drawn["data"].as_str().unwrap().as_bytes())
            .unwrap()
    }

    /// The path of the page.
    pub async fn path(&self) -> String {
        self.page.current_url().await.unwrap().path().to_owned()
    }

    /// The text of the page's main part.
    pub async fn text(&self) -> String {
        self.page
            .find(Locator::Css("main"))
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }

    /// Ends the browser.
    pub async fn close(self) {
        self.page.clone().close().await.unwrap();
    }
}

/// A command only chromedriver knows.
#[derive(Debug)]
pub struct Vendor(pub &'static str, pub Value);

impl fantoccini::wd::WebDriverCompatibleCommand for Vendor {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}

/// Where pictures are kept for a human look.
pub fn pictures() -> PathBuf {
    let folder = std::env::var("SCREENSHOTS").unwrap_or_else(|_| "target/screenshots".to_owned());
    std::fs::create_dir_all(&folder).unwrap();
    PathBuf::from(folder)
}

/// What was installed beside axe-core, at this place in the folder of parts; when it is not there,
/// that is said loudly, or fails where parts are required.
pub fn part(place: &str, what: &str) -> Option<PathBuf> {
    let found = std::env::var("AXE_SCRIPT").ok().and_then(|script| {
        let found = Path::new(&script).ancestors().nth(3)?.join(place);
        found.exists().then_some(found)
    });
    if found.is_none() {
        println!("not run: {what}");
        assert!(
            std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"),
            "{place} is required"
        );
    }
    found
}

/// Where asynchronous code of a test runs.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
}

impl Drop for Browser {
    /// The driver and every Chromium it started, also when a test panics.
    fn drop(&mut self) {
        let group = format!("-{}", self.driver.id());
        drop(Command::new("kill").args(["-KILL", "--", &group]).status());
        drop(self.driver.wait());
    }
}

/// Whether a tool is there; when it is not, that is said loudly, or fails where parts are required.
pub fn has(tool: &str, version: &str, what: &str) -> bool {
    let there = Command::new(tool)
        .arg(version)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !there {
        println!("not run: {tool} ({what})");
        assert!(
            std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"),
            "{tool} is required"
        );
    }
    there
}
