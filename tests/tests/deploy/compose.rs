//! The compose file, as far as it can be judged without Docker.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::files::{path, read, seconds, stopping, yaml};
use crate::settings::server_with;

/// What a service may have here (the Compose specification knows more): a key that is misspelled is
/// not silently nothing.
const KEYS: [&str; 18] = [
    "build",
    "cap_drop",
    "command",
    "depends_on",
    "entrypoint",
    "environment",
    "healthcheck",
    "image",
    "ports",
    "read_only",
    "restart",
    "security_opt",
    "stop_grace_period",
    "stop_signal",
    "tmpfs",
    "ulimits",
    "user",
    "volumes",
];

fn services() -> BTreeMap<String, Value> {
    let file: BTreeMap<String, Value> = yaml("compose.yaml");
    let names: Vec<_> = file.keys().map(String::as_str).collect();
    assert_eq!(names, ["name", "services", "x-node"]);
    let services = file["services"].as_object().expect("services by name");
    let services = services.iter();
    services
        .map(|(name, service)| (name.clone(), service.clone()))
        .collect()
}

fn nodes() -> BTreeMap<String, Value> {
    let mut services = services();
    services.retain(|name, _| name.starts_with("node-"));
    services
}

fn environment(service: &Value) -> BTreeMap<String, String> {
    let environment = service["environment"].as_object().expect("by name");
    let texts = environment.iter().map(|(name, value)| {
        let text = value.as_str().expect("a text, as Docker wants it");
        (name.clone(), text.to_owned())
    });
    texts.collect()
}

#[test]
fn every_service_has_only_what_compose_knows_and_no_more_rights_than_it_needs() {
    let services = services();
    for (name, service) in &services {
        let keys = service.as_object().expect("a service").keys();
        for key in keys {
            assert!(KEYS.contains(&key.as_str()), "{name}: {key}");
        }
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(service["cap_drop"][0], "ALL", "{name}");
        assert_eq!(
            service["security_opt"][0], "no-new-privileges:true",
            "{name}"
        );
        let image = service["image"].as_str().expect("an image");
        let is_ours = image == "mote";
        assert!(is_ours || image.contains(':'), "{name}: which {image}?");
        let awaited = service["depends_on"].as_object();
        for (other, how) in awaited.into_iter().flatten() {
            let is_asked = services[other].get("healthcheck").is_some();
            // The nodes' check is in their image.
            assert!(is_asked || other.starts_with("node-"), "{name}: {other}");
            assert_eq!(how["condition"], "service_healthy", "{name}: {other}");
        }
    }
}

#[test]
fn three_nodes_share_one_redis_and_each_names_itself() {
    let nodes = nodes();
    assert_eq!(nodes.len(), 3);
    for (name, service) in &nodes {
        let environment = environment(service);
        // Without it compose says what is missing, and starts nothing.
        assert!(environment["MOTE_AUTH_SECRET"].starts_with("${MOTE_AUTH_SECRET:?"));
        assert_eq!(environment["MOTE_REDIS"], "redis://redis:6379");
        let own = format!("ws://{name}:3001/ws");
        assert_eq!(environment["MOTE_NODE_ADDRESS"], own);
        let config = server_with(&environment);
        // nginx, by the first network that Docker makes.
        let nginx = "172.18.0.6".parse().expect("an address");
        assert!(config.trusted_proxies.contain(nginx), "{name}");
        let patience = seconds(service["stop_grace_period"].as_str().expect("a time"));
        assert!(patience > stopping(config.drain), "{name}");
        let file = service["build"]["dockerfile"].as_str().expect("a file");
        assert_eq!(file, "deploy/Dockerfile");
    }
}

#[test]
fn nginx_is_in_front_of_these_very_nodes_at_the_port_that_it_listens_on() {
    let list = read("nginx/nodes.conf");
    let lines = list.lines().filter_map(|line| line.strip_prefix("server "));
    let listed: BTreeSet<_> = lines
        .map(|line| line.split(':').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(listed, nodes().into_keys().collect());

    let nginx = &services()["nginx"];
    let site = read("nginx/site.conf");
    let port = site.lines().find_map(|line| line.strip_prefix("listen "));
    let port = port.expect("a port").trim_end_matches(';');
    let published = nginx["ports"][0].as_str().expect("a port");
    assert_eq!(published.split(':').next_back(), Some(port));
    let volume = nginx["volumes"][0].as_str().expect("a folder");
    let (folder, rest) = volume.split_once(':').expect("where it goes");
    assert!(path(folder).join("nginx.conf").is_file(), "{folder}");
    let (inside, _) = rest.split_once(':').expect("how");
    let start = nginx["entrypoint"].as_array().expect("words");
    assert!(start.contains(&format!("{inside}/nginx.conf").into()));
}
