//! `/metrics`, in the text format of Prometheus: what a load balancer or an autoscaler goes by.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::routing::get;

use super::app::App;
use crate::auth::{Failures, Reason};
use crate::bus::redis::Readiness;
use crate::limits::{Hits, Limit};

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
    gauge(
        &mut text,
        "mote_queued_bytes",
        "What waits to be read by all who are connected, in bytes (max_queue_total).",
        app.hub.budget().used(),
    );
    limit_hits(&mut text, app.hub.hits());
    let name = "mote_origins_refused_total";
    let help = "WebSocket upgrades that were refused because of the page's origin.";
    let count = app.refused_pages.load(Ordering::Relaxed);
    text.push_str(&format!(
        "# HELP {name} {help}\n# TYPE {name} counter\n{name} {count}\n"
    ));
    if let Some(verifier) = &app.tokens.verifier {
        auth_failures(&mut text, verifier.failures());
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

/// Every limit from the start, as with the reasons.
fn limit_hits(text: &mut String, hits: &Hits) {
    let name = "mote_limit_hits_total";
    let help = "How often each limit was hit (docs/production.md).";
    text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} counter\n"));
    for &limit in Limit::ALL {
        let (label, count) = (limit.label(), hits.of(limit));
        text.push_str(&format!("{name}{{limit=\"{label}\"}} {count}\n"));
    }
}

fn gauge(text: &mut String, name: &str, help: &str, value: usize) {
    let lines = format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
    text.push_str(&lines);
}
