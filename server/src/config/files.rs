//! Files that a setting names.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::ConfigError;
use crate::limits::AUTH_FILE_BYTES_MAX;

/// What is wrong with the file of a setting.
pub(crate) fn wrong(key: &str, path: &Path, right: &str) -> ConfigError {
    let shown = path.display().to_string();
    format!("{key} is {shown:?}, but {right}").into()
}

/// What is in a file of at most `bytes_max` bytes.
///
/// # Errors
/// Says what it must be.
pub(crate) fn read(path: &Path, bytes_max: usize) -> Result<Vec<u8>, String> {
    let unreadable = |error| format!("must be a file that can be read: {error}");
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One more than it may have: a device that never ends has no length to ask for.
    let mut file = file.take(bytes_max as u64 + 1);
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > bytes_max {
        return Err(format!("must have at most {bytes_max} bytes"));
    }
    Ok(bytes)
}

/// A secret a line, as many as `most`.
pub(super) fn read_secrets<T>(
    path: &Path,
    most: usize,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let file = read(path, AUTH_FILE_BYTES_MAX)?;
    let file = String::from_utf8(file).map_err(|_| "must be UTF-8, a secret a line")?;
    let lines = file.lines().map(str::trim).filter(|line| !line.is_empty());
    let secrets: Vec<_> = lines.map(parse).collect::<Result<_, _>>()?;
    if (1..=most).contains(&secrets.len()) {
        Ok(secrets)
    } else {
        Err(format!("must have 1 to {most} secrets, a line each"))
    }
}
