//! 封缄: hashes, signatures, sealed fields. Bytes in, bytes out; no database, no clock.

pub mod canonical;
pub mod chain;
pub mod cms;
pub mod credential;
pub mod der;
pub mod did;
pub mod bundle;
pub mod digits;
pub mod envelope;
pub mod json_ld;
pub mod log;
pub mod log_proof;
pub mod note;
pub mod one_time_code;
pub mod lot;
pub mod password;
pub mod receipt;
pub mod scan;
pub mod signer;
pub mod status;
pub mod ticket;
pub mod token;
pub mod vault;
pub mod voucher;
pub mod x509;
