//! Which sockets have something to read: epoll, edge-triggered, with waits finer than a millisecond.

use std::io;
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{Timespec, epoll};

/// So few at once that a move that falls due meanwhile is not late.
const EVENTS_MAX: usize = 64;

/// The set of sockets that are watched, each under a number.
pub(crate) struct Poller {
    epoll: OwnedFd,
    events: Vec<epoll::Event>,
}

impl Poller {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            events: Vec::with_capacity(EVENTS_MAX),
        })
    }

    pub(crate) fn add(&self, stream: &TcpStream, number: usize) -> io::Result<()> {
        let data = epoll::EventData::new_u64(number as u64);
        let interest = epoll::EventFlags::IN | epoll::EventFlags::OUT | epoll::EventFlags::ET;
        Ok(epoll::add(&self.epoll, stream, data, interest)?)
    }

    /// Waits for at most `limit`; the numbers of the sockets that became readable or writable.
    pub(crate) fn wait(&mut self, limit: Duration) -> io::Result<Vec<usize>> {
        let limit = Timespec {
            tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(limit.subsec_nanos()),
        };
        self.events.clear();
        let room = rustix::buffer::spare_capacity(&mut self.events);
        match epoll::wait(&self.epoll, room, Some(&limit)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let numbers = self.events.iter().map(|event| event.data.u64());
        Ok(numbers
            .filter_map(|number| usize::try_from(number).ok())
            .collect())
    }
}
