//! 示范城: an example town, made by the real acts, and served.

use crate::cli::configuration::Doubt;

/// Where and how.
#[derive(clap::Args)]
pub struct Options {
    /// The folder to make the town in; made fresh unless `--keep`.
    #[arg(long, default_value = "guildhall-demo")]
    dir: std::path::PathBuf,
}

/// Makes the town and serves it.
pub fn run(options: &Options) -> Result<(), Doubt> {
    Err(Doubt(format!("{}", options.dir.display())))
}
