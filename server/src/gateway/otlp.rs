//! Sends the metrics to an OpenTelemetry collector, over and over.

use std::sync::Arc;

use hyper::{HeaderMap, StatusCode, Uri};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::app::App;
use super::clock::Clock;
use super::http_client::HttpClient;
use super::metrics;
use super::outage::{Change, Outage};
use super::shared_rooms::random_node;
use crate::config::{Config, ConfigError};
use crate::limits::{OTLP_EVERY, OTLP_TIMEOUT};
use crate::metrics::Origin;

/// Where they go, and as whose.
#[derive(Debug)]
pub(super) struct Exporter {
    uri: Uri,
    client: HttpClient,
    instance: String,
    outage: Outage,
}

impl Exporter {
    /// Where `config` says; none where it says nothing.
    ///
    /// # Errors
    /// The certificates of the system cannot be had.
    pub(super) fn new(app: &App, config: &Config) -> Result<Option<Arc<Self>>, ConfigError> {
        let Some(endpoint) = &config.otlp_endpoint else {
            return Ok(None);
        };
        let node = app.node().unwrap_or_else(random_node);
        let client = HttpClient::new(1);
        Ok(Some(Arc::new(Self {
            uri: endpoint.below("/v1/metrics"),
            client: client.map_err(|why| format!("otlp_endpoint is set, but {why}"))?,
            instance: node.to_string(),
            outage: Outage::default(),
        })))
    }

    /// Sends from now on, until somebody drops what is returned.
    pub(super) fn start(this: &Arc<Self>, app: &Arc<App>) -> JoinSet<()> {
        let (exporter, app) = (Arc::clone(this), Arc::downgrade(app));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut ticks = interval(OTLP_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let Some(app) = app.upgrade() else { return };
                exporter.send(&app).await;
            }
        });
        tasks
    }

    /// Sends what there is now.
    pub(super) async fn send(&self, app: &App) {
        let origin = Origin {
            instance: &self.instance,
            started_ns: app.started_s * 1_000_000_000,
            now_ns: Clock::calendar_ns(),
        };
        let body = metrics::of_process(app).to_otlp(origin).to_string();
        let headers = HeaderMap::new();
        let answer = self
            .client
            .post(&self.uri, headers, body.into(), OTLP_TIMEOUT);
        let sent = answer.await.and_then(|answer| match answer.status() {
            StatusCode::OK => Ok(()),
            status => Err(format!("it answered with {status}")),
        });
        let change = self.outage.note(sent.is_ok());
        match (sent, change) {
            (Ok(()), Change::Ends) => {
                tracing::info!("the OpenTelemetry collector takes metrics again");
            }
            (Err(reason), Change::Begins) => tracing::warn!(
                %reason,
                "the OpenTelemetry collector (otlp_endpoint) takes no metrics; it is tried again"
            ),
            _ => {}
        }
    }
}
