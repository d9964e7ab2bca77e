//! A server that says back what it is told, over the frame layer of Mote's own server: what the cases of
//! the Autobahn suite are run against (`cargo xtask test --only native`), because `/ws` is no echo.

#![allow(clippy::print_stdout)]
#![forbid(unsafe_code)]

mod retype;

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use mote_protocol::time::Instant;
use mote_server::frame::{Broken, Decoder, Framed, Incoming, Opcode, close_frame};
use mote_server::hub::Close;
use mote_server::limits::{CLOSE_TIMEOUT_DEFAULT, READ_BUFFER_BYTES};
use tungstenite::handshake::derive_accept_key;

use retype::Retype;

/// Nothing that is heard takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        // An error is the peer's: it is gone.
        std::thread::spawn(move || drop(serve(stream)));
    }
    Ok(())
}

/// Why a socket is over.
enum Over {
    /// The peer said goodbye.
    Peer(Option<u16>),
    /// Its frames cannot be read on.
    Broken(Broken),
    Lost(io::Error),
}

impl From<Broken> for Over {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<io::Error> for Over {
    fn from(error: io::Error) -> Self {
        Self::Lost(error)
    }
}

fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    upgrade(&mut stream)?;
    let last = match echo(&mut stream) {
        Over::Peer(Some(code)) => close_frame(code, ""),
        Over::Peer(None) => Framed::new(Opcode::Close, &[]),
        Over::Broken(broken) => {
            let close = Close::from(broken);
            close_frame(close.code.code(), &close.reason)
        }
        Over::Lost(error) => return Err(error),
    };
    // As the server ends a socket: what still comes is read, so that the system does not throw away
    // what was said last.
    stream.write_all(last.as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(CLOSE_TIMEOUT_DEFAULT))?;
    io::copy(&mut stream, &mut io::sink()).map(drop)
}

/// The opening handshake, of clients that mean well.
fn upgrade(stream: &mut TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head);
    let key = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key")
            .then(|| value.trim())
    });
    let accept = derive_accept_key(key.unwrap_or_default().as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    );
    stream.write_all(answer.as_bytes())
}

fn echo(stream: &mut TcpStream) -> Over {
    let mut buffer = vec![0; READ_BUFFER_BYTES];
    let (mut decoder, mut retype) = (Decoder::default(), Retype::default());
    loop {
        let read = match stream.read(&mut buffer) {
            Ok(0) => return Over::Lost(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => read,
            Err(error) => return Over::Lost(error),
        };
        let mut rest = &mut buffer[..read];
        while !rest.is_empty() {
            let length = retype.frame(rest);
            let (part, after) = rest.split_at_mut(length);
            rest = after;
            let fed = decoder.feed(Instant::ZERO, part, |incoming| match incoming {
                Incoming::Binary(message) => Ok(answer(stream, message, retype.is_text())?),
                Incoming::Ping(payload) => {
                    Ok(stream.write_all(Framed::new(Opcode::Pong, payload).as_bytes())?)
                }
                Incoming::Pong => Ok(()),
                Incoming::Close(code) => Err(Over::Peer(code)),
                Incoming::Text => unreachable!("it was made binary"),
            });
            if let Err(over) = fed {
                return over;
            }
        }
    }
}

fn answer(stream: &mut TcpStream, message: &[u8], is_text: bool) -> io::Result<()> {
    const TEXT: u8 = 0x81;
    let mut frame = Framed::new(Opcode::Binary, message).as_bytes().to_vec();
    if is_text {
        frame[0] = TEXT;
    }
    stream.write_all(&frame)
}
