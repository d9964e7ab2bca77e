//! A server on a free port, and clients for it.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use mote_protocol::wire::{
    Channel, ClientMessage, Control, Event, Join, SUBPROTOCOL, ServerMessage, server_messages,
};
use mote_server::{Config, Server};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

/// No step of a test takes longer on any machine that works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    pub(crate) task: JoinHandle<()>,
}

impl Running {
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }
}

pub(crate) fn local(config: Config) -> Config {
    let listen = "127.0.0.1:0".parse().unwrap();
    Config { listen, ..config }
}

pub(crate) fn start(config: Config) -> Running {
    let server = Server::bind(local(config)).unwrap();
    let address = server.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async {
        let stopped = async {
            let _ = stopped.await;
        };
        server.run(stopped).await.unwrap();
    });
    Running {
        address,
        stop: Some(stop),
        task,
    }
}

#[derive(Debug)]
pub(crate) struct Client<S = TcpStream> {
    pub(crate) socket: WebSocketStream<S>,
}

impl Client {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::open_at(address, "/ws", Some(SUBPROTOCOL)).await
    }

    pub(crate) async fn open_at(
        address: SocketAddr,
        path: &str,
        subprotocol: Option<&str>,
    ) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::open_over(stream, address, path, subprotocol).await
    }

    /// With these headers; or the status and the body of the answer that is no upgrade.
    pub(crate) async fn try_open(
        address: SocketAddr,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, (u16, String)> {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::try_open_over(stream, address, path, headers).await
    }

    pub(crate) async fn join(address: SocketAddr, room: &str) -> Self {
        let mut client = Self::open(address).await;
        client.send_join(room).await;
        client
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) async fn open_over(
        stream: S,
        address: SocketAddr,
        path: &str,
        subprotocol: Option<&str>,
    ) -> Self {
        let offered = subprotocol.map(|subprotocol| ("Sec-WebSocket-Protocol", subprotocol));
        let opened = Self::try_open_over(stream, address, path, offered.as_slice()).await;
        opened.unwrap()
    }

    async fn try_open_over(
        stream: S,
        address: SocketAddr,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, (u16, String)> {
        let url = format!("ws://{address}{path}");
        let mut request = url.into_client_request().unwrap();
        for &(name, value) in headers {
            let (headers, value) = (request.headers_mut(), value.parse().unwrap());
            match name {
                // There is one already.
                "Host" => drop(headers.insert("Host", value)),
                _ => drop(headers.append(name, value)),
            }
        }
        let connecting = tokio_tungstenite::client_async(request, stream);
        match timeout(PATIENCE, connecting).await.unwrap() {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(answer)) => {
                let body = answer.body().clone().unwrap_or_default();
                Err((answer.status().as_u16(), String::from_utf8(body).unwrap()))
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Joins, and reads the snapshot.
    pub(crate) async fn send_join(&mut self, room: &str) {
        let join = Join {
            room,
            ..Join::default()
        };
        self.send(&ClientMessage::Join {
            channel: Channel::ZERO,
            join,
        })
        .await;
        self.until(|message| matches!(message, ServerMessage::PresenceUpdate { .. }))
            .await;
    }

    pub(crate) async fn send(&mut self, message: &ClientMessage<'_>) {
        let mut bytes = Vec::new();
        message.encode(&mut bytes).unwrap();
        self.send_raw(Message::Binary(bytes.into())).await;
    }

    pub(crate) async fn shout(&mut self, payload: &[u8]) {
        let event = Event { name: "e", payload };
        self.send(&ClientMessage::Event {
            channel: Channel::ZERO,
            event,
        })
        .await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        timeout(PATIENCE, self.socket.send(message))
            .await
            .unwrap()
            .unwrap();
    }

    /// The next thing that is not a ping; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.unwrap() {
                Some(Ok(Message::Ping(_))) => {}
                Some(Ok(message)) => return Some(message),
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Reads until a message is as wanted; later ones of the same WebSocket message are lost.
    pub(crate) async fn until(&mut self, is_wanted: impl Fn(&ServerMessage<'_>) -> bool) {
        loop {
            let Some(Message::Binary(bytes)) = self.next().await else {
                panic!("the socket ended before the message came");
            };
            if server_messages(&bytes).any(|message| is_wanted(&message.unwrap())) {
                return;
            }
        }
    }

    /// Reads until an error comes that says so.
    pub(crate) async fn until_error(&mut self, part: &str) {
        self.until(|message| match message {
            ServerMessage::Control {
                control: Control::Error { text },
                ..
            } => text.contains(part),
            _ => false,
        })
        .await;
    }

    /// Reads to the Close frame: its code.
    pub(crate) async fn close_code(&mut self) -> u16 {
        loop {
            match self.next().await {
                Some(Message::Close(Some(frame))) => return frame.code.into(),
                Some(Message::Close(None)) | None => panic!("no close code"),
                Some(_) => {}
            }
        }
    }
}
