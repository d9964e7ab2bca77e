//! The image: small, pinned, not root, and it says how it is.

use std::fs;

use crate::files::{read, root};

/// The instructions, each with its arguments on one line, by stage.
fn stages() -> Vec<Vec<(String, String)>> {
    let text = read("Dockerfile").replace("\\\n", " ");
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut stages = vec![Vec::new()];
    for line in lines {
        let (word, rest) = line.split_once(' ').expect("an instruction");
        if word == "FROM" {
            stages.push(Vec::new());
        }
        let stage = stages.last_mut().expect("a stage");
        stage.push((word.to_owned(), rest.trim().to_owned()));
    }
    stages
}

fn all(stage: &[(String, String)], word: &str) -> Vec<String> {
    let of_it = stage.iter().filter(|(found, _)| found == word);
    of_it.map(|(_, rest)| rest.clone()).collect()
}

#[test]
fn every_image_that_it_begins_with_is_of_a_named_version() {
    let stages = stages();
    let [arguments, build, last] = &stages[..] else {
        panic!("two stages, but {stages:?}");
    };
    assert_eq!(all(build, "FROM"), ["rust:${RUST_VERSION}-alpine AS build"]);
    assert_eq!(all(last, "FROM"), ["scratch"]);
    let version = all(arguments, "ARG")[0].replace("RUST_VERSION=", "");
    let numbers = |text: &str| -> Vec<u32> {
        let parts = text.split('.').map(str::parse);
        parts.map(|part| part.expect("a version")).collect()
    };
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace");
    let (_, rest) = manifest
        .split_once("rust-version = \"")
        .expect("a least version");
    let (least, _) = rest.split_once('"').expect("its end");
    assert!(numbers(&version) >= numbers(least), "{version} < {least}");
}

#[test]
fn nothing_but_the_lock_file_chooses_versions_and_no_shell_is_left() {
    let stages = stages();
    let build = all(&stages[1], "RUN").join("\n");
    assert!(build.contains("cargo build --release --locked"), "{build}");
    let last = &stages[2];
    for word in ["RUN", "ENTRYPOINT"] {
        for arguments in all(last, word) {
            assert!(arguments.starts_with("[\"/mote\""), "{word} {arguments}");
        }
    }
    let names: Vec<_> = stages.iter().flatten().map(|(word, _)| word).collect();
    assert!(!names.iter().any(|word| *word == "ADD"), "COPY does");
}

#[test]
fn it_runs_as_nobody_and_asks_itself_whether_it_is_well() {
    let stages = stages();
    let last = &stages[2];
    let [user] = &all(last, "USER")[..] else {
        panic!("one user");
    };
    let (user, group) = user.split_once(':').expect("a user and a group");
    // Numbers: Kubernetes cannot tell from a name whether it is root.
    for id in [user, group] {
        assert!(id.parse::<u32>().expect("a number") > 0);
    }
    let [health] = &all(last, "HEALTHCHECK")[..] else {
        panic!("one health check");
    };
    assert!(health.ends_with("CMD [\"/mote\", \"health\"]"), "{health}");
    let port = &all(last, "EXPOSE")[0];
    assert_eq!(all(last, "ENV"), [format!("MOTE_LISTEN=0.0.0.0:{port}")]);
}

#[test]
fn the_builder_gets_every_crate_of_the_workspace_and_nothing_that_is_made() {
    let ignore = read("Dockerfile.dockerignore");
    let has = |line: &str| ignore.lines().any(|found| found == line);
    assert!(has("*"), "everything else is left out");
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace");
    let (_, rest) = manifest.split_once("\nmembers = [").expect("members");
    let (members, _) = rest.split_once(']').expect("their end");
    for member in members
        .split(',')
        .map(|member| member.trim().trim_matches('"'))
    {
        assert!(has(&format!("!{member}")), "{member}");
    }
    for needed in ["!Cargo.lock", "!Cargo.toml", "**/target", "**/node_modules"] {
        assert!(has(needed), "{needed}");
    }
}
