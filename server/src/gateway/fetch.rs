//! Fetches the keys of an address, over and over.

use std::future::poll_fn;
use std::sync::{Arc, Weak};

use super::clock::Clock;
use super::http_client::HttpClient;
use super::outage::{Change, Outage};
use crate::auth::{Jwks, JwksHealth, KeySet};
use crate::config::HttpUrl;
use crate::limits::{JWKS_BYTES_MAX, JWKS_TIMEOUT};

/// Who fetches keys, and from where.
#[derive(Debug)]
pub(super) struct Fetcher {
    url: HttpUrl,
    jwks: Arc<Jwks>,
    client: HttpClient,
}

impl Fetcher {
    /// # Errors
    /// The certificates of the system cannot be had.
    pub(super) fn new(url: HttpUrl, jwks: Arc<Jwks>) -> Result<Self, String> {
        // It asks too seldom to keep a connection.
        let client = HttpClient::new(0)?;
        Ok(Self { url, jwks, client })
    }

    /// Fetches from now on, for as long as somebody has it.
    pub(super) fn start(this: &Arc<Self>, clock: Clock) {
        tokio::spawn(run(Arc::downgrade(this), Arc::clone(&this.jwks), clock));
    }

    pub(super) fn health(&self) -> JwksHealth {
        self.jwks.health()
    }

    async fn fetch(&self) -> Result<KeySet, String> {
        let answer = self
            .client
            .get(self.url.uri(), JWKS_TIMEOUT, JWKS_BYTES_MAX);
        KeySet::from_jwks(&answer.await?)
    }
}

async fn run(fetcher: Weak<Fetcher>, jwks: Arc<Jwks>, clock: Clock) {
    let outage = Outage::default();
    loop {
        wait(&jwks, clock).await;
        let Some(fetcher) = fetcher.upgrade() else {
            return;
        };
        jwks.handle_begin(clock.now());
        let fetched = fetcher.fetch().await;
        let url = &fetcher.url;
        match (&fetched, outage.note(fetched.is_ok())) {
            (Ok(keys), Change::Ends) => {
                tracing::info!(%url, keys = keys.len(), "keys can be fetched again");
            }
            (Ok(keys), _) => tracing::debug!(%url, keys = keys.len(), "keys fetched"),
            (Err(reason), Change::Begins) => tracing::warn!(
                %url,
                %reason,
                "keys cannot be fetched; those that are known stay, and it is tried again"
            ),
            (Err(_), _) => {}
        }
        jwks.handle_end(clock.now(), fetched.ok());
    }
}

/// Until the next attempt is due, which may become earlier meanwhile.
async fn wait(jwks: &Jwks, clock: Clock) {
    let mut told = None;
    loop {
        let due = poll_fn(|cx| jwks.poll_due(cx, told));
        let sleep = clock.sleep_until(told);
        tokio::select! {
            due = due => told = Some(due),
            () = sleep => return,
        }
    }
}
