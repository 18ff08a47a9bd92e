//! 试验点: a named step where a crash test may stop the program. Nothing in a release.

/// Passes a step of this name; in a build for debugging a test may stop the program here.
#[macro_export]
macro_rules! trial {
    ($step:literal) => {
        #[cfg(debug_assertions)]
        fail::fail_point!($step);
    };
}
