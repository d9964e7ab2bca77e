//! Going away in order: everybody is told, then closed, spread over time.

use std::convert::Infallible;
use std::time::Duration;

use mote_protocol::close::CloseCode;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::app::App;
use crate::limits::{DRAIN_MARGIN, LOG_DRAIN_EVERY};

/// Tells every connection to come back within `within`, closes them one by one over that time, and
/// waits a little for their answers. Ends early when all have gone by themselves.
pub(super) async fn drain(app: &App, within: Duration) {
    app.start_draining();
    tracing::info!(connections = app.places.taken(), ?within, "draining");
    app.hub.drain(app.clock.now(), within);
    let closing = async {
        close_spread(app, within).await;
        let _ = timeout(app.close_timeout + DRAIN_MARGIN, app.places.all_free()).await;
    };
    tokio::select! {
        () = closing => {}
        () = app.places.all_free() => {}
        never = report(app) => match never {},
    }
    tracing::info!(connections = app.places.taken(), "drained");
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
    let start = Instant::now();
    let connections = app.hub.connections();
    let count = u32::try_from(connections.len()).unwrap_or(u32::MAX).max(1);
    for (number, connection) in (1u32..).zip(connections) {
        sleep_until(start + within.mul_f64(f64::from(number) / f64::from(count))).await;
        connection.close(CloseCode::Restarting.into());
    }
    // Those whose upgrade was under way when it began.
    for connection in app.hub.connections() {
        connection.close(CloseCode::Restarting.into());
    }
}
