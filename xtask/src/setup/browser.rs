//! Chromium and its driver, for tests that run in a real browser.

use std::env;
use std::path::PathBuf;

use crate::kit::{Browser, Kit};
use crate::paths::on_path;
use crate::run::{Failure, Result};
use crate::setup::apt;
use crate::step::step;

pub(crate) fn ready(kit: &mut Kit) -> Result {
    kit.browser = Some(step("Chromium and its driver", |step| {
        if let Some(browser) = find()? {
            step.remark("already there");
            return Ok(browser);
        }
        step.announce("installing the distribution's");
        apt::install(&["chromium", "chromium-driver"]).map_err(|failure| failure.say(MISSING))?;
        find()?.ok_or_else(|| Failure::new(MISSING))
    })?);
    Ok(())
}

fn find() -> Result<Option<Browser>> {
    let chrome = place("CHROME", &["chromium", "chromium-browser", "google-chrome"])?;
    let driver = place("CHROMEDRIVER", &["chromedriver"])?;
    Ok(chrome
        .zip(driver)
        .map(|(chrome, driver)| Browser { chrome, driver }))
}

/// What the variable says, or the first of the names that is on PATH.
fn place(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
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

const MISSING: &str = "Chromium (or Chrome) and chromedriver are needed for the browser tests: \
    install them, or name them in CHROME and CHROMEDRIVER.";
