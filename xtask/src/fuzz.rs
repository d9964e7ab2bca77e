//! `cargo xtask fuzz`: libFuzzer on the targets of `fuzz/`, by the toolchain that builds everything
//! else: its coverage comes from a pass that stable compilers have, too. What it finds interesting is
//! kept in the cache, so a long run goes on where the last one ended.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::cargo;
use crate::kit::Kit;
use crate::paths;
use crate::run::{Failure, Result, quiet, shown};
use crate::setup;
use crate::step::{shown_step, step};

/// How long each target is fuzzed in `cargo xtask test`, after all that is kept was run once.
const BOUNDED: Duration = Duration::from_secs(8);

/// An input that takes longer than this is a finding.
const INPUT_TIME_MAX_S: u64 = 10;

/// A process that takes more memory than this is a finding.
const MEMORY_MIB_MAX: u64 = 1_024;

/// libFuzzer's instrumentation: counters and comparisons, on the crates of the target machine alone.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// These targets; all of them when none is named
    targets: Vec<String>,
    /// Seconds for each target
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    time: u64,
    /// Run one target on this file alone, such as one that a run before has found
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result {
    setup::to_fuzz()?;
    let fuzzer = Fuzzer::build(&Kit::new()?)?;
    let targets = fuzzer.chosen(&options.targets)?;
    match (&options.input, targets.as_slice()) {
        (None, _) => targets
            .iter()
            .try_for_each(|target| fuzzer.fuzz(target, Duration::from_secs(options.time))),
        (Some(input), [target]) => fuzzer.reproduce(target, input),
        (Some(_), _) => Err(Failure::new("name the one target that --input is for.")),
    }
}

/// A short run of every target.
pub(crate) fn bounded(kit: &Kit) -> Result {
    let fuzzer = Fuzzer::build(kit)?;
    let targets = fuzzer.chosen(&[])?;
    targets.iter().try_for_each(|target| {
        step(&format!("fuzz: {target}"), |step| {
            step.remark(fuzzer.fuzz_quietly(target, BOUNDED)?);
            Ok(())
        })
    })
}

/// The instrumented program, the seeds, and what earlier runs have kept.
struct Fuzzer {
    program: PathBuf,
    /// A folder for each target.
    seeds: PathBuf,
    /// The same, for what is found.
    kept: PathBuf,
}

impl Fuzzer {
    fn build(kit: &Kit) -> Result<Self> {
        let target = paths::target()?;
        let seeds = target.join("fuzz-seeds");
        let program = step("fuzz targets", |_| {
            // Else a seed that is none any more would stay.
            let _ = fs::remove_dir_all(&seeds);
            let mut write = cargo::native(kit, "run --quiet --package mote-fuzz --")?;
            quiet(write.arg(&seeds))?;
            let host = host()?;
            let words = format!("build --profile fuzz --package mote-fuzz --target {host}");
            let mut build = cargo::native(kit, &words)?;
            let own = target.join("fuzz");
            build.arg("--target-dir").arg(&own).env("RUSTFLAGS", FLAGS);
            quiet(&mut build)?;
            Ok(own.join(host).join("fuzz/mote-fuzz"))
        })?;
        Ok(Self {
            program,
            seeds,
            kept: kit.cache.join("fuzz"),
        })
    }

    /// The targets of these names, or all.
    fn chosen(&self, names: &[String]) -> Result<Vec<String>> {
        let cannot = |error| Failure::new(format!("the seeds cannot be listed: {error}."));
        let folders = fs::read_dir(&self.seeds).map_err(cannot)?.flatten();
        let all = folders.map(|folder| folder.file_name().to_string_lossy().into_owned());
        let mut all: Vec<_> = all.collect();
        all.sort();
        match names.iter().find(|name| !all.contains(name)) {
            Some(unknown) => Err(Failure::new(format!(
                "there is no target {unknown}; there are {}.",
                all.join(", ")
            ))),
            None if names.is_empty() => Ok(all),
            None => Ok(names.to_vec()),
        }
    }

    fn fuzz(&self, target: &str, time: Duration) -> Result {
        shown_step(&format!("fuzz: {target}"), || {
            let ran = shown(&mut self.command(target, time)?);
            ran.map_err(|failure| self.found(target, failure))
        })
    }

    /// How often it ran.
    fn fuzz_quietly(&self, target: &str, time: Duration) -> Result<String> {
        let ran = quiet(&mut self.command(target, time)?);
        let said = ran.map_err(|failure| self.found(target, failure))?;
        let executed = said.lines().find_map(|line| {
            line.strip_prefix("stat::number_of_executed_units:")
                .map(str::trim)
        });
        Ok(format!("{} runs", executed.unwrap_or("no")))
    }

    fn reproduce(&self, target: &str, input: &Path) -> Result {
        let mut command = Command::new(&self.program);
        command.env("MOTE_FUZZ_TARGET", target).arg(input);
        shown(&mut command)
    }

    fn command(&self, target: &str, time: Duration) -> Result<Command> {
        let (corpus, findings) = (self.corpus(target), self.findings(target));
        for folder in [&corpus, &findings] {
            fs::create_dir_all(folder).map_err(setup::unwritable(folder))?;
        }
        let mut command = Command::new(&self.program);
        command.env("MOTE_FUZZ_TARGET", target);
        command.arg(&corpus).arg(self.seeds.join(target));
        command.args([
            format!("-max_total_time={}", time.as_secs()),
            format!("-timeout={INPUT_TIME_MAX_S}"),
            format!("-rss_limit_mb={MEMORY_MIB_MAX}"),
            format!("-artifact_prefix={}/", findings.display()),
            "-print_final_stats=1".into(),
        ]);
        Ok(command)
    }

    fn corpus(&self, target: &str) -> PathBuf {
        self.kept.join("corpus").join(target)
    }

    fn findings(&self, target: &str) -> PathBuf {
        self.kept.join("found").join(target)
    }

    /// What to do with what was found.
    fn found(&self, target: &str, failure: Failure) -> Failure {
        let folder = self.findings(target);
        let found = fs::read_dir(&folder).into_iter().flatten().flatten();
        let found = found.max_by_key(|file| file.metadata().and_then(|it| it.modified()).ok());
        match found {
            Some(file) => failure.say(format!(
                "the target {target} has a finding. To see it again: cargo xtask fuzz {target} \
                 --input {}. Mend it, and make of the input a test in the crate that it is of.",
                file.path().display()
            )),
            None => failure,
        }
    }
}

/// The machine that it runs on, as the compiler calls it: with `--target` what runs while building is
/// not instrumented.
fn host() -> Result<String> {
    let said = quiet(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| Failure::new("`rustc -vV` names no host: update Rust."))
}
