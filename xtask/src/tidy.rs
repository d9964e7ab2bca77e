//! House rules that a program can check: "remember to…" is a check, not a comment.

mod files;
mod security;
mod spec;
mod text;
mod versions;

use std::path::Path;

use files::File;

/// Every breach, as `path:line: what is wrong`.
pub(crate) fn findings(root: &Path) -> Vec<String> {
    let files = files::all(root);
    let mut found = text::findings(&files);
    found.extend(spec::findings(&files));
    found.extend(security::findings(&files));
    found.extend(versions::findings(&files));
    found
}

#[cfg(test)]
mod tests;
