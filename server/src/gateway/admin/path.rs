//! What addresses name, as the description tells it; [`access`](super::access) reads them.

use utoipa::IntoParams;

/// A room.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "for the description alone")]
pub(super) struct RoomPath {
    /// The room's id, percent-encoded
    #[param(min_length = 1, max_length = 128, example = "board-7")]
    room: String,
}

/// An agent of it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "for the description alone")]
pub(super) struct AgentPath {
    /// The agent's id, yours to choose
    #[param(
        min_length = 1,
        max_length = 122,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
        example = "summarizer"
    )]
    agent: String,
}
