//! Worlds: clients, faulty lines and the real hub and sessions in virtual time.

mod canary;
mod crowd;
mod cuts;
mod kit;
mod moving;
mod nodes;
mod redirects;
mod seeds;
mod together;
