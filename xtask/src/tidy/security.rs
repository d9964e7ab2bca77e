//! What SECURITY.md says is so: each dependency is in its list, each unsafe place, and each test that it
//! names is there.

use std::collections::{BTreeMap, BTreeSet};

use super::File;

const PAGE: &str = "SECURITY.md";

pub(super) fn findings(files: &[File]) -> Vec<String> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else {
        return vec![format!(
            "{PAGE}: missing: threats, dependencies, unsafe code"
        )];
    };
    let mut found = dependencies(page, files);
    found.extend(unsafe_code(page, files));
    found.extend(tests(page, files));
    found
}

fn dependencies(page: &File, files: &[File]) -> Vec<String> {
    let rows = rows(page, "## Dependencies");
    let listed: BTreeSet<_> = rows
        .iter()
        .flat_map(|row| code_spans(cell(row, 0)))
        .collect();
    let used = direct_dependencies(files);
    let missing = used.difference(&listed);
    let missing = missing.map(|name| format!("{PAGE}: the dependency {name} is not in its list"));
    let stale = listed.difference(&used);
    let stale = stale.map(|name| format!("{PAGE}: {name} is in its list and no dependency"));
    missing.chain(stale).collect()
}

/// Of the workspace, and what the npm package brings along or wants.
fn direct_dependencies(files: &[File]) -> BTreeSet<&str> {
    let text = |path| files.iter().find(|file| file.path == path);
    let text = |path| text(path).map_or("", |file| file.text.as_str());
    let after = |text: &'static str| move |line: &&str| *line != text;
    let cargo = text("Cargo.toml").lines();
    let cargo = cargo.skip_while(after("[workspace.dependencies]")).skip(1);
    let cargo = cargo.take_while(|line| !line.starts_with('['));
    let cargo = cargo.filter_map(|line| Some(line.split_once(" = ")?.0));
    let own = |name: &&str| !name.starts_with("mote-") && !name.starts_with('#');
    let mut all: BTreeSet<_> = cargo.filter(own).collect();
    for key in ["  \"dependencies\": {", "  \"peerDependencies\": {"] {
        let npm = text("npm/package.json").lines();
        let npm = npm.skip_while(after(key)).skip(1);
        let npm = npm.take_while(|line| line.starts_with("    "));
        all.extend(npm.filter_map(|line| line.trim().strip_prefix('"')?.split('"').next()));
    }
    all
}

/// A place in a Rust file that the compiler does not watch over.
const UNSAFE: [&str; 8] = [
    "unsafe {",
    "unsafe fn",
    "unsafe impl",
    "unsafe trait",
    "unsafe extern",
    "unsafe(",
    "allow(unsafe_code",
    "expect(unsafe_code",
];

fn unsafe_code(page: &File, files: &[File]) -> Vec<String> {
    let mut listed = BTreeMap::new();
    for line in section(page, "## Unsafe code").filter_map(|line| line.strip_prefix("- `")) {
        let Some((path, rest)) = line.split_once("`: ") else {
            continue;
        };
        let digits = rest.split(' ').next().unwrap_or_default();
        listed.insert(path, digits.parse::<usize>().unwrap_or(0));
    }
    let rust = files.iter().filter(|file| file.has_extension(&["rs"]));
    // The list of words above has them all.
    let rust = rust.filter(|file| !file.path.starts_with("xtask/src/tidy"));
    let mut places = BTreeMap::new();
    for file in rust {
        let lines = file.lines().filter(|(_, line)| is_unsafe(line));
        let count = lines.count();
        if count > 0 {
            places.insert(file.path.as_str(), count);
        }
    }
    let paths: BTreeSet<_> = listed.keys().chain(places.keys()).copied().collect();
    let count = |map: &BTreeMap<&str, usize>, path: &str| map.get(path).copied().unwrap_or(0);
    let differing = paths
        .into_iter()
        .filter(|path| count(&listed, path) != count(&places, path));
    let told = differing.map(|path| {
        let (there, named) = (count(&places, path), count(&listed, path));
        format!("{path}: {there} unsafe places, {PAGE} names {named}")
    });
    told.collect()
}

fn is_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    UNSAFE.iter().any(|word| code.contains(word))
}

/// A test is named by its function, or by its title.
fn tests(page: &File, files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let tests: Vec<_> = files.iter().filter(|file| is_code(file)).collect();
    for row in rows(page, "## Threats") {
        for name in code_spans(cell(row, 2)) {
            let (function, title) = (format!("fn {name}("), format!("'{name}'"));
            let names = |file: &&File| file.text.contains(&function) || file.text.contains(&title);
            if !tests.iter().any(names) {
                found.push(format!("{PAGE}: there is no test {name}"));
            }
        }
    }
    found
}

fn is_code(file: &File) -> bool {
    file.has_extension(&["rs", "ts", "tsx"])
}

/// The lines after a heading, up to the next one.
fn section<'a>(page: &'a File, heading: &'static str) -> impl Iterator<Item = &'a str> {
    let lines = page.text.lines().skip_while(move |line| *line != heading);
    lines.skip(1).take_while(|line| !line.starts_with("## "))
}

/// The rows of the table under a heading, without its head.
fn rows<'a>(page: &'a File, heading: &'static str) -> Vec<&'a str> {
    let rows = section(page, heading).filter(|line| line.starts_with('|'));
    rows.skip(2).collect()
}

fn cell(row: &str, number: usize) -> &str {
    row.split('|').nth(number + 1).unwrap_or_default()
}

fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
