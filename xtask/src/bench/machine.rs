//! The machine and the versions that numbers depend on.

use std::fs;
use std::thread;

use super::cores;
use crate::kit::Kit;
use crate::run::quiet;

/// A Markdown list.
pub(super) fn facts(kit: &Kit) -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let pinned = if cores::can_pin() {
        "the server on core 0, the load on core 1"
    } else {
        "nothing is pinned"
    };
    let peers = fs::read_to_string(kit.root.join("tests/peers/package.json")).unwrap_or_default();
    format!(
        "- {} cores, {}; {pinned}\n- Linux {}\n- Mote {}; {}\n- Node.js {}; {}\n",
        cores,
        processor(),
        first_line("/proc/sys/kernel/osrelease"),
        env!("CARGO_PKG_VERSION"),
        said(kit, "rustc"),
        said(kit, "node"),
        dependencies(&peers).join(", "),
    )
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map(|rest| rest.trim_start_matches([' ', '\t', ':']).to_owned());
    model.unwrap_or_else(|| "of a kind that the kernel does not name".to_owned())
}

fn first_line(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}

fn said(kit: &Kit, program: &str) -> String {
    let version = kit
        .command(program)
        .and_then(|mut command| quiet(command.arg("--version")));
    version.map_or_else(|_| format!("no {program}"), |said| said.trim().to_owned())
}

/// `name version` of each line like `"name": "1.2.3"`.
fn dependencies(package: &str) -> Vec<String> {
    let line = |line: &str| {
        let (name, version) = line.trim().trim_end_matches(',').split_once("\": \"")?;
        let is_version = version.starts_with(|first: char| first.is_ascii_digit());
        let name = name.trim_start_matches('"');
        is_version.then(|| format!("{name} {}", version.trim_end_matches('"')))
    };
    package.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::dependencies;

    #[test]
    fn the_versions_of_the_peers_are_found() {
        let package = "{\n  \"name\": \"x\",\n  \"dependencies\": {\n    \"@y/y\": \"14.0.0-rc.7\",\n    \"ws\": \"8.23.0\"\n  }\n}";
        assert_eq!(dependencies(package), ["@y/y 14.0.0-rc.7", "ws 8.23.0"]);
    }
}
