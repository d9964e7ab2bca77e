//! The demo page as the server serves it: its sources, with the built SDK beside them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::kit::Kit;
use crate::run::{Failure, Result};
use crate::step::step;

/// What a browser asks for; the rest of the folder is for people who read it.
const SERVED: [&str; 4] = ["html", "css", "js", "svg"];

/// Of the built SDK, what the pages import.
const SDK: [&str; 2] = ["index.js", "cursors.js"];

/// Makes demo/dist anew and says where it is.
pub(crate) fn assemble(kit: &Kit) -> Result<PathBuf> {
    step("demo page", |_| {
        let sources = kit.root.join("demo");
        let page = sources.join("dist");
        make(&sources, &kit.root.join("npm/dist"), &page).map_err(|error| {
            Failure::new(format!("{} could not be made: {error}.", page.display()))
        })?;
        Ok(page)
    })
}

fn make(sources: &Path, sdk: &Path, page: &Path) -> io::Result<()> {
    if page.exists() {
        fs::remove_dir_all(page)?;
    }
    fs::create_dir_all(page.join("sdk"))?;
    for entry in fs::read_dir(sources)? {
        let file = entry?.path();
        let extension = file
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if SERVED.contains(&extension.as_str()) {
            fs::copy(&file, page.join(file.file_name().unwrap_or_default()))?;
        }
    }
    fs::create_dir_all(page.join("plain"))?;
    let plain = "plain/index.html";
    fs::copy(sources.join(plain), page.join(plain))?;
    for file in SDK {
        fs::copy(sdk.join(file), page.join("sdk").join(file))?;
    }
    Ok(())
}
