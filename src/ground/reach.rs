//! 可达: whose an address is, and which belong to the public internet. What strangers ask a server to
//! call must not lead it back into its own house.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whose an address is: an address, or, since a house has a /64 and a whole one is had for the asking,
/// that part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Home(u128);

impl Home {
    /// Whose this is.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self(u128::from(v6) >> 64),
            IpAddr::V4(v4) => Self(u128::from(u32::from(v4)) | 1 << 127),
        }
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

/// Whether an address is anybody's to reach: not of this machine, this house, a cloud's own services, a
/// documentation, nor a group.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// RFC 6890 and its registry of special-purpose addresses.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let kept = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !kept
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    // Only 2000::/3 is given out; what of it carries another address inside is judged by that.
    if parts[0] & 0xe000 != 0x2000 {
        let inside = (parts[0] == 0x64 && parts[1] == 0xff9b && parts[2..6] == [0; 4])
            .then(|| v4_of(parts[6], parts[7]));
        return inside.is_some_and(is_public_v4);
    }
    match parts[0] {
        0x2002 => is_public_v4(v4_of(parts[1], parts[2])),
        // Teredo, ORCHID, benchmarks and the rest of 2001::/23; documentation.
        0x2001 => parts[1] >= 0x200 && parts[1] != 0xdb8,
        0x3fff => parts[1] & 0xf000 != 0,
        _ => true,
    }
}

fn v4_of(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_is_one_home() {
        let of = |text: &str| Home::of(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn what_leads_back_into_the_house_is_not_public() {
        for address in [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "203.0.113.5",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2400:3200::1",
            "64:ff9b::101:101",
            "2001:da8::1",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
