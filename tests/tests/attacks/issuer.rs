//! An address of keys, over HTTP, that answers as it is told.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::{Value, json};

/// What it does when it is asked.
#[derive(Clone)]
pub(crate) enum Mood {
    /// Gives these keys.
    Keys(Vec<Value>),
    /// Fails.
    Fails,
    /// Gives so many bytes that are no keys.
    Floods(usize),
    /// Says nothing, and does not hang up.
    Hangs,
}

pub(crate) struct Issuer {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    pub(crate) fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let issuer = Self {
            address: listener.local_addr().expect("an address"),
            mood: Arc::new(Mutex::new(mood)),
            asked: Arc::default(),
        };
        let (mood, asked) = (Arc::clone(&issuer.mood), Arc::clone(&issuer.asked));
        thread::spawn(move || {
            // Those that are not answered stay open.
            let mut hanging = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                asked.fetch_add(1, Ordering::SeqCst);
                let mood = mood.lock().unwrap_or_else(PoisonError::into_inner).clone();
                hanging.extend(answer(stream, &mood));
            }
        });
        issuer
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    /// From now on it does this.
    pub(crate) fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Answers one request; gives the connection back when it does not.
fn answer(mut stream: TcpStream, mood: &Mood) -> Option<TcpStream> {
    let mut request = [0; 4096];
    // One small request comes in one piece on this machine; who sends none is not answered.
    let _ = stream.read(&mut request).ok().filter(|count| *count > 0)?;
    let (status, body) = match mood {
        Mood::Keys(keys) => ("200 OK", json!({ "keys": keys }).to_string()),
        Mood::Fails => ("500 Internal Server Error", String::new()),
        Mood::Floods(bytes) => ("200 OK", "x".repeat(*bytes)),
        Mood::Hangs => return Some(stream),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // The server may have seen enough of it.
    let _ = stream.write_all(&[head, body].concat().into_bytes());
    None
}
