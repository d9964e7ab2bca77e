//! A deploy as people see it: nodes that share their rooms over Redis, behind nginx without any
//! stickiness, and one of them goes.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use mote_tests::process::Mote;
use mote_tests::raw::{Join, RawClient, Said, cursor, event, http_get};

use crate::nginx::Nginx;
use crate::proxy::{LEAST_CONNECTIONS, PATIENCE, where_is_one};

/// A Redis of the test's own; gone at its end.
struct Redis {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Redis {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("mote-shared-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = probe.local_addr().expect("its address").port();
        drop(probe);
        let program = std::env::var_os("REDIS_SERVER").unwrap_or("redis-server".into());
        let mut command = Command::new(program);
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
        command
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(&folder);
        let process = command.stdout(Stdio::null()).spawn();
        let process = process.expect("redis-server is needed: `cargo xtask setup` installs it");
        let redis = Self {
            process,
            folder,
            port,
        };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(Instant::now() < deadline, "Redis does not listen");
        }
        redis
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A node that shares its rooms, and is ready to.
fn node(redis: &Redis) -> Mote {
    let url = format!("redis://127.0.0.1:{}", redis.port);
    let node = Mote::start(&["--redis", &url, "--drain", "2s"]);
    let deadline = Instant::now() + PATIENCE;
    while http_get(node.addr(), "/readyz") != (200, "ok".to_owned()) {
        assert!(Instant::now() < deadline, "not ready for {PATIENCE:?}");
    }
    node
}

#[test]
fn a_deploy_moves_people_to_another_node_and_nobody_sees_them_leave() {
    let redis = Redis::start();
    let mut nodes = [node(&redis), node(&redis)];
    let nginx = Nginx::start(LEAST_CONNECTIONS, &[nodes[0].addr(), nodes[1].addr()]);
    let mut ada = RawClient::connect(nginx.addr());
    let (user, resume) = ada.enter(&Join::room("plan").named("Ada"));
    let going = where_is_one(&nodes);
    // The other node has fewer.
    let mut bob = RawClient::connect(nginx.addr());
    bob.join(&Join::room("plan").named("Bob"));
    ada.until(|said| *said == Said::Count(0, 2));
    ada.send(&cursor(0, 7, 8));
    bob.until(|said| match said {
        Said::Cursor(0, mover, x, y) => (*mover, *x, *y) == (user, 7, 8),
        Said::Batch(0, cursors) => cursors.contains(&(user, 7, 8)),
        _ => false,
    });

    nodes[going].terminate();
    ada.until(|said| matches!(said, Said::Control(0, 3, ..)));
    ada.close(1000);
    let mut ada = RawClient::connect(nginx.addr());
    let snapshot = ada.join(&Join::room("plan").named("Ada").resuming(resume));
    let Said::Welcome {
        user: now, resumed, ..
    } = snapshot[0]
    else {
        unreachable!("a join begins with it");
    };
    assert_eq!((now, resumed), (user, true));
    assert!(nodes[going].wait(), "it ended in order");

    ada.send(&event(0, "back", b"1"));
    let seen = bob.until(|said| matches!(said, Said::Event(0, by, ..) if *by == user));
    let is_about_ada = |said: &&Said| match said {
        Said::UserLeft(0, left) => *left == user,
        Said::Count(0, count) => *count != 2,
        _ => false,
    };
    let noticed: Vec<_> = seen.iter().filter(is_about_ada).collect();
    assert!(noticed.is_empty(), "{noticed:?}");
}
