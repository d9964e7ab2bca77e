//! Values as people write them. Each error says what would be right.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use super::HttpUrl;
use crate::limits::TOKEN_TEXT_BYTES_MAX;

pub(super) const KIB: usize = 1024;
pub(super) const MIB: usize = 1024 * KIB;

/// A whole number within a range.
pub(super) fn number<T>(text: &str, range: &RangeInclusive<T>) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    let value = text.parse().ok().filter(|value| range.contains(value));
    value.ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        format!("must be a whole number from {least} to {most}")
    })
}

/// A time span within a range: `500ms`, `10s`, `2m`.
pub(super) fn duration(text: &str, range: &RangeInclusive<Duration>) -> Result<Duration, String> {
    let value = parse_duration(text).filter(|value| range.contains(value));
    value.ok_or_else(|| {
        let (least, most) = (show_duration(*range.start()), show_duration(*range.end()));
        format!("must be a time from {least} to {most}, written like 500ms, 10s, 2m or 1h")
    })
}

/// As [`duration`], in whole seconds.
pub(super) fn whole_seconds(
    text: &str,
    range: &RangeInclusive<Duration>,
) -> Result<Duration, String> {
    let value = duration(text, range)?;
    if value.subsec_nanos() == 0 {
        Ok(value)
    } else {
        Err("must be whole seconds, written like 10s or 2m".into())
    }
}

/// A count of bytes within a range: `65536`, `256KiB`, `1MiB`.
pub(super) fn bytes(text: &str, range: &RangeInclusive<usize>) -> Result<usize, String> {
    let value = parse_bytes(text).filter(|value| range.contains(value));
    value.ok_or_else(|| {
        let (least, most) = (show_bytes(*range.start()), show_bytes(*range.end()));
        format!("must be a size from {least} to {most}, written like 65536, 256KiB or 1MiB")
    })
}

/// A folder that is there.
pub(super) fn folder(text: &str) -> Result<PathBuf, String> {
    match std::fs::read_dir(text) {
        Ok(_) => Ok(text.into()),
        Err(error) => Err(format!("must be a folder that can be read: {error}")),
    }
}

/// A file that can be read.
pub(super) fn file(text: &str) -> Result<PathBuf, String> {
    match std::fs::File::open(text) {
        Ok(_) => Ok(text.into()),
        Err(error) => Err(format!("must be a file that can be read: {error}")),
    }
}

/// What a claim of a token may be.
pub(super) fn claim(text: &str) -> Result<String, String> {
    if (1..=TOKEN_TEXT_BYTES_MAX).contains(&text.len()) {
        Ok(text.into())
    } else {
        Err(format!("must be 1 to {TOKEN_TEXT_BYTES_MAX} bytes"))
    }
}

/// A file or folder as [`file`] and [`folder`] read it; empty where there is none.
pub(super) fn show_file(path: Option<&Path>) -> String {
    path.map_or_else(String::new, |path| path.display().to_string())
}

/// An address; empty where there is none.
pub(super) fn show_url(url: Option<&HttpUrl>) -> String {
    url.map_or_else(String::new, ToString::to_string)
}

/// The shortest way to write a time span that [`duration`] reads; milliseconds are the finest unit.
pub(super) fn show_duration(span: Duration) -> String {
    let millis = span.as_millis();
    if !millis.is_multiple_of(1_000) {
        format!("{millis}ms")
    } else if !millis.is_multiple_of(60_000) || millis == 0 {
        format!("{}s", millis / 1_000)
    } else {
        format!("{}m", millis / 60_000)
    }
}

/// The shortest way to write a count of bytes that [`bytes`] reads.
pub(super) fn show_bytes(bytes: usize) -> String {
    if bytes == 0 || !bytes.is_multiple_of(KIB) {
        bytes.to_string()
    } else if !bytes.is_multiple_of(MIB) {
        format!("{}KiB", bytes / KIB)
    } else {
        format!("{}MiB", bytes / MIB)
    }
}

fn parse_bytes(text: &str) -> Option<usize> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit());
    let (digits, unit) = text.split_at(unit_at.unwrap_or(text.len()));
    let count: usize = digits.parse().ok()?;
    match unit {
        "" => Some(count),
        "KiB" => count.checked_mul(KIB),
        "MiB" => count.checked_mul(MIB),
        _ => None,
    }
}

fn parse_duration(text: &str) -> Option<Duration> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, unit) = text.split_at(unit_at);
    let count: u64 = digits.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(count)),
        "s" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_secs(count.checked_mul(60)?)),
        "h" => Some(Duration::from_secs(count.checked_mul(3_600)?)),
        _ => None,
    }
}
