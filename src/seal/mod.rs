//! 封缄: hashes, signatures, sealed fields. Bytes in, bytes out; no database, no clock.

pub mod canonical;
pub mod chain;
pub mod cms;
pub mod der;
pub mod digits;
pub mod envelope;
pub mod log;
pub mod log_proof;
pub mod note;
pub mod one_time_code;
pub mod password;
pub mod scan;
pub mod signer;
pub mod ticket;
pub mod token;
pub mod vault;
pub mod voucher;
pub mod x509;
