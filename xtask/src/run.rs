//! Running other programs: quietly, with the output kept for a failure, or shown as it comes.

use std::fmt;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// What a verb ends in.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// One sentence that says what is missing and what to do, after the whole output of the program that
/// said so, if one did.
#[derive(Debug)]
pub(crate) struct Failure {
    sentence: String,
    output: String,
}

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            output: String::new(),
        }
    }

    /// Everything that the failed program printed.
    pub(crate) fn output(&self) -> &str {
        &self.output
    }

    /// The same output under a sentence that knows better what to do.
    pub(crate) fn say(self, sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            ..self
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.output.trim().is_empty() {
            writeln!(f, "{}\n", self.output.trim_end())?;
        }
        write!(f, "error: {}", self.sentence)
    }
}

/// Runs to the end and gives back standard output and error as they came, interleaved.
pub(crate) fn quiet(command: &mut Command) -> Result<String> {
    let (child, output) = start(command)?;
    judge(command, child, read_all(output))
}

/// Like [`quiet`], but a program that is still running after `limit` is ended and has failed.
pub(crate) fn quiet_for(command: &mut Command, limit: Duration) -> Result<String> {
    let (mut child, output) = start(command)?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(read_all(output)));
    match receiver.recv_timeout(limit) {
        Ok(output) => judge(command, child, output),
        Err(_) => {
            // It may have ended at this very moment; then there is nothing left to end.
            let _ = child.kill();
            let _ = child.wait();
            Err(Failure::new(format!(
                "{} did not end within {limit:?}",
                line_of(command)
            )))
        }
    }
}

/// Runs to the end with the terminal as its own, so that its closing lines stay visible.
pub(crate) fn shown(command: &mut Command) -> Result {
    let status = command
        .status()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(ended_badly(command, status))
    }
}

/// The command as a person would type it.
pub(crate) fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    format!("`{}`", words.join(" "))
}

fn start(command: &mut Command) -> Result<(Child, io::PipeReader)> {
    let (reader, writer) = io::pipe().map_err(|error| cannot_start(command, &error))?;
    let both = writer
        .try_clone()
        .map_err(|error| cannot_start(command, &error))?;
    let child = command
        .stdin(Stdio::null())
        .stdout(both)
        .stderr(writer)
        .spawn();
    // The command keeps its ends of the pipe: without this the reader would never see the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Ok((
        child.map_err(|error| cannot_start(command, &error))?,
        reader,
    ))
}

fn read_all(mut output: io::PipeReader) -> String {
    let mut bytes = Vec::new();
    // A broken pipe only shortens what is shown; the exit status still decides.
    let _ = output.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn judge(command: &Command, mut child: Child, output: String) -> Result<String> {
    let status = child
        .wait()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        Ok(output)
    } else {
        Err(Failure {
            output,
            ..ended_badly(command, status)
        })
    }
}

fn ended_badly(command: &Command, status: ExitStatus) -> Failure {
    Failure::new(format!(
        "{} failed ({status}); what it said is above.",
        line_of(command)
    ))
}

fn cannot_start(command: &Command, error: &io::Error) -> Failure {
    Failure::new(format!(
        "{} could not be started: {error}.",
        line_of(command)
    ))
}

#[cfg(test)]
mod tests;
