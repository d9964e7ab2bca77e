//! Asks the application who may come in, and as whom (`auth_url`).

use std::future::poll_fn;
use std::sync::Arc;

use super::clock::Clock;
use super::http_client::HttpClient;
use super::outage::{Change, Outage};
use super::random::seeded;
use crate::auth::{Asks, Question, Reason, read_answer};
use crate::config::HttpUrl;
use crate::limits::{ASK_ANSWER_BYTES_MAX, ASK_IDLE_MAX, ASK_TIMEOUT};
use crate::webhook::{Signer, message_id};

/// Asks for as long as somebody has it.
#[derive(Debug)]
pub(super) struct Asker {
    asks: Arc<Asks>,
    application: Arc<Application>,
}

/// Who is asked.
#[derive(Debug)]
struct Application {
    url: HttpUrl,
    signer: Signer,
    client: HttpClient,
    outage: Outage,
}

impl Asker {
    /// # Errors
    /// The certificates of the system cannot be had.
    pub(super) fn new(url: HttpUrl, asks: Arc<Asks>, signer: Signer) -> Result<Self, String> {
        let application = Arc::new(Application {
            url,
            signer,
            client: HttpClient::new(ASK_IDLE_MAX)?,
            outage: Outage::default(),
        });
        Ok(Self { asks, application })
    }

    /// From now on.
    pub(super) fn start(&self, clock: Clock) {
        let (asks, application) = (Arc::clone(&self.asks), Arc::clone(&self.application));
        tokio::spawn(run(asks, application, clock));
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.asks.end();
    }
}

async fn run(asks: Arc<Asks>, application: Arc<Application>, clock: Clock) {
    let mut random = seeded();
    while let Some(question) = poll_fn(|cx| asks.poll_question(cx)).await {
        let (asks, application) = (Arc::clone(&asks), Arc::clone(&application));
        let id = message_id(&mut random);
        tokio::spawn(async move { application.ask(&asks, &question, &id, clock).await });
    }
}

impl Application {
    async fn ask(&self, asks: &Asks, question: &Question, id: &str, clock: Clock) {
        let body = question.body();
        let headers = self.signer.headers(id, Clock::calendar_s(), &body);
        let limits = (ASK_TIMEOUT, ASK_ANSWER_BYTES_MAX);
        let exchange = self
            .client
            .exchange(self.url.uri(), headers, body.into(), limits);
        let answered = exchange.await;
        let now = clock.now();
        let heard = answered
            .as_ref()
            .ok()
            .map(|(status, body)| (*status, &body[..]));
        let (answer, until) = read_answer(now, heard);
        let why = match (&answered, &answer) {
            (Err(reason), _) => Some(reason.clone()),
            (Ok((status, _)), Err(error)) if error.reason == Reason::AppAway => {
                Some(format!("it answered with {status}"))
            }
            (_, Err(error)) if error.reason == Reason::AppAnswer => Some(error.text.to_string()),
            _ => None,
        };
        self.note(why);
        asks.handle_answer(now, question, answer, until);
    }

    /// Once, and not for everybody who comes.
    fn note(&self, why: Option<String>) {
        if self.outage.note(why.is_none()) == Change::Begins
            && let Some(reason) = why
        {
            let host = self.url.host();
            tracing::warn!(host, %reason, "the application cannot say who may come in (auth_url)");
        }
    }
}
