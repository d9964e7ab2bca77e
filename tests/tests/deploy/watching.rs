//! What watches a server knows what the server says: every metric, label and query in the dashboard, the
//! alerts and the documentation is held against a real `/metrics`, by Prometheus' own tool.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use mote_tests::process::Mote;
use mote_tests::raw::http_get;
use serde_json::Value;

use crate::files::{path, read, root, yaml};

/// Labels that Prometheus itself gives, and the one of a histogram's buckets.
const GIVEN: [&str; 3] = ["job", "instance", "le"];

/// What a server shows: the labels of each metric.
struct Shown {
    text: String,
    labels: BTreeMap<String, BTreeSet<String>>,
}

impl Shown {
    /// Of a server that has everything that can be counted; nothing of it need be there.
    fn new() -> Self {
        let folder = Folder::new("certificate");
        let made = rcgen::generate_simple_self_signed([String::from("localhost")]);
        let made = made.expect("a certificate");
        let cert = folder.write("cert.pem", &made.cert.pem());
        let key = folder.write("key.pem", &made.signing_key.serialize_pem());
        // In the clear, also where people come by TLS.
        let metrics = free_address();
        let _server = Mote::start(&[
            "--redis=redis://127.0.0.1:1",
            "--auth-jwks-url=http://127.0.0.1:1/keys",
            "--webhook-url=http://127.0.0.1:1/events",
            "--webhook-secret=whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            &format!("--metrics-listen={metrics}"),
            &format!("--tls-cert-file={}", cert.display()),
            &format!("--tls-key-file={}", key.display()),
        ]);
        let (status, text) = http_get(metrics, "/metrics");
        assert_eq!(status, 200);
        let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, _) = rest.split_once(' ').expect("a type");
                labels.entry(name.to_owned()).or_default();
            } else if !line.starts_with('#') {
                let (series, _) = line.rsplit_once(' ').expect("a value");
                let (name, rest) = series.split_once('{').unwrap_or((series, ""));
                let known = labels.get_mut(family(name)).expect("its type comes first");
                let names = rest.split(',').filter_map(|pair| pair.split_once('='));
                known.extend(names.map(|(label, _)| label.to_owned()));
            }
        }
        Self { text, labels }
    }

    fn names(&self) -> BTreeSet<&str> {
        self.labels.keys().map(String::as_str).collect()
    }

    /// Every name and label in an expression is one that there is.
    fn check(&self, what: &str, expr: &str) {
        let names = words(expr).filter(|word| is_ours(word));
        let names: BTreeSet<_> = names.map(family).collect();
        assert!(!names.is_empty(), "{what}: no metric in {expr}");
        let mut labels: BTreeSet<&str> = GIVEN.into();
        for name in names {
            let known = self.labels.get(name);
            let known = known.unwrap_or_else(|| panic!("{what}: there is no {name}: {expr}"));
            labels.extend(known.iter().map(String::as_str));
        }
        for label in labels_in(expr) {
            assert!(labels.contains(label), "{what}: no label {label}: {expr}");
        }
    }
}

/// The name of a histogram's series without what they add to it.
fn family(name: &str) -> &str {
    let parts = ["_bucket", "_sum", "_count"];
    let mut bases = parts.iter().filter_map(|part| name.strip_suffix(part));
    bases
        .next()
        .filter(|base| base.ends_with("_seconds"))
        .unwrap_or(name)
}

fn is_ours(word: &str) -> bool {
    word.starts_with("mote_") || word.starts_with("process_") || word == "up"
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty())
}

/// Those in braces, and those that sums are kept by.
fn labels_in(expr: &str) -> Vec<&str> {
    let mut labels = Vec::new();
    for (start, _) in expr.match_indices('{') {
        let inside = expr[start + 1..].split('}').next().unwrap_or_default();
        let names = inside
            .match_indices('=')
            .filter_map(|(at, _)| words(&inside[..at]).last());
        labels.extend(names.filter(|name| !inside.contains(&format!("\"{name}\""))));
    }
    for (start, _) in expr.match_indices("by (") {
        let inside = expr[start + 4..].split(')').next().unwrap_or_default();
        labels.extend(words(inside));
    }
    labels
}

fn promtool() -> Command {
    let program = std::env::var_os("PROMTOOL").unwrap_or("promtool".into());
    Command::new(program)
}

/// Whether it is content, and what it says.
fn run(command: &mut Command, input: &str) -> (bool, String) {
    let command = command.stdin(Stdio::piped());
    let process = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut process = process.expect(
        "promtool is needed: `cargo xtask test --only native` brings it; or install it, or name it \
         in PROMTOOL",
    );
    let mut pipe = process.stdin.take().expect("a pipe");
    pipe.write_all(input.as_bytes()).expect("it reads");
    drop(pipe);
    let output = process.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into(),
    )
}

/// One that nobody listened at a moment ago.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address")
}

/// A folder for what programs read; removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("mote-{name}-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.0.join(name);
        fs::write(&file, text).expect("a file");
        file
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The rules of the alerts.
fn alerts() -> Vec<Value> {
    let file: Value = yaml("alerts.yml");
    let groups = file["groups"].as_array().expect("groups").iter();
    let rules = groups.flat_map(|group| group["rules"].as_array().expect("rules").clone());
    rules.collect()
}

