//! Where connections come from: which page a browser is on, and whose address it has behind proxies.
//! Pure: what the gateway reads out of a request is judged here.

use std::fmt;

mod address;
mod origin;
mod origins;
mod pages;
mod proxies;

pub(crate) use address::{X_FORWARDED_FOR, client_address, owner_of};
pub use origins::AllowedOrigins;
pub(crate) use pages::Pages;
pub use proxies::TrustedProxies;

/// The parts of a setting that is a list, written with commas.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty())
}

/// Writes such a list.
fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, parts: &[T]) -> fmt::Result {
    for (number, part) in parts.iter().enumerate() {
        let comma = if number > 0 { "," } else { "" };
        write!(f, "{comma}{part}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
