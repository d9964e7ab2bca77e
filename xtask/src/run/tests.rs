//! What a failing program leaves behind, and that a stuck one is ended.

use std::process::Command;
use std::time::{Duration, Instant};

use super::*;

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[test]
fn a_success_gives_back_both_streams_in_order() {
    let output = quiet(&mut shell("echo one; echo two >&2; echo three")).unwrap();
    assert_eq!(output, "one\ntwo\nthree\n");
}

#[test]
fn a_failure_shows_all_that_was_said_and_ends_in_a_sentence() {
    let failure = quiet(&mut shell("echo the reason >&2; exit 3")).unwrap_err();
    let text = failure.to_string();
    assert!(text.starts_with("the reason\n\nerror: `sh -c "), "{text}");
    assert!(text.contains("exit status: 3"), "{text}");
}

#[test]
fn a_better_sentence_keeps_the_output() {
    let failure = quiet(&mut shell("echo the reason; exit 1"))
        .unwrap_err()
        .say("Do this.");
    assert_eq!(failure.to_string(), "the reason\n\nerror: Do this.");
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let failure = quiet(&mut Command::new("mote-no-such-program")).unwrap_err();
    assert!(
        failure
            .to_string()
            .contains("`mote-no-such-program` could not be started")
    );
}

#[test]
fn a_program_that_does_not_end_is_ended() {
    let started = Instant::now();
    let failure = quiet_for(Command::new("sleep").arg("60"), Duration::from_millis(50));
    assert!(
        failure
            .unwrap_err()
            .to_string()
            .contains("did not end within 50ms")
    );
    assert!(started.elapsed() < Duration::from_secs(30));
}
