//! Where a program is that a variable may name.

use std::env;
use std::path::PathBuf;

use crate::paths::on_path;
use crate::run::{Failure, Result};

/// What the variable says, or the first of the names that is on PATH.
pub(super) fn place(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
    match env::var_os(variable).map(PathBuf::from) {
        Some(path) if path.is_file() => Ok(Some(path)),
        Some(path) => {
            let path = path.display();
            Err(Failure::new(format!(
                "{variable} names {path}, which is not there: correct it."
            )))
        }
        None => Ok(names.iter().find_map(|name| on_path(name))),
    }
}
