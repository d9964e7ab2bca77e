//! A WebSocket and its listeners, removed together.

use js_sys::{ArrayBuffer, Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// What a socket tells.
pub(crate) enum Heard {
    Open,
    Message(Vec<u8>),
    Close(u16),
}

/// An open or opening socket. Dropping it removes its listeners first, so that late events of an old
/// socket reach nobody, and closes it.
pub(crate) struct Socket {
    socket: WebSocket,
    /// On open, message and close: kept while they may be called.
    _listeners: [Listener; 3],
}

/// One type for all three: each type of closure takes its share of the module and of its glue.
type Listener = Closure<dyn FnMut(JsValue)>;

impl Socket {
    /// Opens a socket through the facade's `connect`, which knows the address, the subprotocol and
    /// the constructor; `None` when that threw (a refused address or scheme).
    pub(crate) fn open(
        connect: &Function,
        target: &JsValue,
        tell: impl Fn(Heard) + Clone + 'static,
    ) -> Option<Self> {
        // Not a checked cast: where there is no global WebSocket the facade brings another class.
        let socket: WebSocket = connect.call1(&JsValue::NULL, target).ok()?.unchecked_into();
        socket.set_binary_type(BinaryType::Arraybuffer);

        let heard = tell.clone();
        let on_open = Listener::new(move |_| heard(Heard::Open));
        let heard = tell.clone();
        let on_message = Listener::new(move |event: JsValue| {
            heard(Heard::Message(bytes_of(event.unchecked_ref())));
        });
        let on_close = Listener::new(move |event: JsValue| {
            let event: &CloseEvent = event.unchecked_ref();
            tell(Heard::Close(event.code()));
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self {
            socket,
            _listeners: [on_open, on_message, on_close],
        })
    }

    /// A handle for sending outside of any borrow.
    pub(crate) fn handle(&self) -> WebSocket {
        self.socket.clone()
    }

    /// Removes the listeners and closes with `code`.
    pub(crate) fn close(self, code: u16) {
        self.silence();
        if self.socket.close_with_code(code).is_err() {
            // A page may only send 1000 and 3000–4999. Dropping closes without a code.
            drop(self);
        }
    }

    fn silence(&self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.silence();
        // Closing a closed socket does nothing.
        drop(self.socket.close());
    }
}

/// Sends a copy: a class that is not the browser's might read it only later, when this memory holds
/// something else. A socket that is closing drops it, and its close event follows.
pub(crate) fn send(socket: &WebSocket, bytes: &[u8]) {
    drop(socket.send_with_array_buffer_view(&Uint8Array::from(bytes)));
}

/// A message's bytes. A text frame gives none, which the machine takes for what it is: a violation.
fn bytes_of(event: &MessageEvent) -> Vec<u8> {
    let data = event.data();
    if data.is_string() {
        return Vec::new();
    }
    Uint8Array::new(data.unchecked_ref::<ArrayBuffer>()).to_vec()
}
