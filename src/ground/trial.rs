//! 试验点: a named step where a crash test may stop the program. Nothing in an ordinary build.

/// Passes a step of this name; with the feature `failpoints` a test may stop the program here.
#[macro_export]
macro_rules! trial {
    ($step:literal) => {
        #[cfg(feature = "failpoints")]
        fail::fail_point!($step);
    };
}
