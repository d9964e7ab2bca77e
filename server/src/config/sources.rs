//! Where settings come from: defaults, a file, the environment, flags; the later one wins.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};

use super::settings::{Setting, settings};
use super::{Config, files, token};
use crate::auth::Token;
use crate::limits::CONFIG_FILE_BYTES_MAX;

/// What keeps a server from starting, in one sentence, or what `--help` prints.
#[derive(Debug)]
pub enum ConfigError {
    /// A flag that does not exist, or `--help`, or `--version`: clap knows what to print and where.
    Flags(clap::Error),
    /// A file, a key or a value.
    Setting(String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flags(error) => error.fmt(f),
            Self::Setting(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for ConfigError {}

impl From<String> for ConfigError {
    fn from(sentence: String) -> Self {
        Self::Setting(sentence)
    }
}

/// What a command line asks for.
#[derive(Clone, Debug)]
pub enum Verb {
    /// To be a server with this configuration.
    Serve,
    /// To ask the server that runs with it whether it is well.
    Health,
    /// To make this token with its secret.
    Token(Box<Token>),
}

/// The verb and the configuration from a command line (the program's name first) and an environment.
///
/// # Errors
/// Names the setting, its value, where it came from and what would be right.
pub fn load(
    args: impl IntoIterator<Item = OsString>,
    env: impl Fn(&str) -> Option<OsString>,
) -> Result<(Verb, Config), ConfigError> {
    let flags = command()
        .try_get_matches_from(args)
        .map_err(ConfigError::Flags)?;
    let mut config = Config::default();
    let file = flags.get_one::<PathBuf>("config").cloned();
    if let Some(file) = file.or_else(|| env("MOTE_CONFIG").map(PathBuf::from)) {
        apply_file(&mut config, &file)?;
    }
    for setting in settings() {
        let name = setting.env_name();
        if let Some(value) = env(&name) {
            apply(
                &mut config,
                setting,
                &value,
                &format!("the environment variable {name}"),
            )?;
        }
    }
    apply_flags(&mut config, &flags)?;
    let verb = match flags.subcommand() {
        Some((HEALTH, _)) => Verb::Health,
        Some((token::NAME, flags)) => Verb::Token(Box::new(token::of(flags, &config.auth)?)),
        _ => Verb::Serve,
    };
    Ok((verb, config))
}

const HEALTH: &str = "health";

impl Setting {
    fn env_name(&self) -> String {
        format!("MOTE_{}", self.key().to_uppercase())
    }

    /// This value of it may have a password in it, or be one.
    pub(super) fn is_secret(&self, value: &str) -> bool {
        let is_secret = matches!(self.name, "redis" | "auth-secret" | "webhook-secret");
        is_secret || (self.value == "URL" && value.contains('@'))
    }

    /// The name in a file and in [`Config`].
    pub(super) fn key(&self) -> String {
        self.name.replace('-', "_")
    }
}

fn command() -> Command {
    let defaults = Config::default();
    let args = settings().map(|setting| {
        let default = match (setting.show)(&defaults) {
            default if default.is_empty() => String::new(),
            default => format!("default {default}, "),
        };
        let help = format!("{} [{default}env {}]", setting.help, setting.env_name());
        // A switch alone is on.
        let switch = setting.value == "BOOL";
        let (least, missing) = if switch { (0, Some("true")) } else { (1, None) };
        Arg::new(setting.name)
            .num_args(least..=1)
            .require_equals(switch)
            .default_missing_value(missing)
            .long(setting.name)
            .value_name(setting.value)
            .value_parser(value_parser!(OsString))
            .global(true)
            .help(help)
    });
    Command::new("mote")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The Mote server: live presence for web applications.")
        .after_help(
            "A TIME is written like 500ms, 10s, 2m or 1h, a SIZE in bytes like 65536, 256KiB or 1MiB. \
             Every setting can also stand in the TOML file, named like its flag with _ for -: \
             tick_hz = 60, drain = \"5s\". A flag wins over the environment, the environment over \
             the file.",
        )
        .subcommand(Command::new(HEALTH).about(
            "Ask the server that runs with these settings on this machine whether it takes people; \
             exits with 0 if so, else with 1",
        ))
        .subcommand(token::command())
        .arg(
            Arg::new("config")
                .long("config")
                .global(true)
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Read settings from this TOML file [env MOTE_CONFIG]"),
        )
        .args(args)
}

fn apply_flags(config: &mut Config, flags: &ArgMatches) -> Result<(), ConfigError> {
    for setting in settings() {
        if let Some(value) = flags.get_one::<OsString>(setting.name) {
            apply(
                config,
                setting,
                value,
                &format!("the flag --{}", setting.name),
            )?;
        }
    }
    Ok(())
}

fn apply_file(config: &mut Config, path: &Path) -> Result<(), ConfigError> {
    let shown = path.display();
    let bytes = files::read(path, CONFIG_FILE_BYTES_MAX)
        .map_err(|right| format!("the configuration file {shown} {right}"))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("the configuration file {shown} must be UTF-8"))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error| format!("the configuration file {shown} is not TOML: {error}"))?;
    for (key, value) in table {
        let setting = settings().find(|setting| setting.key() == key);
        let setting = setting.ok_or_else(|| unknown_key(&key, path))?;
        let text = written(value);
        let origin = format!("{key} in the configuration file {shown}");
        apply(config, setting, &text.into(), &origin)?;
    }
    Ok(())
}

/// A value of a file as a flag has it: a list of texts with commas.
fn written(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        toml::Value::Array(items) if items.iter().all(toml::Value::is_str) => {
            let texts: Vec<_> = items.iter().filter_map(toml::Value::as_str).collect();
            texts.join(",")
        }
        other => other.to_string(),
    }
}

fn unknown_key(key: &str, path: &Path) -> String {
    let keys: Vec<_> = settings().map(Setting::key).collect();
    let shown = path.display();
    format!(
        "the configuration file {shown} has the unknown key {key:?}; there are {}",
        keys.join(", ")
    )
}

fn apply(
    config: &mut Config,
    setting: &Setting,
    value: &OsString,
    origin: &str,
) -> Result<(), ConfigError> {
    let result = match value.to_str() {
        Some(text) => (setting.set)(config, text),
        None => Err("must be UTF-8".into()),
    };
    result.map_err(|right| {
        // It may have a password in it, or be one.
        let shown = match setting.is_secret(&value.to_string_lossy()) {
            true => "not right".into(),
            false => format!("{value:?}"),
        };
        ConfigError::Setting(format!("{origin} is {shown}, but {right}"))
    })
}
