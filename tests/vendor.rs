//! 第三方组件: what is carried is what was published, and its licence is beside it.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::path::Path;

#[test]
fn vendored_files_are_those_that_were_published() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/vendor");
    let notices = std::fs::read_to_string(folder.join("VENDOR.md")).unwrap();
    let mut rows = 0;
    for line in notices.lines().filter(|line| line.starts_with("| `")) {
        let parts: Vec<_> = line.split('`').collect();
        let (file, hash) = (parts[1], parts[parts.len() - 2]);
        let bytes = std::fs::read(folder.join(file)).unwrap();
        assert_eq!(HEXLOWER.encode(&Sha256::digest(bytes)), hash, "{file}");
        rows += 1;
    }
    assert_eq!(rows, 2);
    assert!(folder.join("zxing/LICENSE.txt").exists());
}
