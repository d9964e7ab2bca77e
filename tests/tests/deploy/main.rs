//! The files in `deploy/`: read as those who use them read them, and nginx's run for real.

mod compose;
mod dockerfile;
mod files;
mod kubernetes;
mod nginx;
mod proxy;
mod settings;
mod shared;
mod systemd;
mod visitors;
mod watching;
