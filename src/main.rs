//! 匠册: hands over to the command line.

fn main() -> std::process::ExitCode {
    guildhall::cli::run()
}
