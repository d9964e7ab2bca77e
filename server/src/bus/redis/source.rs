//! Finds the server that a lane's connection goes to.

use std::sync::Mutex;
use std::sync::PoisonError;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, IntoConnectionInfo, ProtocolVersion,
    RedisConnectionInfo, TlsCertificates, Value,
};
use tokio::time::timeout;

use super::cluster::{Partition, Topology};
use super::failure::Failure;
use super::url::{Host, Kind, RedisUrl};
use crate::limits::BUS_CONNECT_MAX;

/// Where the engine is, and how to log in.
pub(super) struct Source {
    kind: Kind,
    login: Login,
    /// Those of the URL, and masters that a Cluster has told of.
    hosts: Mutex<Hosts>,
}

struct Login {
    is_tls: bool,
    authority: Option<Vec<u8>>,
    settings: RedisConnectionInfo,
}

struct Hosts {
    named: Vec<Host>,
    learned: Vec<Host>,
    /// Where to begin: the one that answered last.
    first: usize,
}

/// What a lane is to do.
pub(super) enum Found {
    /// Connect there.
    Server(Client),
    /// The Cluster is shared out in another way.
    Moved(Partition),
}

impl Source {
    pub(super) fn new(url: &RedisUrl, authority: Option<Vec<u8>>) -> Result<Self, Failure> {
        let parts = url.parts().map_err(Failure::new)?;
        let login = Login {
            is_tls: parts.is_tls,
            authority,
            settings: parts.login.set_protocol(ProtocolVersion::RESP3),
        };
        // A certificate that cannot be read is found out at the start.
        for host in &parts.hosts {
            login.client(host)?;
        }
        Ok(Self {
            kind: parts.kind,
            login,
            hosts: Mutex::new(Hosts {
                named: parts.hosts,
                learned: Vec::new(),
                first: 0,
            }),
        })
    }

    pub(super) fn is_cluster(&self) -> bool {
        self.kind == Kind::Cluster
    }

    /// The server of a part of `partition`.
    pub(super) async fn find(&self, partition: &Partition, part: usize) -> Result<Found, Failure> {
        match &self.kind {
            Kind::Single => {
                let mut hosts = self.candidates();
                self.login.client(&hosts.swap_remove(0)).map(Found::Server)
            }
            Kind::Sentinel { master } => self.ask_sentinels(master).await,
            Kind::Cluster => self.ask_cluster(partition, part).await,
        }
    }

    async fn ask_sentinels(&self, master: &str) -> Result<Found, Failure> {
        let mut command = redis::cmd("SENTINEL");
        command.arg("GET-MASTER-ADDR-BY-NAME").arg(master);
        // Sentinels have users of their own, and no databases.
        let login = Login {
            is_tls: self.login.is_tls,
            authority: self.login.authority.clone(),
            settings: RedisConnectionInfo::default().set_protocol(ProtocolVersion::RESP3),
        };
        let (_, answer) = self.ask(&login, &command).await?;
        let host = redis::from_redis_value::<Option<(String, u16)>>(answer)
            .ok()
            .flatten();
        let (name, port) = host.ok_or(Failure::new("the Sentinels know no such master"))?;
        self.login.client(&Host { name, port }).map(Found::Server)
    }

    async fn ask_cluster(&self, partition: &Partition, part: usize) -> Result<Found, Failure> {
        let mut command = redis::cmd("CLUSTER");
        command.arg("SLOTS");
        let (asked, answer) = self.ask(&self.login, &command).await?;
        let topology = Topology::read(&answer, &asked.name)
            .ok_or(Failure::new("the Cluster does not serve all slots"))?;
        self.lock().learned.clone_from(&topology.masters);
        if topology.partition != *partition {
            return Ok(Found::Moved(topology.partition));
        }
        let host = topology.masters.get(part);
        let host = host.ok_or(Failure::new("the Cluster has no such part"))?;
        self.login.client(host).map(Found::Server)
    }

    /// The first answer that any host gives.
    async fn ask(&self, login: &Login, command: &redis::Cmd) -> Result<(Host, Value), Failure> {
        let mut failure = Failure::new("there is nobody to ask");
        for (index, host) in self.candidates().into_iter().enumerate() {
            match ask_one(login, &host, command).await {
                Ok(answer) => {
                    self.handle_answer(index);
                    return Ok((host, answer));
                }
                Err(other) => failure = other,
            }
        }
        Err(failure)
    }

    /// Everybody, beginning with who answered last.
    fn candidates(&self) -> Vec<Host> {
        let hosts = self.lock();
        let mut all = hosts.named.clone();
        for host in &hosts.learned {
            if !all.contains(host) {
                all.push(host.clone());
            }
        }
        let first = hosts.first % all.len();
        all.rotate_left(first);
        all
    }

    fn handle_answer(&self, index: usize) {
        let mut hosts = self.lock();
        hosts.first = hosts.first.wrapping_add(index);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Hosts> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Login {
    fn client(&self, host: &Host) -> Result<Client, Failure> {
        let (name, port) = (host.name.clone(), host.port);
        let address = if self.is_tls {
            ConnectionAddr::TcpTls {
                host: name,
                port,
                insecure: false,
                tls_params: None,
            }
        } else {
            ConnectionAddr::Tcp(name, port)
        };
        let info = address.into_connection_info()?;
        let info = info.set_redis_settings(self.settings.clone());
        let client = match &self.authority {
            Some(authority) if self.is_tls => {
                let certificates = TlsCertificates {
                    client_tls: None,
                    root_cert: Some(authority.clone()),
                };
                Client::build_with_tls(info, certificates)?
            }
            _ => Client::open(info)?,
        };
        Ok(client)
    }
}

/// A connection that tells `config`'s push sender what comes by itself. Answers are waited for by
/// those who ask.
pub(super) async fn connect(
    client: &Client,
    config: AsyncConnectionConfig,
) -> Result<MultiplexedConnection, Failure> {
    let config = config
        .set_connection_timeout(Some(BUS_CONNECT_MAX))
        .set_response_timeout(None);
    let connecting = client.get_multiplexed_async_connection_with_config(&config);
    Ok(timeout(BUS_CONNECT_MAX, connecting).await??)
}

async fn ask_one(login: &Login, host: &Host, command: &redis::Cmd) -> Result<Value, Failure> {
    let client = login.client(host)?;
    let mut connection = connect(&client, AsyncConnectionConfig::new()).await?;
    let answer = timeout(BUS_CONNECT_MAX, connection.send_packed_command(command)).await??;
    match answer {
        Value::ServerError(error) => Err(Failure::server(&error)),
        answer => Ok(answer),
    }
}
