//! Fetches the keys of an address, over and over.

use std::future::poll_fn;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::StatusCode;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::ring;
use tokio::time::timeout;

use super::clock::Clock;
use crate::auth::{Jwks, JwksHealth, JwksUrl, KeySet};
use crate::limits::{JWKS_BYTES_MAX, JWKS_TIMEOUT};

/// Who fetches keys, and from where.
#[derive(Debug)]
pub(super) struct Fetcher {
    url: JwksUrl,
    jwks: Arc<Jwks>,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

impl Fetcher {
    /// # Errors
    /// The certificates of the system cannot be had.
    pub(super) fn new(url: JwksUrl, jwks: Arc<Jwks>) -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(ring::default_provider())
            .map_err(|error| format!("the certificates of this system cannot be read: {error}"))?
            .https_or_http()
            .enable_http1()
            .build();
        // It asks too seldom to keep a connection.
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector);
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
        let answer = timeout(JWKS_TIMEOUT, self.ask()).await;
        answer.map_err(|_| format!("it did not answer within {} s", JWKS_TIMEOUT.as_secs()))?
    }

    /// Redirects are not followed: keys come from the address that was configured.
    async fn ask(&self) -> Result<KeySet, String> {
        let answer = self.client.get(self.url.uri().clone()).await;
        let answer = answer.map_err(|error| with_causes(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(format!("it answered with {}", answer.status()));
        }
        let body = Limited::new(answer.into_body(), JWKS_BYTES_MAX);
        let body = body.collect().await.map_err(|error| error.to_string())?;
        KeySet::from_jwks(&body.to_bytes())
    }
}

async fn run(fetcher: Weak<Fetcher>, jwks: Arc<Jwks>, clock: Clock) {
    let mut is_well = true;
    loop {
        wait(&jwks, clock).await;
        let Some(fetcher) = fetcher.upgrade() else {
            return;
        };
        jwks.handle_begin(clock.now());
        let fetched = fetcher.fetch().await;
        let url = &fetcher.url;
        match &fetched {
            Ok(keys) if is_well => tracing::debug!(%url, keys = keys.len(), "keys fetched"),
            Ok(keys) => tracing::info!(%url, keys = keys.len(), "keys can be fetched again"),
            // Once, and not every few seconds.
            Err(reason) if is_well => tracing::warn!(
                %url,
                %reason,
                "keys cannot be fetched; those that are known stay, and it is tried again"
            ),
            Err(_) => {}
        }
        is_well = fetched.is_ok();
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

/// hyper says what failed in an error's causes.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
