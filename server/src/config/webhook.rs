//! The settings of what the application is told.

use std::path::PathBuf;

use super::files::{read_secrets, wrong};
use super::{ConfigError, HttpUrl};
use crate::bus::owner::RoomPatterns;
use crate::limits::WEBHOOK_SECRETS_MAX;
use crate::webhook::{Kinds, WebhookSecret};

/// What the application is told by HTTP, and where. Default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookConfig {
    /// Where it is told. Default nowhere.
    pub url: Option<HttpUrl>,
    /// What every request to the application is signed with. Default none.
    pub secret: Option<WebhookSecret>,
    /// A file with such secrets, a line each. Default none.
    pub secret_file: Option<PathBuf>,
    /// Of what it is told. Default of everything.
    pub events: Kinds,
    /// Of which rooms; empty: of all. Default all.
    pub rooms: RoomPatterns,
}

impl WebhookConfig {
    /// Whether there is something to sign with.
    pub(super) fn has_secret(&self) -> bool {
        self.secret.is_some() || self.secret_file.is_some()
    }

    /// `asks`: it is asked who may come in, too.
    pub(super) fn check(&self, asks: bool) -> Result<(), ConfigError> {
        let needs = match &self.url {
            Some(url) if !self.has_secret() => {
                format!("webhook_url is \"{url}\", but needs webhook_secret or webhook_secret_file")
            }
            _ if asks && !self.has_secret() => {
                "auth_url is set, but needs webhook_secret or webhook_secret_file: your application has \
                 to know who asks"
                    .into()
            }
            None if self.has_secret() && !asks => {
                "webhook_secret is set, but needs webhook_url or auth_url: where to send what it signs"
                    .into()
            }
            _ => return Ok(()),
        };
        Err(needs.into())
    }

    /// The secrets: the one that is set itself, and those of the file. Each signs.
    ///
    /// # Errors
    /// The file cannot be read, or has something else in it.
    pub fn secrets(&self) -> Result<Vec<WebhookSecret>, ConfigError> {
        let mut secrets: Vec<_> = self.secret.clone().into_iter().collect();
        if let Some(path) = &self.secret_file {
            let read = read_secrets(path, WEBHOOK_SECRETS_MAX, str::parse);
            secrets.extend(read.map_err(|right| wrong("webhook_secret_file", path, &right))?);
        }
        Ok(secrets)
    }
}
