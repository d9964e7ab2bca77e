//! The text files of the checkout that people wrote.

use std::fs;
use std::path::Path;

/// A file with its path from the root, parted by `/`.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    pub(super) fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = self
            .path
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension);
        extensions.contains(&extension)
    }

    /// The lines with their numbers, as people count them.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    pub(super) fn is_test(&self) -> bool {
        let (folder, name) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        let in_tests = folder.split('/').any(|part| part == "tests");
        name == "tests.rs"
            || (in_tests && self.has_extension(&["rs"]))
            || [".test.ts", ".test.tsx", ".spec.ts"]
                .iter()
                .any(|end| name.ends_with(end))
    }
}

/// Made by programs, whatever their place.
const MADE: [&str; 8] = [
    ".git",
    "target",
    "node_modules",
    "dist",
    ".next",
    "results",
    "test-results",
    "wasm",
];

pub(super) fn all(root: &Path) -> Vec<File> {
    let mut files = Vec::new();
    collect(root, "", &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() && !MADE.contains(&name.as_str()) {
            collect(&entry.path(), &format!("{path}/"), files);
        }
        // What is not UTF-8 is a picture or a binary.
        if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            files.push(File { path, text });
        }
    }
}
