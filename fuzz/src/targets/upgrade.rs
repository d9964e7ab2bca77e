//! A connection's bytes through HTTP, the upgrade, and all that is behind it, on a pipe in memory and a
//! clock that nobody waits for.

use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use mote_server::Config;
use mote_server::limits::HTTP_BUFFER_BYTES_MAX;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, split};
use tokio::time::timeout;

use crate::{Target, seeds};

pub(crate) const TARGET: Target = Target {
    name: "upgrade",
    bytes_max: 4_096,
    run,
    seeds,
};

/// More than the server lets anybody take who says nothing: a minute of HTTP, then a WebSocket's end.
const PATIENCE: Duration = Duration::from_secs(300);

fn run(data: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without any descriptor");
    runtime.block_on(async {
        let (client, server) = duplex(HTTP_BUFFER_BYTES_MAX);
        let serving = tokio::spawn(serve(server));
        let answer = timeout(PATIENCE, talk(client, data)).await;
        let answer = answer.expect("the server ends what the client has ended");
        serving.await.expect("nothing panics");
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."));
    });
}

/// As `gateway/listener.rs` serves a socket.
async fn serve(server: DuplexStream) {
    let service = TowerToHyperService::new(mote_server::router(&Config::default()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(5))
        .max_buf_size(HTTP_BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(server), service)
        .with_upgrades();
    // An error is the peer's: these bytes broke HTTP.
    let _ = connection.await;
}

/// Says it all and nothing more, and hears the answer to its end.
async fn talk(client: DuplexStream, data: &[u8]) -> Vec<u8> {
    let (mut reading, mut writing) = split(client);
    let mut answer = Vec::new();
    let say = async {
        // The server may have had enough already.
        let _ = writing.write_all(data).await;
        let _ = writing.shutdown().await;
    };
    let hear = async {
        let _ = reading.read_to_end(&mut answer).await;
    };
    tokio::join!(say, hear);
    answer
}

fn seeds() -> Vec<Vec<u8>> {
    let upgrade = b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Protocol: other, mote.v1\r\n\r\n";
    let join = seeds::frame(0x82, &[0x30, 0, 1, b'r']);
    let close = seeds::frame(0x88, &[0x03, 0xE8]);
    let mut all = vec![
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.0\r\n\r\n".to_vec(),
        b"GET /ws?proxy=1 HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"POST /ws HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".to_vec(),
        b"GET /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc".to_vec(),
        b"GET /ws?token=a.b.c HTTP/1.1\r\nHost: x\r\nOrigin: https://x:8080\r\nX-Forwarded-For: 1.2.3.4, \"[::1]:5\"\r\n\r\n"
            .to_vec(),
        [&upgrade[..], &close].concat(),
        [&upgrade[..], &join, &close].concat(),
    ];
    let short = seeds::of_clients()
        .into_iter()
        .filter(|vector| vector.len() < 64);
    for vector in short.step_by(3) {
        all.push([&upgrade[..], &join, &seeds::frame(0x82, &vector), &close].concat());
    }
    all
}
