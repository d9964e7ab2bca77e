//! The setting `trusted_proxies`.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use super::{listed, write_list};
use crate::limits::TRUSTED_PROXIES_MAX;

/// Addresses of proxies that say truly for whom they speak.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Addresses and ranges with commas between them: `10.0.0.5,192.168.0.0/16,fd00::/8`.
    ///
    /// # Errors
    /// Says which of them is none, and what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let ranges: Vec<_> = listed(text).map(parse_range).collect::<Result<_, _>>()?;
        if ranges.len() > TRUSTED_PROXIES_MAX {
            return Err(format!("must be at most {TRUSTED_PROXIES_MAX} ranges"));
        }
        Ok(Self(ranges))
    }

    /// Whether nobody is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|range| range.contains(&address))
    }
}

fn parse_range(text: &str) -> Result<IpNet, String> {
    let range = match text.parse::<IpAddr>() {
        Ok(address) => Ok(IpNet::from(address.to_canonical())),
        Err(_) => text.parse::<IpNet>().map(|range| range.trunc()),
    };
    range.map_err(|_| {
        format!(
            "{text:?} is none: must be IP addresses and ranges, written like \
             10.0.0.5,192.168.0.0/16,fd00::/8"
        )
    })
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.0)
    }
}
