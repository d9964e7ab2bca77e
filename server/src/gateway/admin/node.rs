//! This server, and those that it shares rooms with.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::OfServer;
use super::problem::Problem;
use crate::bus::redis::Readiness;

/// A server as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NodeInfo {
    /// Its id, another one at each start; null where servers do not share rooms.
    #[schema(required)]
    node: Option<String>,
    /// The version of Mote.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// For how many seconds it has been running.
    uptime_s: u64,
    /// WebSockets that are open.
    connections: usize,
    /// Rooms on it, those that only keep seats included.
    rooms: usize,
    /// It is going away, and takes nobody new.
    draining: bool,
    /// How its sharing of rooms is.
    redis: Redis,
}

/// Whether rooms are shared.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Redis {
    /// There is nobody to share them with.
    None,
    /// They are.
    Ready,
    /// Redis has not been reached yet.
    Starting,
    /// Rooms go on with the people of this server alone.
    Away,
    /// What happens is told, and who is there is not written down.
    RefusesWrites,
}

/// Every server that is there.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Cluster {
    nodes: Vec<Member>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Member {
    /// Its id; null where servers do not share rooms.
    #[schema(required)]
    node: Option<String>,
    /// Where clients reach it; null where it does not say, or takes nobody new.
    #[schema(required)]
    address: Option<String>,
    /// It is the one that answers.
    is_self: bool,
}

/// Get this server
#[utoipa::path(
    get, path = "/node", tag = "servers", operation_id = "getNode",
    responses(
        (status = 200, description = "As it is now", body = NodeInfo),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get(of: OfServer) -> Json<NodeInfo> {
    let app = &of.presence.app;
    Json(NodeInfo {
        node: app.node().map(|node| node.to_string()),
        version: env!("CARGO_PKG_VERSION"),
        uptime_s: app.clock.now().as_micros() / 1_000_000,
        connections: app.places.taken(),
        rooms: app.hub.rooms(),
        draining: app.is_draining(),
        redis: match app.bus_readiness() {
            None => Redis::None,
            Some(Readiness::Ready) => Redis::Ready,
            Some(Readiness::Starting) => Redis::Starting,
            Some(Readiness::Away) => Redis::Away,
            Some(Readiness::RefusesWrites) => Redis::RefusesWrites,
        },
    })
}

/// List servers
///
/// Those that share rooms with this one, as they were a moment ago; itself where there is no other.
#[utoipa::path(
    get, path = "/cluster", tag = "servers", operation_id = "getCluster",
    responses(
        (status = 200, description = "All of them", body = Cluster),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn cluster(of: OfServer) -> Json<Cluster> {
    let app = &of.presence.app;
    let own = app.node();
    let nodes = app.bus.as_ref().map(|bus| bus.nodes()).unwrap_or_default();
    let mut members: Vec<_> = nodes
        .into_iter()
        .map(|(node, address)| Member {
            node: Some(node.to_string()),
            address: (!address.is_empty()).then(|| address.into()),
            is_self: Some(node) == own,
        })
        .collect();
    if !members.iter().any(|member| member.is_self) {
        members.push(Member {
            node: own.map(|node| node.to_string()),
            address: None,
            is_self: true,
        });
    }
    members.sort_by(|one, other| one.node.cmp(&other.node));
    Json(Cluster { nodes: members })
}
