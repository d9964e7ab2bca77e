//! A new certificate is served without a restart.

use std::sync::Arc;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::pair::Contents;
use super::{Certificates, Files};
use crate::config::ConfigError;
use crate::gateway::clock::Clock;
use crate::limits::TLS_LOOK_EVERY;

/// Looks at the files for as long as the server runs. Reading is done beside it: a disk may be slow.
pub(super) async fn run(mut watch: Watch) {
    loop {
        sleep(TLS_LOOK_EVERY).await;
        let files = watch.files.clone();
        // It fails only when the runtime ends, and this with it.
        if let Ok(look) = spawn_blocking(move || Contents::read(&files)).await {
            watch.handle_look(look, Clock::calendar_s());
        }
    }
}

/// What the last looks at the files came to.
pub(super) struct Watch {
    files: Files,
    certificates: Arc<Certificates>,
    /// The last that was good.
    good: Option<Contents>,
    wrong: Option<Wrong>,
}

/// What was wrong at the last look.
struct Wrong {
    sentence: String,
    is_told: bool,
}

impl Watch {
    pub(super) fn new(files: Files, certificates: Arc<Certificates>) -> Self {
        Self {
            files,
            certificates,
            good: None,
            wrong: None,
        }
    }

    pub(super) fn handle_look(&mut self, look: Result<Contents, ConfigError>, now_s: u64) {
        let pair = match look {
            Ok(contents) if self.good.as_ref() == Some(&contents) => {
                self.wrong = None;
                return;
            }
            Ok(contents) => contents
                .pair(&self.files, now_s)
                .map(|pair| (contents, pair)),
            Err(error) => Err(error),
        };
        match pair {
            Ok((contents, pair)) => {
                self.good = Some(contents);
                self.wrong = None;
                if pair.key.cert != self.certificates.served().cert {
                    let expires_s = pair.expires_s;
                    self.certificates.serve(pair);
                    tracing::info!(expires_s, "new connections are shown the new certificate");
                }
            }
            Err(error) => self.handle_wrong(error.to_string()),
        }
    }

    /// Told once, at the second look that finds it so: at the first it may be half of what somebody is
    /// about to put there.
    fn handle_wrong(&mut self, sentence: String) {
        match &mut self.wrong {
            Some(wrong) if wrong.sentence == sentence => {
                if !wrong.is_told {
                    wrong.is_told = true;
                    self.certificates.count_failure();
                    tracing::error!("{sentence}; the certificate from before is served on");
                }
            }
            _ => {
                self.wrong = Some(Wrong {
                    sentence,
                    is_told: false,
                });
            }
        }
    }
}
