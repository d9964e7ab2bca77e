//! What the facade does for this module. Its glue finds these where it finds `setTimeout`.

use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

#[wasm_bindgen]
extern "C" {
    /// A new socket, or an exception where none can be made: to `url` where a Redirect named one,
    /// else to the server's own address, asking it for no Redirect if `is_proxied`. What the socket
    /// tells comes back as commands, unless a newer one was made since.
    #[wasm_bindgen(catch)]
    pub(crate) fn connect(is_proxied: bool, url: &str) -> Result<WebSocket, JsValue>;

    /// Something can be polled: soon, and not within this call.
    pub(crate) fn wake();
}
