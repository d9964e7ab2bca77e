//! `mote-load`: many clients that move their cursors, and how soon the others see it.
//!
//! Speaks to a server on this machine only. Every position carries a running number, so that each
//! delivery is matched with the moment it was sent.

mod client;
mod histogram;
mod options;
mod report;
mod room;

use std::cell::RefCell;
use std::io::{self, Write};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use clap::Parser;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::sleep;

use client::LoadClient;
use options::Options;
use report::Tally;
use room::Room;

/// How long after the last move the last deliveries may take.
const SETTLE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result =
        runtime.and_then(|runtime| runtime.block_on(LocalSet::new().run_until(run(&options))));
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "mote-load: {error}");
            ExitCode::FAILURE
        }
    }
}

/// True when every newest position arrived everywhere and none after a newer one.
async fn run(options: &Options) -> io::Result<bool> {
    let tally = Rc::new(RefCell::new(Tally::default()));
    let rooms: Vec<_> = (0..options.rooms)
        .map(|_| Rc::new(RefCell::new(Room::default())))
        .collect();
    let mut clients = Vec::new();
    for index in 0..options.clients {
        let room_index = index % options.rooms;
        let room = Rc::clone(&rooms[room_index]);
        // A run finds empty rooms: the seats of the run before may still be in their grace.
        let name = format!("load {} {room_index}", std::process::id());
        let client = LoadClient::join(&options.url, &name, room, Rc::clone(&tally)).await?;
        clients.push(client);
    }
    tally.borrow_mut().forget();
    let start = Instant::now();
    let period = Duration::from_secs(1) / u32::from(options.hz);
    let mut tasks = JoinSet::new();
    for (index, client) in (0u32..).zip(clients) {
        let phase = period * index / u32::try_from(options.clients).unwrap_or(u32::MAX);
        let moves = options.seconds * u32::from(options.hz);
        tasks.spawn_local(client.drive(start + phase, period, moves));
    }
    let moving = Duration::from_secs(u64::from(options.seconds)) + period;
    let end = start + moving + SETTLE;
    sleep(moving).await;
    while Instant::now() < end
        && rooms
            .iter()
            .any(|room| room.borrow().finals().missing() > 0)
    {
        // Deliveries are told by no one else; a look every few milliseconds ends the run early.
        sleep(Duration::from_millis(5)).await;
        if let Some(Ok(Err(error))) = tasks.try_join_next() {
            return Err(error);
        }
    }
    let finals = rooms
        .iter()
        .map(|room| room.borrow().finals())
        .fold(room::Finals::default(), room::Finals::plus);
    let possible = rooms
        .iter()
        .map(|room| room.borrow().deliveries_possible())
        .sum();
    let tally = tally.borrow();
    let text = report::table(options, &tally, possible, finals);
    io::stdout().write_all(text.as_bytes())?;
    Ok(finals.missing() == 0 && tally.is_clean())
}
