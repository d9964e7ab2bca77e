//! The log: what goes to stderr, and how it is written.
//!
//! Events carry what people send (the ids of rooms, names, accounts). Whatever is in it, an event is one
//! line, and a terminal does nothing but show it.

use std::fmt::{self, Debug, Write};
use std::io::{self, IsTerminal};

use mote_server::config::{Config, LogFormat};
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::prelude::*;

/// Only Mote's own events: libraries would log what people send.
pub(crate) fn start(config: &Config) {
    let own = Targets::new().with_target("mote", config.log);
    let registry = tracing_subscriber::registry().with(own);
    match config.log_format {
        LogFormat::Pretty => {
            let fields = debug_fn(write_field).delimited(" ");
            let layer = layer().fmt_fields(fields).with_writer(io::stderr);
            registry
                .with(layer.with_ansi(io::stderr().is_terminal()))
                .init();
        }
        LogFormat::Json => {
            let layer = layer().json().flatten_event(true).with_writer(io::stderr);
            registry
                .with(layer.with_current_span(false).with_span_list(false))
                .init();
        }
    }
}

fn write_field(
    writer: &mut Writer<'_>,
    field: &tracing::field::Field,
    value: &dyn Debug,
) -> fmt::Result {
    if field.name() != "message" {
        write!(writer, "{}=", field.name())?;
    }
    write!(Shown(writer), "{value:?}")
}

/// Passes everything on but what a terminal would obey, or a reader of lines take for the end of one: that
/// as Rust writes it.
struct Shown<'a, 'w>(&'a mut Writer<'w>);

impl Write for Shown<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if is_obeyed(c) {
                write!(self.0, "{}", c.escape_default())?;
            } else {
                self.0.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Control characters, ends of lines and paragraphs, and what turns the direction of text around.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
