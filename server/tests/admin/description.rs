//! The API against its own description, by Schemathesis: made-up requests, right ones and wrong ones,
//! alone and one after the other. What it looks for is in `tests/openapi/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::calls::{admin, config};
use super::support::start;

#[tokio::test(flavor = "current_thread")]
async fn it_is_what_it_says_it_is() {
    let server = start(config());
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/openapi");
    // It keeps notes where it runs.
    let folder = std::env::temp_dir().join(format!("mote-openapi-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let url = format!("http://{}/api/v1/openapi.json", server.address);
    let mut schemathesis = Command::new(program());
    schemathesis
        .current_dir(&folder)
        .env("PYTHONPATH", &files)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .arg("--config-file")
        .arg(files.join("schemathesis.toml"))
        .args(["run", &url])
        .args(["--checks", "all", "--no-color"])
        .arg("--header")
        .arg(format!("Authorization: Bearer {}", admin("*")));
    let run = tokio::task::spawn_blocking(move || schemathesis.output());
    let output = run.await.unwrap().unwrap();
    fs::remove_dir_all(folder).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    // What it has sent may be long.
    let lines = said.lines().map(|line| line.get(..300).unwrap_or(line));
    let said: String = lines.map(|line| format!("{line}\n")).collect();
    assert!(output.status.success(), "{said}");
}

fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("SCHEMATHESIS") {
        return path.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut programs = std::env::split_paths(&path).map(|folder| folder.join("schemathesis"));
    programs
        .find(|file| file.is_file())
        .expect("schemathesis is needed: run `cargo xtask setup`, or name it in SCHEMATHESIS")
}
