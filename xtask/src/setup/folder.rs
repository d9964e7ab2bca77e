//! Folders that programs are unpacked into.

use std::fs;
use std::io;
use std::path::Path;

use crate::run::{Failure, Result};

/// Makes an empty folder, whatever was there before.
pub(super) fn make_empty(folder: &Path) -> Result {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(unwritable(folder))?;
    }
    fs::create_dir_all(folder).map_err(unwritable(folder))
}

/// What is said where a folder of the cache cannot be written.
pub(crate) fn unwritable(folder: &Path) -> impl Fn(io::Error) -> Failure {
    move |error| {
        let folder = folder.display();
        Failure::new(format!(
            "{folder} cannot be written: {error}; set MOTE_CACHE."
        ))
    }
}
