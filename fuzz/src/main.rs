//! Under `cargo xtask fuzz`, which sets `cfg(fuzzing)`, libFuzzer's program for the target that is named
//! in `MOTE_FUZZ_TARGET`. Otherwise it writes the seeds of every target into a folder.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
use std::sync::OnceLock;

#[cfg(fuzzing)]
static TARGET: OnceLock<&mote_fuzz::Target> = OnceLock::new();

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(
    init: {
        let name = std::env::var("MOTE_FUZZ_TARGET").expect("MOTE_FUZZ_TARGET names a target");
        let target = mote_fuzz::target(&name).expect("MOTE_FUZZ_TARGET names a target");
        TARGET.get_or_init(|| target);
    },
    |data: &[u8]| {
        if let Some(target) = TARGET.get()
            && data.len() <= target.bytes_max
        {
            (target.run)(data);
        }
    }
);

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).unwrap_or_else(|| "seeds".into());
    for target in mote_fuzz::TARGETS {
        let folder = std::path::Path::new(&folder).join(target.name);
        std::fs::create_dir_all(&folder)?;
        for (number, seed) in (target.seeds)().iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number:03}")), seed)?;
        }
    }
    Ok(())
}
