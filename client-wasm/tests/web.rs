//! The shell in a browser: sockets, timer, wake-ups and records, without a server.

#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use mote_client_wasm::Core;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::WebSocket;

wasm_bindgen_test_configure!(run_in_browser);

/// Kinds and numbers of `protocol/src/client/records.rs`.
const STATUS: u8 = 1;
const CLOSED: u8 = 2;
const CONNECTING: u16 = 1;

#[wasm_bindgen_test]
async fn a_room_without_a_server_is_tried_again_and_told_in_records() {
    let mut page = Page::new(real_socket());
    let channel = page.enter("r");
    assert_eq!(channel, Some(0));
    let status = page.next(STATUS).await;
    assert_eq!((status.channel, status.small), (255, CONNECTING));
    let closed = page.next(CLOSED).await;
    assert_eq!(
        (closed.channel, closed.small, closed.number),
        (255, 1006, 3)
    );
    page.next(CLOSED).await;
    assert!(
        page.sockets.borrow().len() >= 2,
        "a second socket was tried"
    );
}

#[wasm_bindgen_test]
async fn leaving_the_last_room_closes_the_socket_and_silences_it() {
    let mut page = Page::new(fake_socket());
    page.enter("r");
    let socket = page.socket();
    call(&socket, "onopen", &JsValue::NULL);
    assert_eq!(sent(&socket).first(), Some(&0x30), "the join");
    page.core.leave_room(0);
    assert_eq!(closed_with(&socket), Some(1000.0));
    assert_eq!(sent(&socket).last(), Some(&0x40), "the leave");
    for listener in ["onopen", "onmessage", "onclose"] {
        assert!(
            !get(&socket, listener).is_function(),
            "{listener} is removed"
        );
    }
}

#[wasm_bindgen_test]
fn dropping_the_core_closes_its_socket() {
    let mut page = Page::new(fake_socket());
    page.enter("r");
    let socket = page.socket();
    drop(page);
    assert!(get(&socket, "isClosed").is_truthy());
    assert!(!get(&socket, "onmessage").is_function());
}

#[wasm_bindgen_test]
fn a_text_frame_and_a_malformed_message_are_violations_that_close_the_socket() {
    for data in [JsValue::from("text"), buffer(&[0xFF]), buffer(&[])] {
        let mut page = Page::new(fake_socket());
        page.enter("r");
        let socket = page.socket();
        call(&socket, "onopen", &JsValue::NULL);
        let event = Object::new();
        set(&event, "data", &data);
        call(&socket, "onmessage", &event);
        assert_eq!(closed_with(&socket), Some(4000.0));
    }
}

#[wasm_bindgen_test]
async fn a_connect_that_throws_is_a_closed_socket() {
    let mut page = Page::new(Function::new_no_args("throw new Error('refused')"));
    page.enter("r");
    assert_eq!(page.next(CLOSED).await.small, 1006);
}

#[wasm_bindgen_test]
async fn a_socket_that_closes_while_it_is_written_to_is_no_trouble() {
    let mut page = Page::new(Function::new_no_args(
        "return { send() { this.onclose({ code: 1012 }); }, close() {} };",
    ));
    page.enter("r");
    call(&page.socket(), "onopen", &JsValue::NULL);
    assert_eq!(page.next(CLOSED).await.small, 1012);
}

#[wasm_bindgen_test]
async fn two_cores_do_not_touch_each_other() {
    let mut one = Page::new(fake_socket());
    let mut two = Page::new(real_socket());
    one.enter("r");
    two.enter("r");
    drop(one);
    two.next(CLOSED).await;
    two.next(CLOSED).await;
}

#[wasm_bindgen_test]
fn rooms_and_values_that_the_wire_does_not_allow_are_answered_and_not_thrown() {
    let mut page = Page::new(fake_socket());
    assert_eq!(page.enter(""), None);
    assert_eq!(page.enter("r"), Some(0));
    assert_eq!(page.enter("r"), None, "entered already");
    page.core.update_cursor(0, f64::NAN, 0.0);
    page.core.update_cursor(200, 0.0, 0.0);
    assert!(!page.core.set_field(0, 4, &[9]), "no such activity");
    assert!(
        !page.core.broadcast_event(0, "", &[]),
        "an event has a name"
    );
    assert!(!page.core.set_field(16, 4, &[0]), "no such channel");
    assert_eq!(page.core.collect_cursors(16), 0);
    assert_eq!(page.core.animate_cursors(16), 0);
    assert_eq!(page.core.animate_cursors(0), 0, "nobody is there");
}

#[wasm_bindgen_test]
fn the_wake_up_comes_once_until_it_is_answered() {
    let mut page = Page::new(fake_socket());
    page.enter("r");
    let socket = page.socket();
    call(&socket, "onopen", &JsValue::NULL);
    let event = Object::new();
    set(&event, "code", &1012.into());
    call(&socket, "onclose", &event);
    assert_eq!(*page.wakes.borrow(), 1);
    assert!(page.core.poll() > 0);
    assert_eq!(page.core.poll(), 0);
}

