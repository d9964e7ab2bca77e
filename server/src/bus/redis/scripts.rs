//! The scripts that the engine runs for us, each in one step.

use redis::aio::MultiplexedConnection;
use redis::{Pipeline, Value};

use super::failure::Failure;

/// The hashes by which a server knows them, once it has them.
pub(super) struct Scripts {
    pub(super) open: String,
    pub(super) take: String,
    pub(super) publish: String,
    pub(super) clear: String,
    pub(super) renew: String,
}

const OPEN: &str = concat!(include_str!("lua/ids.lua"), include_str!("lua/open.lua"));
const TAKE: &str = concat!(include_str!("lua/ids.lua"), include_str!("lua/take.lua"));
const PUBLISH: &str = include_str!("lua/publish.lua");
const CLEAR: &str = include_str!("lua/clear.lua");
const RENEW: &str = include_str!("lua/renew.lua");

impl Scripts {
    /// Gives them to a server. One that forgets them later (`SCRIPT FLUSH`) answers with an error,
    /// which ends the connection; the next one gives them again.
    pub(super) async fn load(connection: &mut MultiplexedConnection) -> Result<Self, Failure> {
        let mut pipeline = Pipeline::new();
        for script in [OPEN, TAKE, PUBLISH, CLEAR, RENEW] {
            pipeline.cmd("SCRIPT").arg("LOAD").arg(script);
        }
        let answers = connection.send_packed_commands(&pipeline, 0, 5).await?;
        let mut hashes = Vec::new();
        for answer in answers {
            match answer {
                Value::BulkString(hash) => {
                    hashes.push(String::from_utf8_lossy(&hash).into_owned());
                }
                Value::ServerError(error) => return Err(Failure::server(&error)),
                _ => {}
            }
        }
        let Ok([open, take, publish, clear, renew]) = <[String; 5]>::try_from(hashes) else {
            return Err(Failure::new("it does not load scripts"));
        };
        Ok(Self {
            open,
            take,
            publish,
            clear,
            renew,
        })
    }
}
