//! Redis and nginx.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{cannot_write, part};
use crate::kit::Kit;
use crate::run::{Failure, Result, line_of};
use crate::setup;

/// A running program, ended with this.
pub(super) struct Part(Child);

impl Part {
    fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::null());
        let child = command.spawn().map_err(|error| {
            let line = line_of(&command);
            Failure::new(format!("{line} could not be started: {error}."))
        })?;
        Ok(Self(child))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A Redis that keeps nothing on disk.
pub(super) fn redis(kit: &Kit, address: SocketAddr, folder: &Path) -> Result<Part> {
    let mut command = part(kit, setup::redis_program()?)?;
    command.current_dir(folder).args(redis_words(address));
    Part::start(command)
}

/// What a Redis is told that listens there and keeps nothing on disk.
pub(crate) fn redis_words(address: SocketAddr) -> Vec<String> {
    let (ip, port) = (address.ip().to_string(), address.port().to_string());
    let words = [
        "--bind",
        &ip,
        "--port",
        &port,
        "--save",
        "",
        "--appendonly",
        "no",
    ];
    let quiet = ["--loglevel", "warning"];
    words
        .iter()
        .chain(&quiet)
        .map(ToString::to_string)
        .collect()
}

/// nginx with the files of `deploy/nginx`, but for the addresses.
pub(super) fn nginx(
    kit: &Kit,
    site: SocketAddr,
    nodes: &[SocketAddr],
    control: SocketAddr,
    folder: &Path,
) -> Result<Part> {
    let given = |file| {
        let path = kit.root.join("deploy/nginx").join(file);
        fs::read_to_string(&path).map_err(|error| {
            let path = path.display();
            Failure::new(format!("{path} cannot be read: {error}."))
        })
    };
    for (file, text) in [
        ("nginx.conf", given("nginx.conf")?),
        ("mote.conf", given("mote.conf")?),
        (
            "upstream.conf",
            format!("{COOKIE}{}", given("upstream.conf")?),
        ),
        ("nodes.conf", nodes_conf(nodes)),
        ("site.conf", site_conf(site, control)),
    ] {
        let to = folder.join(file);
        fs::write(&to, text).map_err(|error| cannot_write(&to, &error))?;
    }
    let nginx = kit.nginx.as_ref().expect("set-up has made nginx ready");
    let mut command = part(kit, nginx)?;
    command
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"));
    command.args(["-e", "stderr", "-g", "daemon off;"]);
    Part::start(command)
}

fn nodes_conf(nodes: &[SocketAddr]) -> String {
    let lines = nodes
        .iter()
        .map(|node| format!("server {node} max_fails=0;\n"));
    lines.collect()
}

/// Tells the page which node its WebSocket reached.
const COOKIE: &str = r#"
map $uri $mote_cookie {
    default '';
    /ws     "mote_node=$upstream_addr; Path=/; SameSite=Strict";
}
"#;

fn site_conf(site: SocketAddr, control: SocketAddr) -> String {
    format!(
        "listen {site};\nproxy_read_timeout 60s;\nproxy_send_timeout 60s;\n\
         add_header Set-Cookie $mote_cookie always;\n\
         location /cluster/ {{ proxy_pass http://{control}; }}\n"
    )
}
