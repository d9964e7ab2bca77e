//! The shell: runs the machine's outputs. No borrow is held while JavaScript runs.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use mote_protocol::client::{Client, Config, Output, Records, Target};
use mote_protocol::time::Instant;
use mote_protocol::wire::Channel;
use wasm_bindgen::JsValue;

use crate::socket::{Heard, Socket};
use crate::timer::Timer;
use crate::{clock, socket};

/// The close code of a socket that could not even be made, as browsers report it.
const ABNORMAL: u16 = 1006;

/// The machine, its socket, its timer, and what waits for JavaScript.
pub(crate) struct Shell {
    state: RefCell<State>,
    connect: Function,
    wake: Function,
}

struct State {
    client: Client,
    socket: Option<Socket>,
    timer: Timer,
    /// The records that were polled last: JavaScript reads them in place.
    polled: Records,
    /// The cursors that were read last: JavaScript reads them in place.
    cursors: Vec<f32>,
    is_woken: bool,
}

impl Shell {
    pub(crate) fn new(config: Config, seed: u64, connect: Function, wake: Function) -> Rc<Self> {
        Rc::new(Self {
            state: RefCell::new(State {
                client: Client::new(config, seed),
                socket: None,
                timer: Timer::default(),
                polled: Records::default(),
                cursors: Vec::new(),
                is_woken: false,
            }),
            connect,
            wake,
        })
    }

    /// One input to the machine, then everything that it wants done.
    pub(crate) fn run<R>(self: &Rc<Self>, input: impl FnOnce(&mut Client, Instant) -> R) -> R {
        let now = clock::now();
        let result = input(&mut self.state.borrow_mut().client, now);
        self.drain();
        result
    }

    /// Moves the machine's records to where JavaScript reads them. It polls in the microtask after
    /// the wake-up, so what has collected is what one task brought.
    pub(crate) fn poll(&self) -> usize {
        let mut state = self.state.borrow_mut();
        let State { client, polled, .. } = &mut *state;
        client.poll_records(polled);
        state.is_woken = false;
        state.polled.as_bytes().len()
    }

    /// Where the polled records lie.
    pub(crate) fn polled(&self) -> *const u8 {
        self.state.borrow().polled.as_bytes().as_ptr()
    }

    /// Collects the shown cursors of the others in a room: user, x, y; and says how many numbers.
    pub(crate) fn collect_cursors(&self, channel: Channel) -> usize {
        self.draw_cursors(channel, None).unsigned_abs()
    }

    /// The same with each cursor where it is to be drawn now; a negative count while one still moves.
    pub(crate) fn animate_cursors(&self, channel: Channel) -> isize {
        self.draw_cursors(channel, Some(clock::now()))
    }

    fn draw_cursors(&self, channel: Channel, now: Option<Instant>) -> isize {
        let mut state = self.state.borrow_mut();
        let State {
            client, cursors, ..
        } = &mut *state;
        cursors.clear();
        let is_moving = client.draw_cursors(channel, now, |user, [x, y]| {
            cursors.extend_from_slice(&[number_f32(user), fraction_f32(x), fraction_f32(y)]);
        });
        let count = cursors.len().cast_signed();
        if is_moving { -count } else { count }
    }

    /// Where the collected cursors lie.
    pub(crate) fn cursors(&self) -> *const f32 {
        self.state.borrow().cursors.as_ptr()
    }

    fn drain(self: &Rc<Self>) {
        // Ends: the machine puts out finitely much for one input, and only a failed connect, which
        // it answers with a wait, feeds it again from here.
        loop {
            let output = self.state.borrow_mut().client.poll_output();
            match output {
                None => break,
                Some(Output::Connect) => self.connect(),
                Some(Output::Transmit(bytes)) => self.transmit(&bytes),
                Some(Output::Disconnect { code }) => self.disconnect(code),
            }
        }
        self.arm();
        self.wake();
    }

    fn connect(self: &Rc<Self>) {
        let target = match self.state.borrow().client.target() {
            Target::Server => JsValue::UNDEFINED,
            Target::Proxied => JsValue::TRUE,
            Target::Redirected(url) => url.into(),
        };
        // The listeners must not keep the shell alive.
        let this = Rc::downgrade(self);
        let opened = Socket::open(&self.connect, &target, move |heard| {
            if let Some(shell) = this.upgrade() {
                shell.hear(heard);
            }
        });
        match opened {
            Some(socket) => {
                let old = self.state.borrow_mut().socket.replace(socket);
                drop(old);
            }
            None => self
                .state
                .borrow_mut()
                .client
                .handle_close(clock::now(), ABNORMAL),
        }
    }

    fn transmit(&self, bytes: &[u8]) {
        let handle = self.state.borrow().socket.as_ref().map(Socket::handle);
        if let Some(handle) = handle {
            socket::send(&handle, bytes);
        }
    }

    fn disconnect(&self, code: u16) {
        let socket = self.state.borrow_mut().socket.take();
        if let Some(socket) = socket {
            socket.close(code);
        }
    }

    fn hear(self: &Rc<Self>, heard: Heard) {
        match heard {
            Heard::Open => self.run(Client::handle_open),
            Heard::Message(bytes) => self.run(|client, now| client.handle_message(now, &bytes)),
            Heard::Close(code) => {
                let closed = self.state.borrow_mut().socket.take();
                drop(closed);
                self.run(|client, now| client.handle_close(now, code));
            }
        }
    }

    fn arm(self: &Rc<Self>) {
        let mut timer = std::mem::take(&mut self.state.borrow_mut().timer);
        match self.state.borrow().client.poll_timeout() {
            None => timer.disarm(),
            Some(deadline) if timer.covers(deadline) => {}
            Some(deadline) => {
                let this = Rc::downgrade(self);
                timer.arm(clock::now(), deadline, move || {
                    if let Some(shell) = this.upgrade() {
                        shell.ring();
                    }
                });
            }
        }
        self.state.borrow_mut().timer = timer;
    }

    fn ring(self: &Rc<Self>) {
        let rung = std::mem::take(&mut self.state.borrow_mut().timer);
        drop(rung);
        self.run(Client::handle_timeout);
    }

    fn wake(&self) {
        {
            let mut state = self.state.borrow_mut();
            if state.is_woken || !state.client.has_records() {
                return;
            }
            state.is_woken = true;
        }
        // The facade's wake-up only schedules a microtask.
        drop(self.wake.call0(&JsValue::NULL));
    }
}

/// Exact up to 2^24 people in a room.
#[expect(clippy::cast_precision_loss, reason = "ids are dense: far under 2^24")]
const fn number_f32(user: u32) -> f32 {
    user as f32
}

/// Sixteen bits of position fit the 24 of a f32.
#[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest f32")]
const fn fraction_f32(fraction: f64) -> f32 {
    fraction as f32
}
