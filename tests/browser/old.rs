//! 旧浏览器: engines of 2020 and 2022, as they still sit in telephones and on Windows 7, show the
//! verdict, check a signature and read a photograph.
//!
//! chromedriver of today does not drive them; they are spoken to over a pipe.

use super::{Served, part, serve};
use guildhall::paper::qr::{QUIET, Symbol};
use image::{GrayImage, Luma};
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// An old Chromium with one page.
struct Engine {
    child: Child,
    to: File,
    from: Receiver<Value>,
    session: String,
    asked: u64,
}

impl Engine {
    fn start(program: &Path, folder: &Path) -> Self {
        let pipe = |name: &str| {
            let path = folder.join(name);
            assert!(
                Command::new("mkfifo")
                    .arg(&path)
                    .status()
                    .unwrap()
                    .success()
            );
            let open = OpenOptions::new()
                .read(true)
                .write(true)
                .open(&path)
                .unwrap();
            (path, open)
        };
        let ((to_path, to), (from_path, from)) = (pipe("to"), pipe("from"));
        let child = Command::new("bash")
            .args(["-c", r#"exec "$0" --headless --remote-debugging-pipe --no-sandbox --single-process --no-zygote --disable-gpu --use-gl=swiftshader --lang=zh-CN --user-data-dir="$3" about:blank 3<"$1" 4>"$2""#])
            .arg(program)
            .args([&to_path, &from_path, &folder.join("profile")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let mut from = BufReader::new(from);
            let mut line = Vec::new();
            while from.read_until(0, &mut line).is_ok_and(|size| size > 0) {
                line.pop();
                if tell.send(serde_json::from_slice(&line).unwrap()).is_err() {
                    return;
                }
                line.clear();
            }
        });
        let mut engine = Self {
            child,
            to,
            from: told,
            session: String::new(),
            asked: 0,
        };
        let start = Instant::now();
        let page = loop {
            let targets = engine.call("Target.getTargets", json!({}));
            let page = targets["targetInfos"]
                .as_array()
                .unwrap()
                .iter()
                .find(|it| it["type"] == "page")
                .cloned();
            if let Some(page) = page {
                break page["targetId"].clone();
            }
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "{} has no page",
                program.display()
            );
            std::thread::sleep(Duration::from_millis(100));
        };
        let at = json!({ "targetId": page, "flatten": true });
        engine.session = engine.call("Target.attachToTarget", at)["sessionId"]
            .as_str()
            .unwrap()
            .to_owned();
        engine
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        let answer = self.ask(method, params);
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let mut question = json!({ "id": self.asked, "method": method, "params": params });
        if !self.session.is_empty() {
            question["sessionId"] = json!(self.session);
        }
        self.to
            .write_all(format!("{question}\0").as_bytes())
            .unwrap();
        loop {
            let answer = self.from.recv_timeout(Duration::from_secs(40));
            let answer = answer.unwrap_or_else(|_| panic!("no answer to {method}"));
            if answer["id"] == self.asked {
                return answer;
            }
        }
    }

    fn says(&mut self, script: &str) -> Value {
        let wanted = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let told = self.call("Runtime.evaluate", wanted);
        assert!(
            told["exceptionDetails"].is_null(),
            "{script}: {}",
            told["exceptionDetails"]
        );
        told["result"]["value"].clone()
    }

    /// Waits until this is so.
    fn until(&mut self, script: &str) -> Value {
        let start = Instant::now();
        loop {
            // Between two pages there is none to ask; that is an error, and asked again.
            let wanted = json!({ "expression": script, "returnByValue": true });
            let told = self.ask("Runtime.evaluate", wanted)["result"]["result"]["value"].clone();
            if !(told.is_null() || told == json!(false) || told == json!("")) {
                return told;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{script}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn go(&mut self, served: &Served, path: &str) {
        self.call(
            "Page.navigate",
            json!({ "url": format!("{}{path}", served.base) }),
        );
        self.until(&format!(
            "location.pathname === '{path}' && document.readyState === 'complete'"
        ));
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        drop(Command::new("kill").args(["-KILL", "--", &group]).status());
        drop(self.child.wait());
    }
}

/// A photograph of a code, as a file.
fn photograph(text: &str, file: &Path) {
    let symbol = Symbol::new(text).unwrap();
    let side = u32::try_from((symbol.side() + 2 * QUIET) * 5).unwrap();
    let picture = GrayImage::from_fn(side, side, |x, y| {
        let of = |at: u32| (at as usize / 5).checked_sub(QUIET);
        let dark = matches!((of(x), of(y)), (Some(x), Some(y)) if x < symbol.side() && y < symbol.side() && symbol.is_dark(x, y));
        Luma([if dark { 25 } else { 230 }])
    });
    picture.save(file).unwrap();
}

/// The script's own judgement of a text, by the bundle and WebCrypto.
fn judgement(text: &str) -> String {
    format!(
        "(function () {{ var root = Uint8Array.from(atob(document.getElementById('scan').dataset.root), function (c) {{ return c.charCodeAt(0); }}); \
         return fetch('/trust/bundle').then(function (r) {{ return r.arrayBuffer(); }}).then(function (b) {{ return Trust.open(new Uint8Array(b), root); }}) \
         .then(function (bundle) {{ return Trust.judge({}, bundle, bundle.issued + 60); }}).then(function (it) {{ return it.code; }}); }})()",
        json!(text)
    )
}

#[test]
fn engines_of_years_ago_show_the_verdict_and_check_the_signature() {
    let served = serve();
    let valid = &served.town.certificates["valid"];
    let revoked = &served.town.certificates["revoked"];
    for (version, of) in [("88", "December 2020"), ("109", "the last for Windows 7")] {
        let program = format!("engines/{version}/chromium");
        let Some(program) = part(
            &program,
            &format!("Chromium {version} (verdict and signature in an old engine)"),
        ) else {
            continue;
        };
        let folder = tempfile::tempdir().unwrap();
        let mut engine = Engine::start(&program, folder.path());
        let agent = engine.says("navigator.userAgent");
        assert!(
            agent
                .as_str()
                .unwrap()
                .contains(&format!("Chrome/{version}.")),
            "{agent}"
        );
        let size = json!({ "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true });
        engine.call("Emulation.setDeviceMetricsOverride", size);
        engine.go(&served, "/verify");
        engine.says("document.cookie = 'lang=zh; path=/'");

        // The verdict: word, ground, shape; nothing runs out of the page.
        for (token, word, colour) in [
            (&valid.token, "证书有效", "rgb(10, 102, 56)"),
            (&revoked.token, "证书已撤销", "rgb(168, 32, 26)"),
        ] {
            engine.go(&served, &format!("/v/{token}"));
            let seen = engine.says(
                "(function () { var box = document.querySelector('.res'); return [document.querySelector('h1').textContent, \
                 getComputedStyle(box).backgroundColor, box.querySelector('svg').getBoundingClientRect().width, \
                 document.documentElement.scrollWidth - innerWidth]; })()",
            );
            assert!(
                seen[0].as_str().unwrap().starts_with(word),
                "{version}: {seen}"
            );
            assert_eq!(seen[1], colour, "{version}");
            assert!(
                seen[2].as_f64() >= Some(60.0) && seen[3].as_f64() <= Some(0.0),
                "{version}: {seen}"
            );
        }
        for path in ["/", "/verify", "/verify/list", "/sign-in"] {
            engine.go(&served, path);
            let h1 = engine.says("document.querySelector('h1').textContent + (document.documentElement.scrollWidth > innerWidth ? '>' : '')");
            assert!(
                !h1.as_str().unwrap().is_empty() && !h1.as_str().unwrap().ends_with('>'),
                "{version} {path}: {h1}"
            );
        }

        // The signature, by WebCrypto; and a photograph, by the device or else by the server.
        engine.go(&served, "/scan");
        engine.until("document.getElementById('scan').dataset.ready");
        let (before, digits) = valid.qr.split_once('#').unwrap();
        let changed = format!("{before}#{}", digits.replacen('5', "6", 1));
        let codes = [&valid.qr, &revoked.qr, &changed].map(|text| engine.says(&judgement(text)));
        assert_eq!(json!(codes[..2]), json!(["good", "revoked"]), "{version}");
        assert_ne!(codes[2], "good", "{version}");
        let picture = folder.path().join("photograph.png");
        photograph(&valid.qr, &picture);
        let root = engine.call("DOM.getDocument", json!({}));
        let field =
            json!({ "nodeId": root["root"]["nodeId"], "selector": "#s-form input[type=file]" });
        let field = engine.call("DOM.querySelector", field);
        engine.call(
            "DOM.setFileInputFiles",
            json!({ "nodeId": field["nodeId"], "files": [picture] }),
        );
        engine.says("document.querySelector('#s-form button').click()");
        let told = engine.until("(function () { var h = document.querySelector('.res:not([hidden]) h1, .res:not([hidden]) h2'); \
            return h && /证书有效/.test(h.textContent) && [h.textContent, location.pathname]; })()");
        let way = if told[1] == "/scan" {
            "on the device"
        } else {
            "by the server"
        };
        println!(
            "Chromium {version} ({of}): verdicts as today, ES256 {codes:?}, a photograph read {way}"
        );
    }
}
