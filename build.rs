//! 构建: tells cargo which folders are carried inside the binary, so that a new file is noticed.

fn main() {
    for folder in [
        "static",
        "templates",
        "migrations",
        "fonts",
        "src/domain/catalogue",
    ] {
        if std::path::Path::new(folder).exists() {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
}
