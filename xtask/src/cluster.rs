//! `cargo xtask cluster`: Redis, three nodes and nginx on loopback, with the demo page. The page shows
//! which node each person is on, and has a button that kills one.

mod control;
mod nodes;
mod parts;

use std::env;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use crate::kit::Kit;
use crate::run::{Failure, Result};
use crate::{cargo, npm, page, setup, wasm};

use nodes::Nodes;
use parts::Part;
pub(crate) use parts::redis_words;

const NODES: usize = 3;

/// Makes everything, starts everything, and stays until Ctrl-C. The page is at `site`.
pub(crate) fn run(site: SocketAddr) -> Result {
    drop(listener(site)?);
    let mut kit = Kit::new()?;
    setup::to_run_redis()?;
    setup::to_proxy(&mut kit)?;
    let (server, page) = match made_already() {
        Some(made) => made,
        None => make()?,
    };
    let cluster = Cluster::start(&kit, site, server, Some(page))?;
    println!("\n  http://{site}   {NODES} nodes behind nginx, on Redis. Ctrl-C stops them.\n");
    cluster.serve()
}

/// Redis, the nodes and nginx; ended with this.
pub(crate) struct Cluster<'a> {
    nodes: Nodes<'a>,
    control: TcpListener,
    _nginx: Part,
    _redis: Part,
}

impl<'a> Cluster<'a> {
    /// Starts all of them. The kit knows nginx; nodes serve the page, if there is one.
    pub(crate) fn start(
        kit: &'a Kit,
        site: SocketAddr,
        server: PathBuf,
        page: Option<PathBuf>,
    ) -> Result<Self> {
        let folder = env::temp_dir().join(format!("mote-cluster-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| cannot_write(&folder, &error))?;
        let redis = free_address()?;
        let _redis = parts::redis(kit, redis, &folder)?;
        let nodes = Nodes::start(kit, NODES, server, page, redis)?;
        let control = listener(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let addresses = nodes.addresses();
        let _nginx = parts::nginx(kit, site, &addresses, address_of(&control)?, &folder)?;
        Ok(Self {
            nodes,
            control,
            _nginx,
            _redis,
        })
    }

    /// Ends [`serve`](Self::serve).
    pub(crate) fn stop(&self) -> Result<impl FnOnce() + Send + use<>> {
        let control = address_of(&self.control)?;
        Ok(move || control::stop(control))
    }

    /// Answers those who want a node killed or started, until somebody wants an end of it.
    pub(crate) fn serve(mut self) -> Result {
        control::serve(&self.control, &mut self.nodes)
    }
}

/// The server and the page that tests name.
fn made_already() -> Option<(PathBuf, PathBuf)> {
    let named = |variable| env::var_os(variable).map(PathBuf::from);
    Some((named("MOTE_BIN")?, named("MOTE_DEMO_DIR")?))
}

fn make() -> Result<(PathBuf, PathBuf)> {
    let kit = setup::to_build()?;
    wasm::build(&kit)?;
    npm::build(&kit)?;
    Ok((cargo::server(&kit)?, page::assemble(&kit)?))
}

fn listener(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .map_err(|error| Failure::new(format!("nothing can listen on {address}: {error}.")))
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr> {
    let address = listener.local_addr();
    address.map_err(|error| Failure::new(format!("a listener has no address: {error}.")))
}

/// Free at this moment.
pub(crate) fn free_address() -> Result<SocketAddr> {
    address_of(&listener(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    Failure::new(format!("{path} cannot be written: {error}; set TMPDIR."))
}

/// A program that ends when this one does, however it ends.
fn part(kit: &Kit, program: impl AsRef<Path>) -> Result<std::process::Command> {
    let mut command = kit.command("setpriv")?;
    command
        .args(["--pdeathsig", "TERM", "--"])
        .arg(program.as_ref());
    Ok(command)
}
