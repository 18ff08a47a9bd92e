//! 核验命令: exit codes, the pinned root, rollback, and that nothing is asked of anybody.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

const VINTAGE: &str = "2026-11";

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(VINTAGE)
        .join(name)
}

fn now() -> chrono::DateTime<chrono::FixedOffset> {
    let text = std::fs::read_to_string(golden("now")).unwrap();
    chrono::DateTime::parse_from_rfc3339(text.trim()).unwrap()
}

fn verify(what: &str, more: &[&str], days: i64) -> Output {
    let time = now() + chrono::Duration::days(days);
    Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .args([
            "verify",
            what,
            "--trust",
            golden("trust-bundle").to_str().unwrap(),
        ])
        .args(more)
        .env("GUILDHALL_NOW", time.to_rfc3339())
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn file(name: &str) -> String {
    golden(name).to_string_lossy().into_owned()
}

#[test]
fn the_exit_code_is_the_verdict() {
    let text = std::fs::read_to_string(golden("valid.qr")).unwrap();
    let good = verify(text.trim(), &[], 0);
    assert_eq!(code(&good), 0, "{}", said(&good));
    for words in [
        "真实，且截至信任包制作时有效 / Genuine",
        "✓ 签名成立",
        "请对照身份证",
        "没有询问任何网站",
        "0 分钟前",
    ] {
        assert!(said(&good).contains(words), "{words}: {}", said(&good));
    }
    for (name, exit) in [
        ("valid.pdf", 0),
        ("revoked.qr", 2),
        ("replaced.pdf", 2),
        ("certificate.tlog-proof", 3),
    ] {
        let output = verify(&file(name), &[], 0);
        assert_eq!(code(&output), exit, "{name}: {}", said(&output));
    }
    let bent = text.trim().replace("#5925", "#5926");
    assert_eq!(code(&verify(&bent, &[], 0)), 1);
    // The ladder of age: never green on an old list; what was revoked stays so.
    for (days, exit) in [(6, 0), (8, 3), (15, 3), (-2, 3)] {
        let output = verify(text.trim(), &[], days);
        assert_eq!(code(&output), exit, "{days} days: {}", said(&output));
    }
    assert_eq!(code(&verify(&file("revoked.qr"), &[], 8)), 2);
    // No file, no bundle, no arguments.
    assert_eq!(code(&verify("没有这个文件", &[], 0)), 3);
    assert_eq!(code(&verify(text.trim(), &["--no-such"], 0)), 64);
    let json: serde_json::Value =
        serde_json::from_str(&said(&verify(&file("valid.pdf"), &["--json"], 0))).unwrap();
    assert_eq!(
        (&json["verdict"], &json["exit"]),
        (&"valid".into(), &0.into())
    );
    assert!(json["checks"].as_array().unwrap().len() >= 10, "{json:#}");
    assert_eq!(json["basis"]["root_known"], "loose");
}

#[test]
fn the_root_is_pinned_and_an_older_bundle_refused() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let with = ["--state", state.to_str().unwrap()];
    let text = file("valid.qr");
    let root = |output: &Output| said(output).lines().rev().nth(1).unwrap().to_owned();
    let first = verify(&text, &with, 0);
    assert!(root(&first).contains("首次使用"), "{}", said(&first));
    let second = verify(&text, &with, 0);
    assert!(
        code(&second) == 0 && root(&second).contains("固定的根公钥一致"),
        "{}",
        said(&second)
    );

    let kept = std::fs::read_to_string(&state).unwrap();
    let mut later: serde_json::Value = serde_json::from_str(&kept).unwrap();
    later["sequence"] = (later["sequence"].as_u64().unwrap() + 1).into();
    std::fs::write(&state, later.to_string()).unwrap();
    let older = verify(&text, &with, 0);
    assert!(
        code(&older) == 3 && said(&older).contains("older than one used before"),
        "{}",
        said(&older)
    );

    let mut other: serde_json::Value = serde_json::from_str(&kept).unwrap();
    other["root"] = data_encoding::BASE64.encode(&[4; 65]).into();
    std::fs::write(&state, other.to_string()).unwrap();
    let strange = verify(&text, &with, 0);
    assert!(
        code(&strange) == 3 && said(&strange).contains("not the pinned one"),
        "{}",
        said(&strange)
    );

    let pem = file("root.pem");
    assert_eq!(code(&verify(&text, &["--root", &pem], 0)), 0);
    assert_eq!(code(&verify(&text, &["--root", &"00".repeat(32)], 0)), 3);
    std::fs::write(&state, "{").unwrap();
    assert_eq!(code(&verify(&text, &with, 0)), 3);
}

/// Nobody is asked: not the host in a code, not a page that looks like ours.
#[test]
fn the_host_in_a_code_is_not_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let text = std::fs::read_to_string(golden("valid.qr")).unwrap();
    let (_, tail) = text.trim().split_once("/v/").unwrap();
    let (token, _) = tail.split_once('#').unwrap();
    for (address, exit) in [
        (format!("{host}/v/{tail}"), 0),
        (format!("{host}/v/{token}"), 3),
        (format!("{host}/v/{token}.pdf"), 3),
        (format!("{host}/query?no=S0000"), 3),
        (format!("{host}/"), 3),
    ] {
        let output = verify(&address, &[], 0);
        assert_eq!(code(&output), exit, "{address}: {}", said(&output));
    }
    let output = verify(&format!("{host}/credentials/{token}"), &["--offline"], 0);
    assert_eq!(code(&output), 3);
    assert!(listener.accept().is_err(), "somebody was asked");
    // A document's own address is fetched, and judged like a file.
    listener.set_nonblocking(false).unwrap();
    let serving = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let body = std::fs::read(golden("credential.json")).unwrap();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream
            .write_all(&[head.as_bytes(), &body].concat())
            .unwrap();
    });
    let output = verify(&format!("{host}/credentials/{token}"), &[], 0);
    serving.join().unwrap();
    assert!(
        code(&output) == 0 && said(&output).contains("只取回了"),
        "{}",
        said(&output)
    );
}
