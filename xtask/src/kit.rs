//! What commands need to know of the machine: the tools' places, the browsers, the wasm compiler.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::paths;
use crate::run::{Failure, Result};

/// The machine as set-up found or made it.
pub(crate) struct Kit {
    pub(crate) root: PathBuf,
    pub(crate) cache: PathBuf,
    /// Put before PATH, the first one first.
    pub(crate) tools: Vec<PathBuf>,
    /// Debian's compiler for the wasm crates; none where the machine's own has the target.
    pub(crate) wasm_compiler: Option<PathBuf>,
    pub(crate) chromium: Option<Browser>,
    pub(crate) firefox: Option<Browser>,
    pub(crate) nginx: Option<PathBuf>,
    pub(crate) promtool: Option<PathBuf>,
    pub(crate) valkey: Option<PathBuf>,
    pub(crate) schemathesis: Option<PathBuf>,
    pub(crate) kosoku: Option<PathBuf>,
}

/// A browser that tests run in, and its WebDriver.
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

impl Kit {
    pub(crate) fn new() -> Result<Self> {
        let root = paths::root();
        let tools = vec![root.join("npm/node_modules/.bin")];
        Ok(Self {
            root,
            cache: paths::cache()?,
            tools,
            wasm_compiler: None,
            chromium: None,
            firefox: None,
            nginx: None,
            promtool: None,
            valkey: None,
            schemathesis: None,
            kosoku: None,
        })
    }

    /// A command in the root of the checkout that finds the tools.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Result<Command> {
        self.command_with(program.as_ref(), &self.tools)
    }

    /// The same, with the compiler that has the wasm target.
    pub(crate) fn wasm_command(&self, program: impl AsRef<Path>) -> Result<Command> {
        let compiler = self.wasm_compiler.iter().cloned();
        let first: Vec<_> = compiler.chain(self.tools.iter().cloned()).collect();
        self.command_with(program.as_ref(), &first)
    }

    fn command_with(&self, program: &Path, first: &[PathBuf]) -> Result<Command> {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("PATH", path_with(first)?);
        if let Some(chromium) = &self.chromium {
            command
                .env("CHROME", &chromium.program)
                .env("CHROMEDRIVER", &chromium.driver);
        }
        if let Some(firefox) = &self.firefox {
            command
                .env("FIREFOX", &firefox.program)
                .env("GECKODRIVER", &firefox.driver);
        }
        if let Some(nginx) = &self.nginx {
            command.env("NGINX", nginx);
        }
        if let Some(promtool) = &self.promtool {
            command.env("PROMTOOL", promtool);
        }
        if let Some(valkey) = &self.valkey {
            command.env("VALKEY_SERVER", valkey);
        }
        if let Some(schemathesis) = &self.schemathesis {
            command.env("SCHEMATHESIS", schemathesis);
        }
        if let Some(kosoku) = &self.kosoku {
            command.env("KOSOKU", kosoku);
        }
        Ok(command)
    }
}

fn path_with(first: &[PathBuf]) -> Result<OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    env::join_paths(first.iter().cloned().chain(env::split_paths(&old))).map_err(|error| {
        Failure::new(format!(
            "a directory of tools cannot stand in PATH: {error}; set MOTE_CACHE."
        ))
    })
}
