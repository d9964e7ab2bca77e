//! `/metrics`, in the text format of Prometheus: what a load balancer or an autoscaler goes by.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::routing::get;

use super::app::App;
use crate::auth::{Failures, Reason};
use crate::bus::redis::Readiness;
use crate::webhook::{Counts, Outcome};

/// Of a server of its own only: an application that mounts Mote has its own `/metrics`.
pub(super) fn endpoint(app: Arc<App>) -> Router {
    Router::new().route("/metrics", get(show)).with_state(app)
}

async fn show(State(app): State<Arc<App>>) -> ([(HeaderName, &'static str); 1], String) {
    let mut text = String::new();
    gauge(
        &mut text,
        "mote_connections",
        "WebSockets that are open.",
        app.places.taken(),
    );
    if let Some(readiness) = app.bus_readiness() {
        gauge(
            &mut text,
            "mote_redis_up",
            "1 while rooms are shared over Redis, 0 while each server is alone.",
            usize::from(readiness == Readiness::Ready),
        );
    }
    if let Some(verifier) = &app.tokens.verifier {
        auth_failures(&mut text, verifier.failures());
    }
    if let Some(webhooks) = &app.webhooks {
        webhook_events(&mut text, webhooks.queue.counts());
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

/// Every reason from the start, so that an alert on one needs not wait for it.
fn auth_failures(text: &mut String, failures: &Failures) {
    let name = "mote_auth_failures_total";
    let help = "Joins and fresh tokens that were refused, by reason.";
    text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} counter\n"));
    for &reason in Reason::ALL {
        let (label, count) = (reason.label(), failures.of(reason));
        text.push_str(&format!("{name}{{reason=\"{label}\"}} {count}\n"));
    }
}

fn webhook_events(text: &mut String, counts: &Counts) {
    let name = "mote_webhooks_total";
    let help = "Events of webhooks, by what became of them.";
    text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} counter\n"));
    for outcome in Outcome::ALL {
        let (label, count) = (outcome.label(), counts.of(outcome));
        text.push_str(&format!("{name}{{result=\"{label}\"}} {count}\n"));
    }
}

fn gauge(text: &mut String, name: &str, help: &str, value: usize) {
    let lines = format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
    text.push_str(&lines);
}
