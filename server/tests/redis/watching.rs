//! What servers count of the engine that they share.

use mote_protocol::wire::ServerMessage;

use super::engines::{Engine, until};
use super::readiness::answers;
use super::servers::Server;
use super::support::Client;

const OPENED: &str = "mote_redis_room_reads_total{why=\"opened\"}";

/// A value of `/metrics`.
fn value(server: &Server, series: &str) -> f64 {
    let (status, text) = answers(server, "/metrics");
    assert_eq!(status, 200);
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(series));
    let value = lines.find_map(|rest| rest.strip_prefix(' '));
    value
        .unwrap_or_else(|| panic!("no {series} in {text}"))
        .parse()
        .unwrap()
}

fn batches(server: &Server, direction: &str) -> [f64; 2] {
    ["batches", "batch_bytes"].map(|what| {
        let name = format!("mote_redis_{what}_total{{direction=\"{direction}\"}}");
        value(server, &name)
    })
}

#[tokio::test]
async fn what_one_publishes_the_other_hears_and_both_count_it_and_each_connection() {
    let mut engine = Engine::start();
    let (url, ready) = (engine.url(), (200, "ok".to_owned()));
    let servers = [(); 2].map(|()| Server::start(&["--redis", &url]));
    for server in &servers {
        until("ready", || answers(server, "/readyz") == ready);
    }
    let [a, b] = &servers;
    let mut ada = Client::join(a.address, "plan").await;
    let mut bob = Client::join(b.address, "plan").await;
    ada.shout(b"hello").await;
    bob.until(|message| matches!(message, ServerMessage::Event { .. }))
        .await;
    until("each hears the other", || {
        [[a, b], [b, a]].iter().all(|[from, to]| {
            let [heard, heard_bytes] = batches(to, "in");
            let [sent, sent_bytes] = batches(from, "out");
            // What is said before the other has come is said to nobody.
            assert!(heard <= sent && heard_bytes <= sent_bytes);
            heard > 0.0 && heard_bytes > 10.0 * heard
        })
    });
    for server in &servers {
        assert_eq!(value(server, "mote_redis_connections_total"), 1.0);
        assert!(value(server, OPENED) >= 1.0);
        assert!(value(server, "mote_redis_requests_total") >= 3.0);
        let asked = value(server, "mote_redis_round_trip_seconds_count");
        assert!(asked >= 2.0 && value(server, "mote_redis_round_trip_seconds_sum") > 0.0);
        assert!(value(server, "mote_redis_queue_bytes") < 10_000.0);
        assert_eq!(value(server, "mote_people"), 1.0, "each counts its own");
    }
    let before = value(a, OPENED);
    engine.kill();
    until("alone", || value(a, "mote_redis_up") == 0.0);
    engine.run();
    until("ready again", || answers(a, "/readyz") == ready);
    assert_eq!(value(a, "mote_redis_connections_total"), 2.0);
    until("read again", || value(a, OPENED) > before);
}
