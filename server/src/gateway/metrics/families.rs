//! Which metrics there are: docs/metrics.md has the same list, and a test compares the two.

use std::sync::atomic::Ordering;

use super::super::app::App;
use super::super::tls::Tls;
use crate::auth::{JwksHealth, Verifier};
use crate::bus::redis::{Readiness, RedisBus};
use crate::labels::{Label, Tally};
use crate::metrics::{Exposition, Family, JoinResult, Kind, Metrics, RECEIVED, SENT};
use crate::webhook::Counts;

/// Each with all its labels from the start, so that a rate over the first event is right.
pub(super) fn write(app: &App, text: &mut Exposition) {
    let metrics = app.hub.metrics();
    about_server(app, text);
    connections(app, metrics, text);
    limits(app, text);
    rooms(app, metrics, text);
    messages(metrics, text);
    cursors(metrics, text);
    times(metrics, text);
    if let Some(verifier) = &app.tokens.verifier {
        tokens(verifier, text);
    }
    if let Some(tls) = &app.tls {
        certificate(tls, text);
    }
    if let Some(webhooks) = &app.webhooks {
        webhook_events(webhooks.queue.counts(), text);
    }
    if let Some(health) = app.tokens.jwks_health() {
        jwks(&health, text);
    }
    if let (Some(bus), Some(readiness)) = (&app.bus, app.bus_readiness()) {
        redis(bus, readiness, text);
    }
}

fn about_server(app: &App, text: &mut Exposition) {
    text.gauge("mote_build_info", "Always 1, of this version.")
        .of(&[("version", env!("CARGO_PKG_VERSION"))], 1_u8);
    text.gauge(
        "mote_draining",
        "1 while the server sends its people away to stop.",
    )
    .is(u8::from(app.is_draining()));
}

fn connections(app: &App, metrics: &Metrics, text: &mut Exposition) {
    text.gauge("mote_connections", "WebSockets that are open.")
        .is(app.places.taken());
    text.counter(
        "mote_handshakes_total",
        "Requests to the WebSocket address, by answer.",
    )
    .of(&[("result", "accepted")], metrics.accepted.get())
    .of(&[("result", "not_websocket")], metrics.not_websocket.get());
    text.counter(
        "mote_connections_opened_total",
        "WebSockets that were opened, those included that were closed at once.",
    )
    .is(metrics.opened.get());
    let closed = text.counter(
        "mote_connections_closed_total",
        "WebSockets that ended, by who ended them and the close code.",
    );
    for (by, code, count) in metrics.endings.all() {
        closed.of(&[("by", by.label()), ("code", &code)], count);
    }
    text.counter(
        "mote_origins_refused_total",
        "WebSocket upgrades that were refused because of the page's origin.",
    )
    .is(app.refused_pages.load(Ordering::Relaxed));
}

fn limits(app: &App, text: &mut Exposition) {
    text.gauge(
        "mote_queued_bytes",
        "What waits to be read by all who are connected.",
    )
    .is(app.hub.budget().used());
    let family = text.counter(
        "mote_limit_hits_total",
        "How often each limit was hit (docs/production.md).",
    );
    tallied(family, "limit", app.hub.hits());
}

fn tallied<L: Label>(family: &mut Family, name: &'static str, tally: &Tally<L>) {
    for &label in L::ALL {
        family.of(&[(name, label.label())], tally.of(label));
    }
}

fn rooms(app: &App, metrics: &Metrics, text: &mut Exposition) {
    text.gauge(
        "mote_rooms",
        "Rooms on this server, those that only keep seats included.",
    )
    .is(app.hub.rooms());
    text.gauge(
        "mote_people",
        "People who are connected to a room here, in each room that they are in.",
    )
    .is(metrics.people());
    text.gauge(
        "mote_observers",
        "Observers who are connected to a room here.",
    )
    .is(metrics.observers());
    let joins = text.counter(
        "mote_joins_total",
        "Joins that had a good token, by result.",
    );
    for (result, label) in JoinResult::ALL {
        joins.of(&[("result", label)], metrics.joins(result));
    }
}

