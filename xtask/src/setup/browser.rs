//! Chromium and Firefox with their drivers, for tests that run in real browsers.

use std::path::PathBuf;

use crate::kit::{Browser, Kit};
use crate::run::{Failure, Result};
use crate::setup::place::place;
use crate::setup::{apt, tools};
use crate::step::step;

pub(crate) fn chromium(kit: &mut Kit) -> Result {
    kit.chromium = Some(step("Chromium and its driver", |step| {
        if let Some(browser) = find_chromium()? {
            step.remark("already there");
            return Ok(browser);
        }
        step.announce("installing the distribution's");
        apt::install(&["chromium", "chromium-driver"])
            .map_err(|failure| failure.say(NO_CHROMIUM))?;
        find_chromium()?.ok_or_else(|| Failure::new(NO_CHROMIUM))
    })?);
    Ok(())
}

pub(crate) fn firefox(kit: &mut Kit) -> Result {
    let program = step("Firefox", |step| {
        if let Some(program) = find_firefox()? {
            step.remark("already there");
            return Ok(program);
        }
        step.announce("installing the distribution's");
        apt::install(&["firefox-esr"]).map_err(|failure| failure.say(NO_FIREFOX))?;
        find_firefox()?.ok_or_else(|| Failure::new(NO_FIREFOX))
    })?;
    // Debian has no package of it.
    let driver = match place("GECKODRIVER", &["geckodriver"])? {
        Some(driver) => driver,
        None => tools::geckodriver(&kit.cache).map_err(|failure| failure.say(NO_GECKODRIVER))?,
    };
    kit.firefox = Some(Browser { program, driver });
    Ok(())
}

fn find_chromium() -> Result<Option<Browser>> {
    let program = place("CHROME", &["chromium", "chromium-browser", "google-chrome"])?;
    let driver = place("CHROMEDRIVER", &["chromedriver"])?;
    Ok(program
        .zip(driver)
        .map(|(program, driver)| Browser { program, driver }))
}

fn find_firefox() -> Result<Option<PathBuf>> {
    place("FIREFOX", &["firefox-esr", "firefox"])
}

const NO_CHROMIUM: &str = "Chromium (or Chrome) and chromedriver are needed for the browser tests: \
    install them, or name them in CHROME and CHROMEDRIVER.";
const NO_FIREFOX: &str =
    "Firefox is needed for the browser tests: install it, or name it in FIREFOX.";
const NO_GECKODRIVER: &str = "geckodriver is needed for the tests in Firefox: install it, or name it \
    in GECKODRIVER; compiling it takes a registry of crates within reach.";
