//! The shell: runs the machine's outputs. No borrow is held while JavaScript runs.

use std::cell::Cell;

use js_sys::Uint8Array;
use mote_protocol::client::{Client, Output, Records, Target};
use mote_protocol::time::Instant;
use mote_protocol::wire::Channel;
use web_sys::WebSocket;

use crate::timer::Timer;
use crate::{clock, host};

/// The close code of a socket that could not even be made, as browsers report it.
const ABNORMAL: u16 = 1006;

/// The machine, its socket, its timer, and what waits on either side.
pub(crate) struct Shell {
    pub(crate) client: Client,
    /// Until it closed, or was given up.
    pub(crate) socket: Option<WebSocket>,
    timer: Timer,
    /// The bytes of the last command.
    pub(crate) given: Vec<u8>,
    /// The records that were polled last: JavaScript reads them in place.
    polled: Records,
    /// The cursors that were read last: JavaScript reads them in place.
    cursors: Vec<f32>,
    is_woken: bool,
}

/// What is to be done in JavaScript.
enum Act {
    Connect { is_proxied: bool, url: String },
    Send(WebSocket, Vec<u8>),
    Close(WebSocket, u16),
    Wake,
    Arm(Option<Instant>),
}

thread_local! {
    static SHELL: Cell<Option<&'static mut Shell>> = const { Cell::new(None) };
}

/// Begins with a new machine.
pub(crate) fn open(client: Client) {
    let shell = Box::new(Shell {
        client,
        socket: None,
        timer: Timer::idle(),
        given: Vec::new(),
        polled: Records::default(),
        cursors: Vec::new(),
        is_woken: false,
    });
    SHELL.set(Some(Box::leak(shell)));
}

/// Makes room for the bytes of the next command.
pub(crate) fn reserve(length: usize) -> *const u8 {
    let place = with(|shell| {
        shell.given = vec![0; length];
        shell.given.as_ptr()
    });
    place.unwrap_or_else(core::ptr::null)
}

/// One input, then everything that the machine wants done.
pub(crate) fn run(input: impl FnOnce(&mut Shell, Instant) -> Option<isize>) -> Option<isize> {
    let now = clock::now();
    let answer = with(|shell| input(shell, now)).flatten();
    drain(now);
    answer
}

fn with<R>(look: impl FnOnce(&mut Shell) -> R) -> Option<R> {
    let shell = SHELL.take()?;
    let seen = look(shell);
    SHELL.set(Some(shell));
    Some(seen)
}

fn drain(now: Instant) {
    // Ends: the machine puts out finitely much for one input, and only a failed connect, which it
    // answers with a wait, feeds it again from here.
    while let Some(act) = with(Shell::next).flatten() {
        match act {
            Act::Connect { is_proxied, url } => {
                let socket = host::connect(is_proxied, &url).ok();
                with(|shell| {
                    if socket.is_none() {
                        shell.client.handle_close(now, ABNORMAL, "");
                    }
                    shell.socket = socket;
                });
            }
            Act::Send(socket, bytes) => {
                // A copy: a class that is not the browser's might read it only later, when this
                // memory holds something else. A socket that is closing drops it, and its close
                // event follows.
                let copy = Uint8Array::from(&bytes[..]);
                drop(socket.send_with_array_buffer_view(&copy));
            }
            Act::Close(socket, code) => drop(socket.close_with_code(code)),
            Act::Wake => host::wake(),
            Act::Arm(deadline) => {
                let timer = deadline.map_or(Timer::idle(), |due| Timer::new(now, due, ring));
                drop(with(|shell| std::mem::replace(&mut shell.timer, timer)));
            }
        }
    }
}

fn ring() {
    run(|shell, now| {
        shell.timer.rang();
        shell.client.handle_timeout(now);
        None
    });
}

impl Shell {
    /// The socket closed.
    pub(crate) fn lose_socket(&mut self) {
        self.socket = None;
        // A timer that was armed as a timer rang may be a minute late in a hidden tab; the next
        // attempt must not wait for it, but for one that is armed now.
        self.timer = Timer::idle();
    }

    /// Moves the machine's records to where JavaScript reads them; the place. It polls in the
    /// microtask after the wake-up, so what has collected is what one task brought.
    pub(crate) fn poll(&mut self) -> isize {
        self.client.poll_records(&mut self.polled);
        self.is_woken = false;
        place(self.polled.as_bytes())
    }

    /// Collects the shown cursors of the others in a room, or where they are drawn `now`; the place.
    pub(crate) fn draw_cursors(&mut self, channel: Channel, now: Option<Instant>) -> isize {
        let Self {
            client, cursors, ..
        } = self;
        cursors.clear();
        cursors.push(0.0);
        let is_moving = client.draw_cursors(channel, now, |user, [x, y]| {
            cursors.extend_from_slice(&[number_f32(user), fraction_f32(x), fraction_f32(y)]);
        });
        let sign = if is_moving { -1.0 } else { 1.0 };
        let count = number_f32(u32::try_from(cursors.len() - 1).unwrap_or_default());
        if let Some(first) = cursors.first_mut() {
            *first = sign * count;
        }
        place(cursors)
    }

    fn next(&mut self) -> Option<Act> {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Connect => {
                    let (is_proxied, url) = match self.client.target() {
                        Target::Server => (false, ""),
                        Target::Proxied => (true, ""),
                        Target::Redirected(url) => (false, url),
                    };
                    let url = url.to_owned();
                    return Some(Act::Connect { is_proxied, url });
                }
                Output::Transmit(bytes) => {
                    if let Some(socket) = &self.socket {
                        return Some(Act::Send(socket.clone(), bytes));
                    }
                }
                Output::Disconnect { code } => {
                    if let Some(socket) = self.socket.take() {
                        return Some(Act::Close(socket, code));
                    }
                }
            }
        }
        if !self.is_woken && self.client.has_records() {
            self.is_woken = true;
            return Some(Act::Wake);
        }
        let deadline = self.client.poll_timeout();
        (!self.timer.covers(deadline)).then_some(Act::Arm(deadline))
    }
}

/// An address in wasm memory, as JavaScript takes it.
fn place<T>(items: &[T]) -> isize {
    items.as_ptr().addr().cast_signed()
}

/// Exact up to 2^24 people in a room.
#[expect(clippy::cast_precision_loss, reason = "ids are dense: far under 2^24")]
const fn number_f32(number: u32) -> f32 {
    number as f32
}

/// Sixteen bits of position fit the 24 of a f32.
#[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest f32")]
const fn fraction_f32(fraction: f64) -> f32 {
    fraction as f32
}
