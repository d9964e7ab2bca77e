//! One connection to the engine: requests one way, answers and messages the other. Any doubt about it
//! ends it, and whoever has the next one begins by subscribing and reading everything again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, Value};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::failure::Failure;
use super::scripts::Scripts;
use super::source;
use crate::limits::BUS_RESPONSE_MAX;

/// A connection that answered, to a server that takes writes and knows our scripts.
pub(super) struct Link {
    connection: MultiplexedConnection,
    pub(super) scripts: Scripts,
    end: Arc<End>,
}

/// Why and whether a connection has ended.
#[derive(Default)]
struct End {
    failure: Mutex<Option<Failure>>,
    wake: Notify,
    /// Confirmations of ours that are under way.
    unsubscribes: AtomicUsize,
}

impl Link {
    /// Connects. `handle_message` is called with each message's channel and payload as it comes.
    pub(super) async fn open(
        client: &Client,
        handle_message: impl Fn(&str, Bytes) + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        let end: Arc<End> = Arc::default();
        let handle_push = {
            let end = Arc::clone(&end);
            move |push: PushInfo| {
                end.handle_push(push, &handle_message);
                Ok::<(), Failure>(())
            }
        };
        let config = AsyncConnectionConfig::new().set_push_sender(handle_push);
        let mut connection = source::connect(client, config).await?;
        timeout(BUS_RESPONSE_MAX, check_role(&mut connection)).await??;
        let scripts = timeout(BUS_RESPONSE_MAX, Scripts::load(&mut connection)).await??;
        Ok(Self {
            connection,
            scripts,
            end,
        })
    }

    /// Sends requests and waits for all answers, or for the end.
    pub(super) async fn send(&mut self, requests: &redis::Pipeline) -> Result<Vec<Value>, Failure> {
        let count = requests.len();
        let sending = self.connection.send_packed_commands(requests, 0, count);
        let answers = tokio::select! {
            answers = timeout(BUS_RESPONSE_MAX, sending) => answers??,
            () = self.end.wake.notified() => Vec::new(),
        };
        // A message that looks like an answer shifts all answers after it: look before using any.
        match self.failure() {
            Some(failure) => Err(failure),
            None if answers.len() == count => Ok(answers),
            None => Err(Failure::new("it gave too few answers")),
        }
    }

    /// Why it has ended, if it has.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.end.lock().clone()
    }

    pub(super) async fn ended(&self) {
        self.end.wake.notified().await;
    }

    /// An unsubscription will be confirmed.
    pub(super) fn expect_unsubscribe(&self) {
        self.end.unsubscribes.fetch_add(1, Ordering::Relaxed);
    }
}

impl End {
    fn handle_push(&self, push: PushInfo, handle_message: &impl Fn(&str, Bytes)) {
        match push.kind {
            PushKind::Message | PushKind::SMessage => {
                let mut data = push.data.into_iter();
                if let (Some(Value::BulkString(channel)), Some(Value::BulkString(payload))) =
                    (data.next(), data.next())
                    && let Ok(channel) = std::str::from_utf8(&channel)
                {
                    handle_message(channel, payload.into());
                }
            }
            // A Cluster tells so that a channel has moved to another server.
            PushKind::Unsubscribe | PushKind::SUnsubscribe if !self.is_expected() => {
                self.set(Failure::new("it unsubscribed a channel"));
            }
            PushKind::Disconnection => self.set(Failure::new("the connection is gone")),
            _ => {}
        }
    }

    fn is_expected(&self) -> bool {
        let order = Ordering::Relaxed;
        let one_less = |count: usize| count.checked_sub(1);
        self.unsubscribes
            .fetch_update(order, order, one_less)
            .is_ok()
    }

    fn set(&self, failure: Failure) {
        self.lock().get_or_insert(failure);
        self.wake.notify_one();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Failure>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sentinels and Clusters may still name a master that has just become a replica.
async fn check_role(connection: &mut MultiplexedConnection) -> Result<(), Failure> {
    match connection.send_packed_command(&redis::cmd("ROLE")).await? {
        Value::Array(role) if role.first() == Some(&Value::BulkString(b"master".to_vec())) => {
            Ok(())
        }
        Value::ServerError(error) => Err(Failure::server(&error)),
        _ => Err(Failure::new("it is a replica")),
    }
}
