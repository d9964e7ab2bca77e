//! Sends what the application is told: a request at a time, so that what happened first comes first.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::header::RETRY_AFTER;
use hyper::{Response, StatusCode};
use rand::rngs::StdRng;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::clock::Clock;
use super::http_client::HttpClient;
use super::random::seeded;
use crate::bus::NodeId;
use crate::config::{Config, ConfigError, HttpUrl};
use crate::hub::lock;
use crate::limits::{WEBHOOK_BATCH_WAIT, WEBHOOK_FLUSH_MAX, WEBHOOK_TIMEOUT};
use crate::webhook::{Attempts, Batch, Outcome, Queue, Signer};

/// Who tells the application.
#[derive(Debug)]
pub(super) struct Webhooks {
    pub(super) queue: Arc<Queue>,
    sender: Mutex<Option<Sender>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Sender {
    url: HttpUrl,
    signer: Signer,
    client: HttpClient,
    queue: Arc<Queue>,
}

/// What became of an attempt.
enum Answer {
    Taken,
    /// It wants nothing more (410).
    Gone,
    Failed {
        reason: String,
        retry_after: Option<Duration>,
    },
}

impl Webhooks {
    /// None where nobody is to be told.
    ///
    /// # Errors
    /// The file of secrets cannot be read, or the certificates of the system cannot be had.
    pub(super) fn new(config: &Config, node: NodeId) -> Result<Option<Self>, ConfigError> {
        let webhook = &config.webhook;
        let Some(url) = webhook.url.clone() else {
            return Ok(None);
        };
        let rooms = webhook.rooms.clone();
        let queue = Queue::new(node, webhook.events, rooms, Clock::calendar_ms);
        let queue = Arc::new(queue);
        let client = HttpClient::new(1)
            .map_err(|reason| format!("webhook_url is at {:?}, but {reason}", url.host()))?;
        let sender = Sender {
            url,
            signer: Signer::new(&webhook.secrets()?),
            client,
            queue: Arc::clone(&queue),
        };
        Ok(Some(Self {
            queue,
            sender: Mutex::new(Some(sender)),
            task: Mutex::default(),
        }))
    }

    /// It is sent from now on.
    pub(super) fn start(&self, clock: Clock) {
        if let Some(sender) = lock(&self.sender).take() {
            let task = tokio::spawn(sender.run(clock));
            *lock(&self.task) = Some(task);
        }
    }

    /// What waits is sent, for a limited time; what is left then is dropped.
    pub(super) async fn flush(&self) {
        self.queue.flush();
        let task = lock(&self.task).take();
        if let Some(mut task) = task
            && timeout(WEBHOOK_FLUSH_MAX, &mut task).await.is_err()
        {
            task.abort();
            tracing::warn!(
                events = self.queue.len(),
                "the receiver of webhooks did not take everything in time: what was left is dropped"
            );
            self.queue.refuse();
        }
    }
}

impl Drop for Webhooks {
    /// Whoever mounted the router has ended it.
    fn drop(&mut self) {
        self.queue.flush();
    }
}

impl Sender {
    async fn run(self, clock: Clock) {
        let mut random = seeded();
        loop {
            self.queue.some().await;
            let _ = timeout(WEBHOOK_BATCH_WAIT, self.queue.full()).await;
            match self.queue.take(&mut random) {
                Some(batch) => self.deliver(clock, &batch, &mut random).await,
                None if self.queue.is_ending() => return,
                None => {}
            }
        }
    }

    async fn deliver(&self, clock: Clock, batch: &Batch, random: &mut StdRng) {
        let counts = self.queue.counts();
        let mut attempts = Attempts::new(clock.now());
        let mut is_first = true;
        loop {
            let (reason, retry_after) = match self.attempt(batch).await {
                Answer::Taken => {
                    counts.add(Outcome::Delivered, batch.events as u64);
                    return;
                }
                Answer::Gone => {
                    tracing::error!(
                        host = self.url.host(),
                        "the receiver of webhooks wants no more of them (410): nothing is sent until \
                         the server is started again"
                    );
                    counts.add(Outcome::Dropped, batch.events as u64);
                    self.queue.refuse();
                    return;
                }
                Answer::Failed {
                    reason,
                    retry_after,
                } => (reason, retry_after),
            };
            let wait = attempts.next(clock.now(), retry_after, random);
            let host = self.url.host();
            let Some(wait) = wait else {
                tracing::error!(host, %reason, events = batch.events, "webhooks are given up");
                counts.add(Outcome::Failed, batch.events as u64);
                return;
            };
            if std::mem::take(&mut is_first) {
                tracing::warn!(host, %reason, "webhooks cannot be delivered; tried again");
            }
            if self.queue.is_ending() {
                sleep(wait).await;
            } else {
                // Who stops does not wait for long.
                let _ = timeout(wait, self.queue.ending()).await;
            }
            counts.add(Outcome::Retried, batch.events as u64);
        }
    }

    async fn attempt(&self, batch: &Batch) -> Answer {
        let now_s = Clock::calendar_s();
        let headers = self.signer.headers(&batch.id, now_s, &batch.body);
        let body = batch.body.clone();
        let answer = self
            .client
            .post(self.url.uri(), headers, body, WEBHOOK_TIMEOUT);
        match answer.await {
            Ok(answer) if answer.status().is_success() => Answer::Taken,
            Ok(answer) if answer.status() == StatusCode::GONE => Answer::Gone,
            Ok(answer) => Answer::Failed {
                reason: format!("it answered with {}", answer.status()),
                retry_after: retry_after(&answer),
            },
            Err(reason) => Answer::Failed {
                reason,
                retry_after: None,
            },
        }
    }
}

/// In seconds; a date is not looked at, which is as if there were none.
fn retry_after(answer: &Response<()>) -> Option<Duration> {
    let value = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}
