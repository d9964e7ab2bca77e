//! The cases of the Autobahn suite (1 to 7, 9 and 10; 12 and 13 are about compression, which Mote does
//! not speak) against the server's frame layer. `/ws` is no echo, and what it does with frames is in
//! `tests/raw/frames.rs`; so `mote-echo` says back what the same layer reads.
//!
//! What Mote does differently, it does on purpose:
//!
//! - **It reads no text.** The echo takes text for binary, so that cases which mean framing count, and
//!   nobody looks whether text is UTF-8. `/ws` closes at the first text frame, before any of it is read.
//! - **Its messages end at 64 KiB.** A larger one is closed with 1009 at its header.

mod report;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use report::{Case, Folder};

/// The echo, ended with the test.
struct Echo {
    child: Child,
    address: String,
}

impl Echo {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mote-echo"));
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut address = String::new();
        let said = child.stdout.take().expect("its output");
        BufReader::new(said)
            .read_line(&mut address)
            .expect("where it listens");
        let address = address.trim().to_owned();
        Self { child, address }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        // It may have ended by itself, and then the test has failed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Why a case that is not OK is as it should be; none for one that is not.
fn explained(case: &Case) -> Option<&'static str> {
    let group = case.id.split('.').next().unwrap_or_default();
    match group {
        _ if case.behavior == "INFORMATIONAL" => Some("either is right"),
        "6" if case.wanted_codes == [1007] && case.close_code.is_none() => {
            Some("text that is not UTF-8, where no text is read")
        }
        "9" if case.close_code == Some(1009) && case.was_clean => Some("a message over 64 KiB"),
        _ => None,
    }
}

#[test]
fn every_case_of_the_autobahn_suite_is_ok_or_explained() {
    let echo = Echo::start();
    let folder = Folder::new();
    let program = std::env::var_os("KOSOKU").unwrap_or_else(|| "kosoku".into());
    let mut kosoku = Command::new(program);
    kosoku.args([&echo.address, "--parallelism", "16", "--outdir"]);
    kosoku.arg(folder.path());
    kosoku.args(["--exclude", "12.*", "--exclude", "13.*"]);
    let output = kosoku
        .output()
        .expect("kosoku is needed: `cargo xtask setup` installs it");
    // It fails when a case does; which of them may is judged here.
    let cases = folder.cases();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(cases.len(), 301, "{said}");

    let mut counts = std::collections::BTreeMap::<_, usize>::new();
    for case in &cases {
        let why = if case.behavior == "OK" && case.close_behavior == "OK" {
            "OK"
        } else {
            explained(case).unwrap_or_else(|| panic!("{}: {case:#?}", case.result))
        };
        *counts.entry(why).or_default() += 1;
    }
    let expected = [
        ("OK", 183),
        ("a message over 64 KiB", 40),
        ("either is right", 3),
        ("text that is not UTF-8, where no text is read", 75),
    ];
    assert_eq!(counts, expected.into());
}
