//! The shell in a browser: sockets, timer, wake-ups and records, without a server.

#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use mote_client_wasm::{command, open, reserve};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Kinds of commands, and the answer to one that is refused.
const OPENED: u8 = 0;
const HEARD: u8 = 1;
const SHUT: u8 = 2;
const ENTER: u8 = 3;
const POLL: u8 = 7;
const LEAVE: u8 = 8;
const CURSOR: u8 = 10;
const FIELD: u8 = 11;
const CUSTOM: u8 = 12;
const EVENT: u8 = 13;
const COLLECT_CURSORS: u8 = 14;
const ANIMATE_CURSORS: u8 = 15;
const REFUSED: isize = -1;

/// Kinds and numbers of `protocol/src/client/records.rs`.
const STATUS: u8 = 1;
const CLOSED: u8 = 2;
const CONNECTING: u16 = 1;

#[wasm_bindgen_test]
async fn a_room_without_a_server_is_tried_again_and_told_in_records() {
    let mut page = Page::new(&real_socket());
    assert_eq!(enter("r"), 0);
    let status = page.next(STATUS).await;
    assert_eq!((status.channel, status.small), (255, CONNECTING));
    let closed = page.next(CLOSED).await;
    assert_eq!(
        (closed.channel, closed.small, closed.number),
        (255, 1006, 3)
    );
    page.next(CLOSED).await;
    assert!(page.sockets.length() >= 2, "a second socket was tried");
}

#[wasm_bindgen_test]
fn leaving_the_last_room_closes_the_socket_and_hears_nothing_more_of_it() {
    let mut page = Page::new(&fake_socket());
    enter("r");
    let socket = page.socket();
    tell(OPENED, 0);
    assert_eq!(sent(&socket).first(), Some(&0x30), "the join");
    tell(LEAVE, 0);
    assert_eq!(closed_with(&socket), Some(1000.0));
    assert_eq!(sent(&socket).last(), Some(&0x40), "the leave");
    page.read();
    tell(SHUT, 1012);
    page.records.clear();
    page.read();
    assert!(page.records.is_empty(), "it ended before");
}

#[wasm_bindgen_test]
fn a_malformed_message_is_a_violation_that_closes_the_socket() {
    for message in [&[0xFF][..], &[]] {
        let page = Page::new(&fake_socket());
        enter("r");
        tell(OPENED, 0);
        give(HEARD, 0, &[message], [0.0; 2]);
        assert_eq!(closed_with(&page.socket()), Some(4000.0));
    }
}

#[wasm_bindgen_test]
async fn a_connect_that_throws_is_a_closed_socket() {
    let mut page = Page::new(&Function::new_no_args("throw new Error('refused')"));
    enter("r");
    assert_eq!(page.next(CLOSED).await.small, 1006);
}

#[wasm_bindgen_test]
async fn a_socket_that_closes_while_it_is_written_to_is_no_trouble() {
    let mut page = Page::new(&Function::new_no_args(
        "return { send() { tell(2, 1012); }, close() {} };",
    ));
    enter("r");
    tell(OPENED, 0);
    assert_eq!(page.next(CLOSED).await.small, 1012);
}

#[wasm_bindgen_test]
fn what_the_wire_or_the_table_does_not_allow_is_refused_and_not_thrown() {
    let _page = Page::new(&fake_socket());
    assert_eq!(enter(""), REFUSED);
    assert_eq!(enter("r"), 0);
    assert_eq!(enter("r"), REFUSED, "entered already");
    let none: &[&[u8]] = &[];
    let refused: [Command<'_>; 16] = [
        (CURSOR, 0, none, [f64::NAN, 0.0]),
        (CURSOR, 200, none, [0.0; 2]),
        (CURSOR, -1, none, [0.0; 2]),
        (FIELD, 0, &[&[9]], [4.0, 0.0]),
        (FIELD, 16, &[&[0]], [4.0, 0.0]),
        (FIELD, 0, &[&[0]], [1e9, 0.0]),
        (EVENT, 0, none, [0.0; 2]),
        (EVENT, 0, &[b"wave"], [5.0, 0.0]),
        (EVENT, 0, &[b"wave"], [f64::INFINITY, 0.0]),
        (CUSTOM, 0, &[b"\xff\xff"], [1.0, 0.0]),
        (ENTER, -1, &[b"s"], [2.0, 0.0]),
        (ENTER, -1, &[b"s"], [1.0, 1.0]),
        (ENTER, -1, &[b"\xff"], [1.0, 0.0]),
        (COLLECT_CURSORS, 16, none, [0.0; 2]),
        (ANIMATE_CURSORS, 16, none, [0.0; 2]),
        (255, 0, none, [0.0; 2]),
    ];
    for (kind, number, parts, [x, y]) in refused {
        assert_eq!(
            give(kind, number, parts, [x, y]),
            REFUSED,
            "{kind} {number} {x} {y}"
        );
    }
}

#[wasm_bindgen_test]
fn nobody_is_there_and_no_cursor_is_read() {
    let _page = Page::new(&fake_socket());
    enter("r");
    for kind in [COLLECT_CURSORS, ANIMATE_CURSORS] {
        assert_eq!(read_memory(tell(kind, 0), 4), 0.0_f32.to_le_bytes());
    }
}

