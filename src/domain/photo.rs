//! 照片: the portrait of a person, for her certificates.

crate::key!(
    /// The key of a photograph.
    PhotoId
);
