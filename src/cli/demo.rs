//! 示范城: an example town, made by the real acts, and served.
//!
//! Everything lies in one folder: the database, the master key, `demo.json`, and three certificates.
//! `GUILDHALL_NOW` stops the clock; then chance is fixed too while the town is made, and the same
//! town comes out of it to the byte. Before anybody is served, chance is the system's again.

use crate::acts::Registry;
use crate::cli::configuration::{Configuration, Doubt};
use crate::ground::chance;
use crate::ground::clock::{Clock, Now};
use crate::town::{self, city, story};
use serde_json::Value;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where and how.
#[derive(clap::Args)]
pub struct Options {
    /// The folder to make the town in; made fresh unless `--keep`.
    #[arg(long, default_value = "guildhall-demo")]
    dir: PathBuf,
    /// Serve the town that is in the folder, if there is one.
    #[arg(long)]
    keep: bool,
    /// Grow a year of a real-sized city around the town: minutes, with `--release`.
    #[arg(long)]
    city: bool,
    /// The port to listen on.
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
}

/// What is said of the town; its being there also marks the folder as one we made.
const STORY: &str = "demo.json";
/// What was planted in a city, beside it.
const PLANTED: &str = "planted.json";
/// What a fixed town's chance is drawn from.
const SEED: [u8; 32] = *b"guildhall builds an example town";

/// Makes the town and serves it.
pub fn run(options: &Options) -> Result<(), Doubt> {
    let story = options.dir.join(STORY);
    let kept = if options.keep && story.is_file() {
        Some(read(&story)?)
    } else {
        None
    };
    let public = kept
        .as_ref()
        .and_then(|kept| kept["public_base_url"].as_str());
    let configuration = Configuration::for_demo(&options.dir, options.host, options.port, public)?;
    super::log_as(&configuration)?;
    let fixed = super::fixed_now()?;
    let (registry, told) = match kept {
        Some(mut told) => {
            told["base_url"] = Value::from(base_url(&configuration));
            write(&story, pretty(&told).as_bytes())?;
            (super::open(&configuration)?, told)
        }
        None => fresh(options, &configuration, fixed)?,
    };
    welcome(&options.dir, &told);
    let clock = fixed.map_or_else(Clock::default, Clock::standing);
    super::launch(Arc::new(registry), &configuration, clock)
}

fn fresh(
    options: &Options,
    configuration: &Configuration,
    fixed: Option<Now>,
) -> Result<(Registry, Value), Doubt> {
    let folder = &options.dir;
    clear(folder)?;
    // If the power goes while the town is made, the folder is still known to be ours.
    write(&folder.join(STORY), b"{}\n")?;
    if fixed.is_some() {
        chance::fix(SEED);
    }
    println!("正在搭建示范城…… / Building the example town…");
    let built = super::open(configuration).and_then(|registry| {
        let extent = city::Extent {
            schools: 36,
            assessors: 8,
            trainees: 12_000,
            told: &progress,
        };
        let around = options.city.then_some(&extent);
        let town = town::build(&registry, fixed.unwrap_or_else(Now::read), around)
            .map_err(|error| Doubt(format!("the example town cannot be made: {error}")))?;
        Ok((registry, town))
    });
    chance::free();
    let (registry, town) = built?;
    let told = story::tell(
        &town,
        &base_url(configuration),
        &configuration.public_base_url,
    );
    for paper in town.certificates.values() {
        write(&folder.join(story::pdf(paper)), &paper.pdf)?;
    }
    if options.city {
        let planted = story::planted(&town);
        write(&folder.join(PLANTED), pretty(&planted).as_bytes())?;
    }
    write(&folder.join(STORY), pretty(&told).as_bytes())?;
    Ok((registry, told))
}

/// One line that fills: how many days of the city's year have gone by.
fn progress(gone: i64, days: i64) {
    const WIDTH: i64 = 40;
    let filled = usize::try_from(gone * WIDTH / days.max(1)).unwrap_or(0);
    eprint!(
        "\r  全市 The city  [{:<40}] {gone}/{days} 天 days",
        "#".repeat(filled)
    );
    if gone == days {
        eprintln!();
    }
}

/// Makes room for a fresh town. Only a folder that is empty or carries our mark is cleared.
fn clear(folder: &Path) -> Result<(), Doubt> {
    let doubt = |error: std::io::Error| {
        Doubt(format!(
            "the folder {} cannot be made fresh: {error}",
            folder.display()
        ))
    };
    if folder.exists() {
        let mut entries = std::fs::read_dir(folder).map_err(doubt)?;
        if entries.next().is_some() && !folder.join(STORY).is_file() {
            return Err(Doubt(format!(
                "the folder {} holds other things than an example town: choose another with --dir",
                folder.display()
            )));
        }
        std::fs::remove_dir_all(folder).map_err(doubt)?;
    }
    std::fs::create_dir_all(folder.join("certificates")).map_err(doubt)
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Doubt> {
    std::fs::write(file, bytes)
        .map_err(|error| Doubt(format!("{} cannot be written: {error}", file.display())))
}

fn read(file: &Path) -> Result<Value, Doubt> {
    let unreadable = |why: String| {
        Doubt(format!(
            "{} cannot be read ({why}): start once without --keep",
            file.display()
        ))
    };
    let bytes = std::fs::read(file).map_err(|error| unreadable(error.to_string()))?;
    let told: Value =
        serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    if told["public_base_url"].is_string() {
        Ok(told)
    } else {
        Err(unreadable("the town was never finished".to_owned()))
    }
}

fn pretty(told: &Value) -> String {
    format!("{told:#}\n")
}

fn base_url(configuration: &Configuration) -> String {
    let address = std::net::SocketAddr::new(configuration.address, configuration.port);
    format!("http://{address}")
}

/// What a newcomer reads first.
fn welcome(folder: &Path, told: &Value) {
    let base = told["base_url"].as_str().unwrap_or_default();
    let valid = told["certificates"]["valid"]["token"]
        .as_str()
        .unwrap_or_default();
    println!();
    println!("匠册 Guildhall · 示范城 / an example town");
    println!("  文件夹 Folder        {}", folder.display());
    println!("  办事大厅 Counter     {base}/");
    println!("  登录 Sign in         {base}/sign-in");
    println!("  查验证书 Verify      {base}/v/{valid}");
    println!("  接口 API             {base}/api");
    println!();
    println!(
        "  角色 Role              账号 Login                 口令 Password          姓名 Name"
    );
    for account in told["accounts"].as_array().into_iter().flatten() {
        let field = |name: &str| account[name].as_str().unwrap_or_default();
        println!(
            "  {:<22} {:<26} {:<22} {}",
            field("role"),
            field("login"),
            field("password"),
            field("name")
        );
    }
    println!();
    println!("按 Ctrl+C 停止。 / Stop with Ctrl+C.");
}
