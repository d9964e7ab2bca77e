//! Somebody's application, which is told things by HTTP and checks who tells them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::any;
use mote_server::config::WebhookConfig;
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use super::support::PATIENCE;

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What it does when it is told something.
#[derive(Clone)]
pub(crate) enum Answer {
    Ok,
    Status(u16),
    RetryAfter(u64),
    /// Takes it, and then says something that does not end.
    Endless,
    Elsewhere(String),
    Never,
}

/// One request.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) was_taken: bool,
}

impl Told {
    pub(crate) fn id(&self) -> &str {
        self.headers["webhook-id"].to_str().unwrap()
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        body["events"].as_array().unwrap().clone()
    }

    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let webhook = Webhook::new(secret).unwrap();
        webhook.verify(&self.body, &self.headers).is_ok()
    }
}

#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    answer: Arc<Mutex<Answer>>,
    told: watch::Sender<Vec<Told>>,
}

impl Receiver {
    pub(crate) async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::start_on(listener, answer)
    }

    pub(crate) fn start_on(listener: TcpListener, answer: Answer) -> Self {
        let receiver = Self {
            url: url_of(listener.local_addr().unwrap()),
            answer: Arc::new(Mutex::new(answer)),
            told: watch::Sender::new(Vec::new()),
        };
        let router = Router::new().fallback(any(answer_as_told));
        let router = router.with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    pub(crate) fn becomes(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    pub(crate) fn config(&self) -> WebhookConfig {
        config(&self.url)
    }

    /// Every request so far.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.told.borrow().clone()
    }

    /// Waits until its requests are so.
    pub(crate) async fn until(&self, is_so: impl Fn(&[Told]) -> bool) -> Vec<Told> {
        let mut told = self.told.subscribe();
        let waiting = timeout(PATIENCE, told.wait_for(|told| is_so(told)));
        match waiting.await {
            Ok(told) => told.unwrap().clone(),
            Err(_) => panic!("waited in vain, only told {:?}", self.events()),
        }
    }

    /// Every event that it took, each once: a request that is sent again has the id that it had.
    pub(crate) fn events(&self) -> Vec<Value> {
        taken(&self.told.borrow())
    }

    /// Waits until it took as many.
    pub(crate) async fn until_events(&self, count: usize) -> Vec<Value> {
        taken(&self.until(|told| taken(told).len() >= count).await)
    }
}

pub(crate) fn url_of(address: SocketAddr) -> String {
    format!("http://{address}/mote?to=us")
}

pub(crate) fn config(url: &str) -> WebhookConfig {
    WebhookConfig {
        url: Some(url.parse().unwrap()),
        secret: Some(SECRET.parse().unwrap()),
        ..WebhookConfig::default()
    }
}

fn taken(told: &[Told]) -> Vec<Value> {
    let mut ids = BTreeSet::new();
    let taken = told.iter().filter(|told| told.was_taken);
    let taken = taken.filter(|told| ids.insert(told.id().to_owned()));
    taken.flat_map(Told::events).collect()
}

/// What happened to whom, in few words.
pub(crate) fn words(events: &[Value]) -> Vec<String> {
    let word = |event: &Value| {
        let (kind, room) = (
            event["type"].as_str().unwrap(),
            event["room"].as_str().unwrap(),
        );
        match event["name"].as_str() {
            Some(name) => format!("{kind} {room} {name}"),
            None => format!("{kind} {room}"),
        }
    };
    events.iter().map(word).collect()
}

async fn answer_as_told(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = receiver.answer.lock().unwrap().clone();
    let told = Told {
        headers,
        body,
        was_taken: matches!(answer, Answer::Ok | Answer::Endless),
    };
    receiver.told.send_modify(|all| all.push(told));
    match answer {
        Answer::Ok => "taken".into_response(),
        Answer::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answer::RetryAfter(seconds) => {
            let headers = [("retry-after", seconds.to_string())];
            (StatusCode::SERVICE_UNAVAILABLE, headers).into_response()
        }
        Answer::Endless => {
            let flood = futures_util::stream::repeat_with(|| {
                Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 4_096]))
            });
            Body::from_stream(flood).into_response()
        }
        Answer::Elsewhere(url) => Redirect::temporary(&url).into_response(),
        Answer::Never => std::future::pending().await,
    }
}
