//! Certificates change while the server runs.

use mote_protocol::wire::ServerMessage;
use tokio::time::timeout;

use super::get;
use super::made::{Files, Made, join, shake, trusting};
use crate::support::{PATIENCE, start};

#[tokio::test]
async fn a_new_certificate_is_shown_to_new_connections_and_old_ones_stay() {
    let (old, new) = (Made::until(2090), Made::until(2091));
    let files = Files::of(&old);
    let server = start(files.config());
    let mut ada = join(server.address, trusting(&old, false), "r").await;
    let metrics = get(server.address, &old, "/metrics").await;
    assert!(
        metrics.contains("\nmote_tls_certificate_expires_seconds 3786912000\n"),
        "{metrics}"
    );

    files.put(&new.cert_pem, &new.key_pem);
    let shown = async { while shake(server.address, trusting(&new, false)).await.is_err() {} };
    timeout(PATIENCE, shown)
        .await
        .expect("the new one is shown");
    shake(server.address, trusting(&old, false))
        .await
        .expect_err("the old one is not shown any more");

    let mut bob = join(server.address, trusting(&new, false), "r").await;
    bob.shout(b"still here?").await;
    ada.until(|message| matches!(message, ServerMessage::Event { .. }))
        .await;
    let metrics = get(server.address, &new, "/metrics").await;
    assert!(
        metrics.contains("\nmote_tls_certificate_expires_seconds 3818448000\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("\nmote_tls_reload_failures_total 0\n"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_pair_that_is_no_good_is_counted_and_the_one_before_is_served_on() {
    let (old, new) = (Made::until(2090), Made::until(2091));
    let files = Files::of(&old);
    let server = start(files.config());
    // The key does not come with it.
    files.put(&new.cert_pem, &old.key_pem);
    let counted = async {
        let count = "\nmote_tls_reload_failures_total 1\n";
        while !get(server.address, &old, "/metrics").await.contains(count) {}
    };
    timeout(PATIENCE, counted).await.expect("it is counted");

    files.put(&new.cert_pem, &new.key_pem);
    let shown = async { while shake(server.address, trusting(&new, false)).await.is_err() {} };
    timeout(PATIENCE, shown).await.expect("the right key came");
    let metrics = get(server.address, &new, "/metrics").await;
    assert!(
        metrics.contains("\nmote_tls_reload_failures_total 1\n"),
        "{metrics}"
    );
}