fn text<'a>(value: &'a Value, what: &str) -> &'a str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{what} is no text: {value}"))
}

#[test]
fn prometheus_can_read_what_a_server_shows_and_finds_nothing_wrong_with_it() {
    let (is_fine, said) = run(promtool().args(["check", "metrics"]), &Shown::new().text);
    assert!(is_fine && said.is_empty(), "{said}");
}

#[test]
fn each_alert_asks_for_what_there_is_and_says_what_to_do() {
    let shown = Shown {
        labels: with_up(Shown::new().labels),
        text: String::new(),
    };
    let (is_fine, said) = run(
        promtool().args(["check", "rules"]).arg(path("alerts.yml")),
        "",
    );
    assert!(is_fine, "{said}");
    for rule in alerts() {
        let name = text(&rule["alert"], "an alert's name");
        let expr = text(&rule["expr"], name);
        shown.check(name, expr);
        let severity = text(&rule["labels"]["severity"], name);
        assert!(["critical", "warning"].contains(&severity), "{name}");
        for annotation in ["summary", "description"] {
            let said = text(&rule["annotations"][annotation], name);
            assert!(said.len() > 20, "{name}: {said}");
        }
        // What looks back over some time needs not go on for longer.
        let looks_back = ["changes(", "increase("]
            .iter()
            .any(|word| expr.contains(word));
        assert!(rule["for"].is_string() || looks_back, "{name}");
    }
}

/// `up` is Prometheus' own.
fn with_up(mut labels: BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    labels.insert("up".into(), BTreeSet::new());
    labels
}

#[test]
fn alerts_come_when_they_should_and_not_before() {
    let folder = Folder::new("alerts");
    folder.write("alerts.yml", &read("alerts.yml"));
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = fs::read_to_string(here.join("tests/deploy/alerts.yml")).expect("the tests");
    let file = folder.write("tests.yml", &tests);
    let (is_fine, said) = run(promtool().args(["test", "rules"]).arg(file), "");
    assert!(is_fine, "{said}");
    for rule in alerts() {
        let name = text(&rule["alert"], "an alert's name");
        assert!(
            tests.contains(&format!("alertname=\"{name}\"")),
            "{name} is not tried"
        );
    }
}

#[test]
fn each_query_of_the_dashboard_is_one_for_what_there_is() {
    let shown = Shown {
        labels: with_up(Shown::new().labels),
        text: String::new(),
    };
    let dashboard: Value = serde_json::from_str(&read("grafana.json")).expect("JSON");
    let mut queries = Vec::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        let title = text(&panel["title"], "a title");
        let is_row = panel["type"] == "row";
        for target in panel["targets"].as_array().into_iter().flatten() {
            let (expr, legend) = (&target["expr"], &target["legendFormat"]);
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{title}");
            queries.push((title, text(expr, title), text(legend, title)));
        }
        assert!(
            is_row || panel["targets"].is_array(),
            "{title} asks for nothing"
        );
    }
    assert!(queries.len() > 40, "{} queries", queries.len());
    let mut rules = String::from("groups:\n  - name: dashboard\n    rules:\n");
    let mut asked = BTreeSet::new();
    for (title, expr, legend) in &queries {
        shown.check(title, expr);
        assert!(
            expr.contains("job=~\"$job\",instance=~\"$instance\""),
            "{title}: {expr}"
        );
        // A legend names what the sum was kept by.
        for label in legend
            .split("{{")
            .skip(1)
            .filter_map(|rest| rest.split("}}").next())
        {
            let is_kept = !expr.contains(" by (") || labels_in(expr).contains(&label);
            assert!(is_kept, "{title}: {label} is not in {expr}");
        }
        let expr = expr.replace("$__rate_interval", "5m");
        let expr = serde_json::to_string(&expr).expect("a text");
        rules.push_str(&format!(
            "      - record: query:{}\n        expr: {expr}\n",
            asked.len()
        ));
        asked.insert(expr);
    }
    let folder = Folder::new("dashboard");
    let file = folder.write("queries.yml", &rules);
    let (is_fine, said) = run(promtool().args(["check", "rules"]).arg(file), "");
    assert!(is_fine, "{said}");

    let asked: String = queries.iter().map(|(_, expr, _)| *expr).collect();
    let asked: BTreeSet<_> = words(&asked).map(family).collect();
    let missing: Vec<_> = shown
        .names()
        .into_iter()
        .filter(|name| !asked.contains(name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "counted and never looked at");
}

#[test]
fn every_metric_is_explained_with_its_labels_and_no_other_is() {
    let shown = Shown::new();
    let guide = fs::read_to_string(root().join("docs/metrics.md")).expect("the guide");
    let rows = guide.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows: Vec<_> = rows.collect();
    let names = rows
        .iter()
        .map(|row| row.split(['`', '{']).next().expect("a name"));
    assert_eq!(names.collect::<BTreeSet<_>>(), shown.names());
    for row in rows {
        let (series, explained) = row.split_once("` |").expect("a column");
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let documented: BTreeSet<_> = words(labels).collect();
        let labels = shown.labels[name].iter().map(String::as_str);
        let labels: BTreeSet<_> = labels.filter(|label| *label != "le").collect();
        assert_eq!(documented, labels, "{name}");
        assert!(explained.len() > 10, "{name}");
    }
}
