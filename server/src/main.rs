//! The `mote` binary: settings, log, signals, exit code.

#![forbid(unsafe_code)]

mod health;
mod log;

use std::error::Error;
use std::io::{self, Write};
use std::process::{self, ExitCode};

use mote_server::auth::Token;
use mote_server::config::{self, Config, ConfigError, Verb};
use mote_server::{ServeError, Server};

/// `mote health` found a server that is not well, or none.
const EXIT_UNHEALTHY: u8 = 1;
/// The command line, the configuration or the address is wrong.
const EXIT_USAGE: u8 = 2;
/// Stopped by a second signal, as shells name it (128 + SIGINT).
const EXIT_INTERRUPTED: i32 = 130;

/// A tenth less CPU in a room of ten thousand than with the system's (ARCHITECTURE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let config = match config::load(std::env::args_os(), |name| std::env::var_os(name)) {
        Ok((Verb::Serve, config)) => config,
        Ok((Verb::Health, config)) => return check_health(&config),
        Ok((Verb::Token(token), config)) => return print_token(&token, &config),
        Err(ConfigError::Flags(error)) => error.exit(),
        Err(error) => return fail(&error),
    };
    log::start(&config);
    // The server starts its other threads itself.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .on_thread_park(mote_server::gateway::nap)
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let result = runtime.block_on(run(config));
    // The name of an engine that is still being looked up must not hold up the end.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn check_health(config: &Config) -> ExitCode {
    match health::check(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            // Nobody is left to tell when stderr is gone.
            let _ = writeln!(io::stderr(), "mote: {sentence}");
            ExitCode::from(EXIT_UNHEALTHY)
        }
    }
}

/// The token and nothing else, for a shell to put somewhere.
fn print_token(token: &Token, config: &Config) -> ExitCode {
    let secrets = match config.auth.secrets() {
        Ok(secrets) => secrets,
        Err(error) => return fail(&error),
    };
    let Some(secret) = secrets.first() else {
        let sentence = "there is no secret to make a token with: set auth_secret or \
                        auth_secret_file as the server has it";
        return fail(&ConfigError::Setting(sentence.into()));
    };
    match token.sign(secret) {
        Ok(token) => match writeln!(io::stdout(), "{token}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error),
        },
        Err(error) => fail(&error),
    }
}

async fn run(config: Config) -> Result<(), ServeError> {
    let settings = settings(&config);
    let server = Server::bind(config)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), settings, "starting");
    // Before anybody can know that it is ready, and stop it.
    let mut signals = Signals::catch();
    tracing::info!("ready: open {}", openable(&server));
    server
        .run(async move {
            signals.next().await;
            tracing::info!("stopping; a second signal stops at once");
            tokio::spawn(async move {
                signals.next().await;
                process::exit(EXIT_INTERRUPTED);
            });
        })
        .await
}

/// Ctrl-C, and what service managers send.
struct Signals {
    #[cfg(unix)]
    unix: Option<[tokio::signal::unix::Signal; 2]>,
}

impl Signals {
    /// From now on they do not end the process by themselves.
    #[cfg(unix)]
    fn catch() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt());
        let terminate = signal(SignalKind::terminate());
        let unix = interrupt.ok().zip(terminate.ok());
        Self {
            unix: unix.map(|(interrupt, terminate)| [interrupt, terminate]),
        }
    }

    #[cfg(not(unix))]
    fn catch() -> Self {
        Self {}
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some([interrupt, terminate]) = &mut self.unix {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// An address for a browser on this machine.
fn openable(server: &Server) -> String {
    let (scheme, address) = (server.scheme(), server.address());
    if address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}/", address.port())
    } else {
        format!("{scheme}://{address}/")
    }
}

/// What an operator has set, without its secrets.
fn settings(config: &Config) -> String {
    let changes = config.changes().into_iter();
    let changes: Vec<_> = changes
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    changes.join(" ")
}

fn fail(error: &dyn Error) -> ExitCode {
    // Nobody is left to tell when stderr is gone.
    let _ = writeln!(io::stderr(), "mote: {error}");
    ExitCode::from(EXIT_USAGE)
}