#[wasm_bindgen_test]
fn the_version_is_that_of_the_crate() {
    assert_eq!(mote_client_wasm::version(), env!("CARGO_PKG_VERSION"));
}

/// A core with a facade of the test's own.
struct Page {
    core: Core,
    records: std::collections::VecDeque<Record>,
    /// Every socket that was made.
    sockets: Rc<RefCell<Vec<JsValue>>>,
    wakes: Rc<RefCell<u32>>,
    /// Resolves the promise that waits for a wake-up.
    waiter: Rc<RefCell<Option<Function>>>,
    _connect: Closure<dyn FnMut() -> JsValue>,
    _wake: Closure<dyn FnMut()>,
}

#[derive(Debug)]
struct Record {
    kind: u8,
    channel: u8,
    small: u16,
    number: u32,
}

impl Page {
    /// `make` returns a socket.
    fn new(make: Function) -> Self {
        let sockets = Rc::new(RefCell::new(Vec::new()));
        let made = Rc::clone(&sockets);
        let connect = Closure::<dyn FnMut() -> JsValue>::new(move || {
            let socket = make.call0(&JsValue::NULL).unwrap_throw();
            made.borrow_mut().push(socket.clone());
            socket
        });
        let wakes = Rc::new(RefCell::new(0));
        let waiter = Rc::new(RefCell::new(None::<Function>));
        let (counted, waiting) = (Rc::clone(&wakes), Rc::clone(&waiter));
        let wake = Closure::<dyn FnMut()>::new(move || {
            *counted.borrow_mut() += 1;
            if let Some(resolve) = waiting.borrow_mut().take() {
                resolve.call0(&JsValue::NULL).unwrap_throw();
            }
        });
        let function = |closure: &JsValue| closure.clone().unchecked_into::<Function>();
        let core = Core::new(
            60,
            false,
            1,
            2,
            function(connect.as_ref()),
            function(wake.as_ref()),
        );
        Self {
            core,
            records: std::collections::VecDeque::new(),
            sockets,
            wakes,
            waiter,
            _connect: connect,
            _wake: wake,
        }
    }

    fn enter(&mut self, room: &str) -> Option<u8> {
        self.core.enter_room(room, "", -1, &[], false)
    }

    fn socket(&self) -> JsValue {
        self.sockets
            .borrow()
            .last()
            .expect("a socket was made")
            .clone()
    }

    /// The next record of a kind; waits for wake-ups, and the test fails when none comes.
    async fn next(&mut self, kind: u8) -> Record {
        loop {
            self.read();
            while let Some(record) = self.records.pop_front() {
                if record.kind == kind {
                    return record;
                }
            }
            let waiter = Rc::clone(&self.waiter);
            let woken = Promise::new(&mut |resolve, _| *waiter.borrow_mut() = Some(resolve));
            JsFuture::from(woken).await.unwrap_throw();
        }
    }

    fn read(&mut self) {
        let length = u32::try_from(self.core.poll()).expect("a wasm memory has 32 bits");
        let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
        let place = u32::try_from(self.core.records() as usize).expect("a wasm memory has 32 bits");
        let bytes =
            Uint8Array::new_with_byte_offset_and_length(&memory.buffer(), place, length).to_vec();
        let mut rest = &bytes[..];
        while let Some((header, after)) = rest.split_first_chunk::<12>() {
            let &[kind, channel, s0, s1, n0, n1, n2, n3, l0, l1, l2, l3] = header;
            self.records.push_back(Record {
                kind,
                channel,
                small: u16::from_le_bytes([s0, s1]),
                number: u32::from_le_bytes([n0, n1, n2, n3]),
            });
            rest = &after[u32::from_le_bytes([l0, l1, l2, l3]) as usize..];
        }
        assert!(rest.is_empty(), "records end where the buffer ends");
    }
}

/// Makes sockets to a port where nothing listens.
fn real_socket() -> Function {
    Closure::<dyn FnMut() -> WebSocket>::new(|| {
        WebSocket::new_with_str("ws://127.0.0.1:9/ws", "mote.v1").unwrap_throw()
    })
    .into_js_value()
    .unchecked_into()
}

/// Makes objects that keep what is done to them.
fn fake_socket() -> Function {
    Function::new_no_args(
        "return {
           sent: [], isClosed: false,
           send(bytes) { this.sent.push(...bytes); },
           close(code) { this.isClosed = true; this.code ??= code; },
         };",
    )
}

fn buffer(bytes: &[u8]) -> JsValue {
    let buffer: ArrayBuffer = Uint8Array::from(bytes).buffer();
    buffer.into()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_throw()
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    Reflect::set(object, &name.into(), value).unwrap_throw();
}

fn call(object: &JsValue, name: &str, argument: &JsValue) {
    let listener: Function = get(object, name).unchecked_into();
    listener.call1(object, argument).unwrap_throw();
}

fn sent(socket: &JsValue) -> Vec<u8> {
    Uint8Array::new(&get(socket, "sent")).to_vec()
}

fn closed_with(socket: &JsValue) -> Option<f64> {
    get(socket, "code").as_f64()
}