fn messages(metrics: &Metrics, text: &mut Exposition) {
    type Of = fn(&Metrics, Kind) -> (u64, u64);
    let directions: [(_, _, &[_], Of); 2] = [
        (
            ("mote_received_messages_total", "Messages of clients."),
            ("mote_received_bytes_total", "Bytes of messages of clients."),
            &RECEIVED,
            Metrics::received_of,
        ),
        (
            (
                "mote_sent_messages_total",
                "Messages for clients, each receiver's, once they are on their way.",
            ),
            ("mote_sent_bytes_total", "Bytes of messages for clients."),
            &SENT,
            Metrics::sent_of,
        ),
    ];
    for (messages, bytes, kinds, of) in directions {
        let family = text.counter(messages.0, messages.1);
        for (kind, label) in kinds {
            family.of(&[("type", label)], of(metrics, *kind).0);
        }
        let family = text.counter(bytes.0, bytes.1);
        for (kind, label) in kinds {
            family.of(&[("type", label)], of(metrics, *kind).1);
        }
    }
}

fn cursors(metrics: &Metrics, text: &mut Exposition) {
    text.counter(
        "mote_cursors_merged_total",
        "Cursors over their rate whose place a newer one took.",
    )
    .is(metrics.cursors_merged());
    text.counter(
        "mote_cursor_flushes_skipped_total",
        "Flushes that a receiver was too slow for, each receiver's.",
    )
    .is(metrics.flushes_skipped());
    text.counter(
        "mote_catch_ups_total",
        "Receivers that were told at once what they had skipped.",
    )
    .is(metrics.catch_ups());
}

fn times(metrics: &Metrics, text: &mut Exposition) {
    text.histogram(
        "mote_flush_seconds",
        "How long a room took when its time had come, with writing to its sockets.",
        metrics.flush_took(),
    );
    text.histogram(
        "mote_flush_late_seconds",
        "How long after its time a room was called.",
        metrics.flush_late(),
    );
    text.histogram(
        "mote_queue_wait_seconds",
        "How long what a socket did not take at once waited in its queue, by write.",
        metrics.queue_wait(),
    );
}

fn tokens(verifier: &Verifier, text: &mut Exposition) {
    let family = text.counter(
        "mote_auth_failures_total",
        "Joins and fresh tokens that were refused, by reason.",
    );
    tallied(family, "reason", verifier.failures().counts());
}

fn certificate(tls: &Tls, text: &mut Exposition) {
    text.gauge(
        "mote_tls_certificate_expires_seconds",
        "When the certificate that is served ends, in seconds since 1970.",
    )
    .is(tls.expires_s());
    text.counter(
        "mote_tls_reload_failures_total",
        "New certificates or keys that were no good; the ones from before are served on.",
    )
    .is(tls.reload_failures());
}

fn webhook_events(counts: &Counts, text: &mut Exposition) {
    let family = text.counter(
        "mote_webhooks_total",
        "Events of webhooks, by what became of them.",
    );
    tallied(family, "result", counts);
}

fn jwks(health: &JwksHealth, text: &mut Exposition) {
    text.gauge(
        "mote_jwks_up",
        "1 while the address of keys answered when it was asked last.",
    )
    .is(u8::from(health.is_up()));
    text.counter(
        "mote_jwks_fetches_total",
        "Attempts to fetch keys that have ended, by result.",
    )
    .of(&[("result", "ok")], health.attempts - health.failed)
    .of(&[("result", "failed")], health.failed);
}

fn redis(bus: &RedisBus, readiness: Readiness, text: &mut Exposition) {
    let counts = bus.counts();
    text.gauge(
        "mote_redis_up",
        "1 while rooms are shared over Redis, 0 while each server is alone.",
    )
    .is(u8::from(readiness == Readiness::Ready));
    text.counter(
        "mote_redis_connections_total",
        "Connections to Redis that were made: the first, and each after a loss.",
    )
    .is(counts.connections.get());
    text.counter(
        "mote_redis_requests_total",
        "Commands that were sent to Redis.",
    )
    .is(counts.requests.get());
    text.counter(
        "mote_redis_batches_total",
        "Batches of rooms: ours that were published, those of others that came.",
    )
    .of(&[("direction", "out")], counts.batches_out.get())
    .of(&[("direction", "in")], counts.batches_in.get());
    text.counter("mote_redis_batch_bytes_total", "Bytes of those.")
        .of(&[("direction", "out")], counts.bytes_out.get())
        .of(&[("direction", "in")], counts.bytes_in.get());
    text.gauge(
        "mote_redis_queue_bytes",
        "What rooms want published and Redis has not been sent yet.",
    )
    .is(bus.queue_bytes());
    text.counter(
        "mote_redis_room_reads_total",
        "Rooms that were read from Redis: opened, or again because something was in doubt.",
    )
    .of(&[("why", "opened")], counts.reads_at_opening.get())
    .of(&[("why", "again")], counts.reads_again.get());
    text.histogram(
        "mote_redis_round_trip_seconds",
        "From sending commands to Redis to its last answer.",
        counts.round_trip.observed(),
    );
}
