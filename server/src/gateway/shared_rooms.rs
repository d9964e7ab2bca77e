//! The bus as the configuration wants it.

use std::sync::Arc;

use rand::TryRng;
use rand::rngs::SysRng;

use crate::bus::NodeId;
use crate::bus::redis::{RedisBus, RedisOptions};
use crate::config::{Config, ConfigError, files};
use crate::limits::CA_FILE_BYTES_MAX;

/// None where no engine is configured.
///
/// # Errors
/// Its certificates cannot be read.
pub(super) fn bus(config: &Config) -> Result<Option<Arc<RedisBus>>, ConfigError> {
    let Some(url) = config.redis.clone() else {
        return Ok(None);
    };
    let authority = match &config.redis_ca {
        Some(file) => Some(files::read(file, CA_FILE_BYTES_MAX).map_err(|right| {
            let shown = file.display().to_string();
            format!("redis_ca is {shown:?}, but {right}")
        })?),
        None => None,
    };
    let options = RedisOptions {
        url,
        authority,
        prefix: config.redis_prefix.clone(),
        node_address: config.node_address.clone(),
        resume_grace: config.resume_grace,
    };
    let bus = RedisBus::new(random_node(), options);
    let bus = bus.map_err(|reason| format!("redis or redis_ca cannot be used: {reason}"))?;
    Ok(Some(Arc::new(bus)))
}

/// Another one at each start: who comes back after a crash is not who was there.
pub(super) fn random_node() -> NodeId {
    NodeId(SysRng.try_next_u64().expect(
        "two nodes must not have one number: without the system's randomness there is no server",
    ))
}
