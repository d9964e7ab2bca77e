//! A plain request.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::client::PATIENCE;
use super::handshake::Response;

/// Status and body of the answer to a GET.
///
/// # Panics
/// When there is no whole answer in time.
#[must_use]
pub fn http_get(addr: SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(addr).expect("the server listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a socket option");
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers");
    let (response, head_bytes) = Response::parse(&answer).expect("a whole head");
    let body = String::from_utf8(answer[head_bytes..].to_vec()).expect("a body in UTF-8");
    (response.status, body)
}
