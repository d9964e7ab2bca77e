//! Rules on lines: sizes, first lines, words that must not stand where they stand.

use super::File;

const LINES_MAX: usize = 500;
const SOURCES: [&str; 7] = ["rs", "ts", "tsx", "css", "html", "js", "mjs"];

/// A word that must not stand in some files, and why.
struct Ban {
    word: &'static str,
    why: &'static str,
    applies: fn(&File) -> bool,
}

const BANS: [Ban; 22] = [
    ban("std::time", NO_CLOCK, is_protocol),
    ban("SystemTime", NO_CLOCK, is_protocol),
    ban("Instant::now", NO_CLOCK, is_protocol),
    ban("rand::", "randomness is an argument here", is_protocol),
    ban("TODO", UNFINISHED, is_source),
    ban("FIXME", UNFINISHED, is_source),
    ban("XXX", UNFINISHED, is_source),
    ban(".only(", SKIPPED, is_test),
    ban("test.skip", SKIPPED, is_test),
    ban("it.skip", SKIPPED, is_test),
    ban("describe.skip", SKIPPED, is_test),
    ban("#[ignore", SKIPPED, is_rust),
    ban("|| true", "a failure must be seen", is_script),
    ban("/work/", "a path of somebody's machine", is_written),
    ban(".library", "a path of somebody's machine", is_written),
    ban("registry.npmjs.org", REGISTRY, is_written),
    ban("index.crates.io", REGISTRY, is_written),
    ban("static.crates.io", REGISTRY, is_written),
    ban("deb.debian.org", REGISTRY, is_written),
    ban("pypi.org", REGISTRY, is_written),
    ban("pythonhosted.org", REGISTRY, is_written),
    ban(
        "\"resolved\": \"http",
        "set omit-lockfile-registry-resolved in .npmrc",
        is_npm_lock,
    ),
];

const NO_CLOCK: &str = "time is an argument here";
const UNFINISHED: &str = "finish it or leave it out";
const SKIPPED: &str = "no test is skipped";
const REGISTRY: &str = "the user's configuration names registries";

pub(super) fn findings(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        shape(file, &mut found);
        // The list of banned words has them all.
        if file.path.starts_with("xtask/src/tidy") {
            continue;
        }
        for ban in BANS.iter().filter(|ban| (ban.applies)(file)) {
            for (number, _) in file.lines().filter(|(_, line)| holds(line, ban)) {
                found.push(format!(
                    "{}:{number}: `{}`: {}",
                    file.path, ban.word, ban.why
                ));
            }
        }
    }
    found
}

fn shape(file: &File, found: &mut Vec<String>) {
    if is_rust(file) && !file.text.starts_with("//!") {
        found.push(format!(
            "{}:1: the first line is a `//!` line that says what it is",
            file.path
        ));
    }
    let lines = file.text.lines().count();
    if file.has_extension(&SOURCES) && lines > LINES_MAX {
        found.push(format!(
            "{}:{lines}: longer than {LINES_MAX} lines: divide it",
            file.path
        ));
    }
}

/// A word made of letters must stand alone; in the protocol only code counts, not comments.
fn holds(line: &str, ban: &Ban) -> bool {
    let line = if ban.why == NO_CLOCK {
        line.split("//").next().unwrap_or("")
    } else {
        line
    };
    let alone = ban.word.chars().all(char::is_alphabetic);
    line.match_indices(ban.word).any(|(at, word)| {
        let before = line[..at].chars().next_back().is_some_and(is_word);
        let after = line[at + word.len()..].chars().next().is_some_and(is_word);
        !alone || !(before || after)
    })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

const fn ban(word: &'static str, why: &'static str, applies: fn(&File) -> bool) -> Ban {
    Ban { word, why, applies }
}

fn is_protocol(file: &File) -> bool {
    file.path.starts_with("protocol/src/") && is_rust(file)
}

fn is_rust(file: &File) -> bool {
    file.has_extension(&["rs"])
}

fn is_source(file: &File) -> bool {
    file.has_extension(&SOURCES)
}

fn is_test(file: &File) -> bool {
    file.is_test() && is_source(file)
}

fn is_script(file: &File) -> bool {
    let script = file.path.starts_with(".ci/") || file.path.ends_with("package.json");
    script || file.has_extension(&["sh", "yml", "yaml", "mjs"])
}

/// Everything that people write and read; lock files are made by programs.
fn is_written(file: &File) -> bool {
    let kinds = ["md", "toml", "json", "sh", "yml", "yaml"];
    let made = file.path.ends_with("package-lock.json");
    !made && (is_source(file) || file.has_extension(&kinds))
}

fn is_npm_lock(file: &File) -> bool {
    file.path.ends_with("package-lock.json")
}
