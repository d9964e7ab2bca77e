//! One version everywhere: the workspace, the npm package and the changelog's newest entry.

use super::File;

pub(super) fn findings(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let Some(version) = line_value(files, "Cargo.toml", "version = \"", "\"") else {
        return vec!["Cargo.toml: [workspace.package] names no version".to_owned()];
    };
    let others = [
        (
            "npm/package.json",
            line_value(files, "npm/package.json", "\"version\": \"", "\""),
        ),
        (
            "CHANGELOG.md",
            line_value(files, "CHANGELOG.md", "## [", "]"),
        ),
    ];
    for (path, other) in others {
        match other {
            Some(other) if other == version => {}
            Some(other) => found.push(format!("{path}: version {other}, Cargo.toml has {version}")),
            None => found.push(format!(
                "{path}: names no version, Cargo.toml has {version}"
            )),
        }
    }
    found.extend(hard_coded_wasm_bindgen(files));
    found
}

/// Only Cargo says which wasm-bindgen it is: a second place would be forgotten at the next update.
fn hard_coded_wasm_bindgen(files: &[File]) -> Vec<String> {
    let lock = files.iter().find(|file| file.path == "Cargo.lock");
    let mut lines = lock.into_iter().flat_map(File::lines).map(|(_, line)| line);
    let _ = lines
        .by_ref()
        .find(|line| *line == "name = \"wasm-bindgen\"");
    let Some(version) = lines
        .next()
        .and_then(|line| between(line, "version = \"", "\""))
    else {
        return vec!["Cargo.lock: names no wasm-bindgen".to_owned()];
    };
    let others = files
        .iter()
        .filter(|file| !file.path.ends_with("Cargo.toml") && !file.path.ends_with("Cargo.lock"));
    let mut found = Vec::new();
    for (file, (number, line)) in others.flat_map(|file| file.lines().map(move |line| (file, line)))
    {
        if line.contains("wasm-bindgen") && line.contains(version) {
            let path = &file.path;
            found.push(format!(
                "{path}:{number}: wasm-bindgen's version stands in Cargo.lock only"
            ));
        }
    }
    found
}

/// What stands between the two in the first line of the file that begins so.
fn line_value<'a>(files: &'a [File], path: &str, start: &str, end: &str) -> Option<&'a str> {
    let file = files.iter().find(|file| file.path == path)?;
    file.text
        .lines()
        .find_map(|line| between(line.trim_start(), start, end))
}

fn between<'a>(line: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(line.strip_prefix(start)?.split_once(end)?.0)
}