#[wasm_bindgen_test]
fn the_wake_up_comes_once_until_it_is_answered() {
    let mut page = Page::new(&fake_socket());
    enter("r");
    tell(OPENED, 0);
    tell(SHUT, 1012);
    assert_eq!(*page.wakes.borrow(), 1);
    page.read();
    assert!(!page.records.is_empty());
    page.records.clear();
    page.read();
    assert!(page.records.is_empty());
}

/// Kind, number, parts of the bytes, x and y.
type Command<'a> = (u8, i32, &'a [&'a [u8]], [f64; 2]);

fn tell(kind: u8, number: i32) -> isize {
    command(kind, number, 0.0, 0.0)
}

/// Gives a command with bytes.
fn give(kind: u8, number: i32, parts: &[&[u8]], [x, y]: [f64; 2]) -> isize {
    let bytes = parts.concat();
    let place = reserve(bytes.len());
    Uint8Array::new_with_byte_offset(&memory(), address(place as usize))
        .set(&Uint8Array::from(&bytes[..]), 0);
    command(kind, number, x, y)
}

#[expect(clippy::cast_precision_loss, reason = "a short name")]
fn enter(room: &str) -> isize {
    give(ENTER, -1, &[room.as_bytes()], [room.len() as f64, 0.0])
}

fn read_memory(place: isize, length: u32) -> Vec<u8> {
    let place = address(place.cast_unsigned());
    Uint8Array::new_with_byte_offset_and_length(&memory(), place, length).to_vec()
}

fn address(place: usize) -> u32 {
    u32::try_from(place).expect("a wasm memory has 32 bits")
}

fn memory() -> JsValue {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    memory.buffer()
}

/// A facade of the test's own.
struct Page {
    records: VecDeque<Record>,
    /// Every socket that was made.
    sockets: Array,
    wakes: Rc<RefCell<u32>>,
    /// Resolves the promise that waits for a wake-up.
    waiter: Rc<RefCell<Option<Function>>>,
    _wake: Closure<dyn FnMut()>,
    _tell: Closure<dyn FnMut(u8, i32)>,
}

#[derive(Debug)]
struct Record {
    kind: u8,
    channel: u8,
    small: u16,
    number: u32,
}

impl Page {
    /// `make` returns a socket, or throws; it finds `tell` for what the socket tells.
    fn new(make: &Function) -> Self {
        let sockets = Array::new();
        let connect = Function::new_with_args(
            "make, sockets",
            "return () => sockets[sockets.push(make()) - 1];",
        );
        let connect = connect
            .call2(&JsValue::NULL, make, &sockets)
            .expect("a function");
        let wakes = Rc::new(RefCell::new(0));
        let waiter = Rc::new(RefCell::new(None::<Function>));
        let (counted, waiting) = (Rc::clone(&wakes), Rc::clone(&waiter));
        let wake = Closure::<dyn FnMut()>::new(move || {
            *counted.borrow_mut() += 1;
            if let Some(resolve) = waiting.borrow_mut().take() {
                resolve.call0(&JsValue::NULL).unwrap_throw();
            }
        });
        let tell = Closure::<dyn FnMut(u8, i32)>::new(|kind, number| {
            tell(kind, number);
        });
        // Where the glue of the tests looks for them.
        let global = js_sys::global();
        set(&global, "connect", &connect);
        set(&global, "wake", wake.as_ref());
        set(&global, "tell", tell.as_ref());
        open(60, false, 1);
        Self {
            records: VecDeque::new(),
            sockets,
            wakes,
            waiter,
            _wake: wake,
            _tell: tell,
        }
    }

    fn socket(&self) -> JsValue {
        self.sockets.get(self.sockets.length() - 1)
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
        let mut place = tell(POLL, 0);
        while read_memory(place, 1) != [0] {
            let header = read_memory(place, 12);
            let &[kind, channel, s0, s1, n0, n1, n2, n3, l0, l1, l2, l3] = &header[..] else {
                panic!("a header of 12 bytes");
            };
            self.records.push_back(Record {
                kind,
                channel,
                small: u16::from_le_bytes([s0, s1]),
                number: u32::from_le_bytes([n0, n1, n2, n3]),
            });
            place += 12 + isize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).expect("short");
        }
    }
}

/// Makes sockets to a port where nothing listens.
fn real_socket() -> Function {
    Function::new_no_args(
        "const socket = new WebSocket('ws://127.0.0.1:9/ws', 'mote.v1');
         socket.onclose = ({ code }) => tell(2, code);
         return socket;",
    )
}

/// Makes objects that keep what is done to them.
fn fake_socket() -> Function {
    Function::new_no_args(
        "return {
           sent: [],
           send(bytes) { this.sent.push(...bytes); },
           close(code) { this.code = code; },
         };",
    )
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_throw()
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    Reflect::set(object, &name.into(), value).unwrap_throw();
}

fn sent(socket: &JsValue) -> Vec<u8> {
    Uint8Array::new(&get(socket, "sent")).to_vec()
}

fn closed_with(socket: &JsValue) -> Option<f64> {
    get(socket, "code").as_f64()
}
