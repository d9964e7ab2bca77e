//! How often each limit was hit, by a fixed set of names: what metrics say.

use crate::labels::{Tally, labels};

labels! {
    /// A limit that a client can hit. `docs/production.md` has them all in one table.
    pub enum Limit;

    /// What sets it, as a flag without its dashes; none: it stays as it is.
    pub const fn setting -> Option<&'static str>;

    /// WebSockets in all.
    Connections = "connections", Some("max-connections");
    /// WebSockets of one address.
    ConnectionsPerIp = "connections_per_ip", Some("max-connections-per-ip");
    /// WebSockets of one account.
    ConnectionsPerAccount = "connections_per_account", Some("max-connections-per-account");
    /// Connections that are no WebSockets yet.
    HttpConnections = "http_connections", Some("max-http-connections");
    /// Those of one address.
    HttpConnectionsPerIp = "http_connections_per_ip", Some("max-http-connections-per-ip");
    /// The time for the head of a request.
    HeaderTimeout = "header_timeout", Some("header-timeout");
    /// The bytes of the head of a request.
    HeaderBytes = "header_bytes", None;
    /// The time that a connection may speak HTTP.
    HttpTime = "http_time", None;
    /// The time without a room.
    JoinTimeout = "join_timeout", Some("join-timeout");
    /// Joins that one connection asks for at once.
    JoinBurst = "join_burst", Some("max-join-burst");
    /// Joins that come from one address.
    JoinsPerIp = "joins_per_ip", Some("max-joins-per-ip");
    /// Rooms of one connection.
    RoomsPerConnection = "rooms_per_connection", Some("max-rooms-per-connection");
    /// Rooms in all.
    Rooms = "rooms", Some("max-rooms");
    /// People of one room.
    PeoplePerRoom = "people_per_room", Some("max-people-per-room");
    /// Observers of one room.
    ObserversPerRoom = "observers_per_room", Some("max-observers-per-room");
    /// The states of one room together.
    RoomState = "room_state", Some("max-room-state");
    /// The state of one person.
    PersonState = "person_state", None;
    /// What is said in a large room and waits for its listeners' turns.
    RoomLog = "room_log", None;
    /// Cursors of one connection.
    CursorRate = "cursor_rate", Some("max-cursor-rate");
    /// Other messages of one connection.
    MessageRate = "message_rate", Some("max-message-rate");
    /// Their bytes.
    ByteRate = "byte_rate", Some("max-byte-rate");
    /// WebSocket pings and pongs of one connection.
    Pings = "pings", None;
    /// The bytes of one WebSocket message.
    MessageBytes = "message_bytes", None;
    /// The fragments of one, and the time that it takes.
    MessageParts = "message_parts", None;
    /// What waits for one connection.
    Queue = "queue", Some("max-queue");
    /// How long a reader takes nothing while something waits.
    WriteTimeout = "write_timeout", Some("write-timeout");
    /// What waits for all: the first half of it is used up, so cursors are skipped.
    QueueTotalCursors = "queue_total_cursors", Some("max-queue-total");
    /// Three quarters are, so nobody comes in.
    QueueTotalJoins = "queue_total_joins", Some("max-queue-total");
    /// All of it is, so those for whom most waits are closed.
    QueueTotalReaders = "queue_total_readers", Some("max-queue-total");
    /// Requests of the admin API.
    AdminRequests = "admin_requests", None;
    /// Those that are worked on at one time.
    AdminRequestsAtOnce = "admin_requests_at_once", None;
    /// The body of one, and the time that it takes.
    AdminBody = "admin_body", None;
}

/// How often each limit was hit. For places that nobody comes to who keeps to the limits.
pub type Hits = Tally<Limit>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_limit_has_a_counter_and_a_label_of_its_own() {
        let hits = Hits::default();
        for &limit in Limit::ALL {
            assert_eq!(hits.of(limit), 0);
            hits.count(limit);
            hits.count(limit);
        }
        assert!(Limit::ALL.iter().all(|&limit| hits.of(limit) == 2));
        let labels: BTreeSet<_> = Limit::ALL.iter().map(|limit| limit.label()).collect();
        assert_eq!(labels.len(), Limit::ALL.len());
    }
}
