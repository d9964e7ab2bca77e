//! `docs/benchmarks.md`: a page of sections, each made by one command.

use std::fs;

use crate::kit::Kit;
use crate::run::{Failure, Result};

const PAGE: &str = "docs/benchmarks.md";

/// Puts `body` under `## heading`: in place of what is there, or at the end.
pub(super) fn write_section(kit: &Kit, heading: &str, body: &str) -> Result {
    let page = kit.root.join(PAGE);
    let old = fs::read_to_string(&page).unwrap_or_else(|_| "# Benchmarks\n".to_owned());
    fs::write(page, with_section(&old, heading, body))
        .map_err(|error| Failure::new(format!("{PAGE} cannot be written: {error}.")))?;
    println!("{PAGE}: {heading}");
    Ok(())
}

fn with_section(page: &str, heading: &str, body: &str) -> String {
    let head = format!("\n## {heading}\n");
    let section = format!("{head}\n{}\n", body.trim_end());
    let Some(start) = page.find(&head) else {
        return format!("{}\n{section}", page.trim_end());
    };
    let (before, old) = page.split_at(start);
    let end = old[head.len()..].find("\n## ");
    let after = end.map_or("", |end| &old[head.len() + end..]);
    format!("{before}{section}{after}")
}

#[cfg(test)]
mod tests;
