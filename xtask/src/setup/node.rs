//! Node.js and npm, new enough for the package and its tools.

use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::setup::apt;
use crate::step::step;

const NODE_MAJOR_MIN: u32 = 20;

pub(crate) fn ready(kit: &Kit) -> Result {
    step("Node.js and npm", |step| {
        let mut found = versions(kit);
        if found.is_none() {
            step.announce("installing the distribution's");
            apt::install(&["nodejs", "npm"]).map_err(|failure| failure.say(advice("none")))?;
            found = versions(kit);
        }
        let (node, npm) = found.ok_or_else(|| Failure::new(advice("none")))?;
        if major(&node) < NODE_MAJOR_MIN {
            return Err(Failure::new(advice(&node)));
        }
        step.remark(format!("node {node}, npm {npm}"));
        Ok(())
    })
}

fn versions(kit: &Kit) -> Option<(String, String)> {
    let version = |program: &str| {
        let output = quiet(kit.command(program).ok()?.arg("--version")).ok()?;
        Some(output.trim().trim_start_matches('v').to_owned())
    };
    Some((version("node")?, version("npm")?))
}

fn major(version: &str) -> u32 {
    version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or(0)
}

fn advice(found: &str) -> String {
    format!(
        "Node.js {NODE_MAJOR_MIN} or newer with npm is needed (found: {found}): install it from \
         nodejs.org or with a version manager, and run this again."
    )
}
