//! Going away in order: everybody is told to go, then those who have not gone are closed, both spread over
//! time. Where other nodes have the rooms, too, this one stays until everybody is with one of them.

use std::convert::Infallible;
use std::time::Duration;

use mote_protocol::close::CloseCode;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::app::App;
use crate::hub::Connection;
use crate::limits::{DRAIN_MARGIN, HANDOVER_LINGER_MAX, HANDOVER_LOOK_EVERY, LOG_DRAIN_EVERY};

/// Tells every connection to come back within `within`, closes those that are left after half of it one by
/// one over the other half, and waits a little for their answers. Ends early when all have gone by themselves.
pub(super) async fn drain(app: &App, within: Duration) {
    tracing::info!(connections = app.places.taken(), ?within, "draining");
    app.start_draining(within);
    let closing = async {
        close_spread(app, within).await;
        let _ = timeout(app.close_timeout + DRAIN_MARGIN, app.places.all_free()).await;
    };
    tokio::select! {
        () = closing => {}
        () = app.places.all_free() => {}
        never = report(app) => match never {},
    }
    if app.bus.is_some() {
        let _ = timeout(HANDOVER_LINGER_MAX, all_elsewhere(app)).await;
    }
    tracing::info!(connections = app.places.taken(), "drained");
}

/// Waits until everybody who was closed is with another server, or does not come back.
async fn all_elsewhere(app: &App) {
    while app.hub.between() > 0 {
        sleep(HANDOVER_LOOK_EVERY).await;
    }
}

/// Says now and then how many are left.
async fn report(app: &App) -> Infallible {
    loop {
        sleep(LOG_DRAIN_EVERY).await;
        tracing::info!(connections = app.places.taken(), "still draining");
    }
}

/// Tells the application what it has not been told, where it wants to know. People of a server of its own
/// have left now; of several servers another one has them, or tells when they do not come back.
pub(super) async fn tell(app: &App) {
    if let Some(webhooks) = &app.webhooks {
        if app.bus.is_none() {
            app.hub.end(app.clock.now());
        }
        webhooks.flush().await;
    }
}

async fn close_spread(app: &App, within: Duration) {
    let (start, within) = (Instant::now() + within / 2, within / 2);
    sleep_until(start).await;
    let connections = app.hub.connections();
    let count = u32::try_from(connections.len()).unwrap_or(u32::MAX).max(1);
    for (number, connection) in (1u32..).zip(connections) {
        sleep_until(start + within.mul_f64(f64::from(number) / f64::from(count))).await;
        close(app, &connection);
    }
    // Those whose upgrade was under way when it began.
    for connection in app.hub.connections() {
        close(app, &connection);
    }
}

/// From here on what happens is for the server that they go on with.
fn close(app: &App, connection: &Connection) {
    app.hub.disconnect(app.clock.now(), connection);
    connection.close(CloseCode::Restarting.into());
}
