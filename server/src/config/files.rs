//! Files of secrets and keys.

use std::path::Path;

use super::ConfigError;
use crate::limits::AUTH_FILE_BYTES_MAX;

/// What is wrong with the file of a setting.
pub(super) fn wrong(key: &str, path: &Path, right: &str) -> ConfigError {
    let shown = path.display().to_string();
    format!("{key} is {shown:?}, but {right}").into()
}

/// A small file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error| format!("must be a file that can be read: {error}");
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > AUTH_FILE_BYTES_MAX as u64 {
        return Err(format!("must have at most {AUTH_FILE_BYTES_MAX} bytes"));
    }
    std::fs::read(path).map_err(unreadable)
}

/// A secret a line, as many as `most`.
pub(super) fn read_secrets<T>(
    path: &Path,
    most: usize,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let file = String::from_utf8(read(path)?).map_err(|_| "must be UTF-8, a secret a line")?;
    let lines = file.lines().map(str::trim).filter(|line| !line.is_empty());
    let secrets: Vec<_> = lines.map(parse).collect::<Result<_, _>>()?;
    if (1..=most).contains(&secrets.len()) {
        Ok(secrets)
    } else {
        Err(format!("must have 1 to {most} secrets, a line each"))
    }
}
