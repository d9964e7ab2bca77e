//! The bench's two programs against each other: what the load says of the floor is right.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

/// The floor, ended with the test.
struct Floor {
    child: Child,
    address: SocketAddr,
}

impl Floor {
    fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let mut command = Command::new(env!("CARGO_BIN_EXE_mote-floor"));
        let child = command.arg(address.port().to_string()).spawn();
        let child = child.expect("the floor starts");
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "the floor does not listen");
            thread::sleep(Duration::from_millis(5));
        }
        Self { child, address }
    }

    /// What a load of these words says.
    fn load(&self, words: &str) -> HashMap<String, f64> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mote-load"));
        command.args(["--protocol", "floor", "--server", &self.address.to_string()]);
        command.args(["--pid", &self.child.id().to_string()]);
        let output = command
            .args(words.split(' '))
            .output()
            .expect("the load starts");
        let said = String::from_utf8(output.stdout).expect("lines of text");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let line = |line: &str| {
            let (name, value) = line.split_once(' ').expect("a name and a number");
            (name.to_owned(), value.parse().expect("a number"))
        };
        said.lines().map(line).collect()
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // It may have ended by itself, and then the test has failed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn everything_that_moves_arrives_in_order_and_its_cost_is_seen() {
    let floor = Floor::start();
    let said = floor.load("--rooms 2 --people 3 --hz 20 --seconds 1 --warmup-ms 100");
    for name in ["out_of_order", "unknown", "missing"] {
        assert_eq!(said[name], 0.0, "{name}: {said:?}");
    }
    // Six people move twenty times for two others each; on a busy machine some moves come late.
    assert!((120.0..=360.0).contains(&said["possible"]), "{said:?}");
    assert!((120.0..=360.0).contains(&said["delivered"]), "{said:?}");
    assert!(said["server_cpu_s"] > 0.0, "{said:?}");
    // Four bytes of frame and batch heads, five a cursor, to three people for two others.
    let bytes_each = said["bytes"] / said["delivered"];
    assert!((5.0..=15.0).contains(&bytes_each), "{said:?}");
    assert!(
        said["p50_ms"] > 0.0 && said["p50_ms"] <= said["p99_ms"],
        "{said:?}"
    );
}

#[test]
fn nobody_moves_in_an_idle_load_and_nothing_comes() {
    let floor = Floor::start();
    let said = floor.load("--rooms 5 --people 10 --moving 0 --seconds 1 --warmup-ms 0");
    for name in ["moves", "frames", "bytes", "delivered", "missing"] {
        assert_eq!(said[name], 0.0, "{name}: {said:?}");
    }
}
