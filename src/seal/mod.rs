//! 封缄: hashes, signatures, sealed fields. Bytes in, bytes out; no database, no clock.

pub mod password;
pub mod signer;
pub mod token;
pub mod vault;
