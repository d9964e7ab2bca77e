//! The manifests: each field is one that Kubernetes knows, and they go together.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Container, PodSpec, Probe, Service};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mote_tests::process::Mote;
use mote_tests::raw::http_get;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::files::{all, read, stopping, yaml};
use crate::settings::server_with;

/// A manifest as its kind. A field that the kind has not, a misspelled one for example, is found
/// because it is lost on the way there and back.
fn manifest<T: DeserializeOwned + Serialize>(name: &str) -> T {
    let written: Value = yaml(&format!("kubernetes/{name}"));
    let read: T =
        serde_json::from_value(written.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let back = serde_json::to_value(&read).expect("a kind of Kubernetes");
    assert_eq!(written, back, "{name}: what is left over is misspelled");
    read
}

fn deployment() -> Deployment {
    manifest("deployment.yaml")
}

fn pod() -> PodSpec {
    let spec = deployment().spec.expect("a spec");
    spec.template.spec.expect("a pod")
}

fn container() -> Container {
    let mut containers = pod().containers;
    assert_eq!(containers.len(), 1);
    containers.remove(0)
}

/// What is suggested for the key of a Secret where it is made.
fn secret(name: &str, key: &str) -> String {
    let text = read("kubernetes/kustomization.yaml");
    let made = format!("create secret generic {name} --from-literal={key}=");
    let (_, rest) = text.split_once(&made).expect("a command");
    let value = rest.lines().next().expect("a value");
    let made = "8Xo1T1dGQn0yYvJr5mD0dVb1n0wWm7y1m3b9h0q2k4E=";
    value.replace("\"$(openssl rand -base64 32)\"", made)
}

/// What the server gets; of what only a cluster knows, a stand-in.
fn environment() -> BTreeMap<String, String> {
    let variables = container().env.expect("settings").into_iter();
    let pairs = variables.map(|variable| {
        let secret_key = variable.value_from.and_then(|from| from.secret_key_ref);
        let elsewhere = match secret_key {
            Some(from) => secret(&from.name, &from.key),
            None => "10.0.0.7".into(),
        };
        (variable.name, variable.value.unwrap_or(elsewhere))
    });
    pairs.collect()
}

fn labels() -> BTreeMap<String, String> {
    let spec = deployment().spec.expect("a spec");
    let labels = spec.template.metadata.expect("labels").labels;
    labels.expect("labels")
}

#[test]
fn a_pod_is_stopped_with_the_time_that_its_people_need_to_go() {
    let lifecycle = container().lifecycle.expect("a step before the stop");
    let wait = lifecycle
        .pre_stop
        .and_then(|step| step.sleep)
        .expect("a wait");
    let wait = Duration::from_secs(wait.seconds.try_into().expect("a time"));
    assert!(wait > Duration::ZERO, "proxies must hear of it first");
    let config = server_with(&environment());
    let grace = pod().termination_grace_period_seconds.expect("a time");
    let grace = Duration::from_secs(grace.try_into().expect("a time"));
    assert!(grace > wait + stopping(config.drain));
}

#[test]
fn a_pod_believes_other_pods_and_nobody_else_and_has_memory_for_what_waits() {
    let config = server_with(&environment());
    let trusts = |address: &str| {
        let address = address.parse().expect("an address");
        config.trusted_proxies.contain(address)
    };
    assert!(trusts("10.244.1.7") && trusts("fd00:10:244::7"));
    assert!(!trusts("203.0.113.7") && !trusts("2001:db8::7"));
    let resources = container().resources.expect("resources");
    let limits = resources.limits.expect("limits");
    let memory = limits["memory"].0.strip_suffix("Gi").expect("a size");
    let memory: usize = memory.parse().expect("a number");
    assert_eq!(config.max_queue_total, memory * 1024 * 1024 * 1024 / 4);
}

#[test]
fn a_pod_takes_people_when_it_is_ready_and_is_restarted_only_when_it_is_dead() {
    let container = container();
    let port = &container.ports.expect("ports")[0];
    let name = IntOrString::String(port.name.clone().expect("a name"));
    let config = server_with(&environment());
    assert_eq!(i32::from(config.listen.port()), port.container_port);
    assert!(config.listen.ip().is_unspecified(), "{}", config.listen);

    let probe = |probe: Option<Probe>| probe.expect("a probe");
    let ready = probe(container.readiness_probe).http_get.expect("by HTTP");
    assert_eq!(
        (ready.path.as_deref(), &ready.port),
        (Some("/readyz"), &name)
    );
    // Not by HTTP: a node that drains answers with 503 and must not be killed for it.
    let alive = probe(container.liveness_probe).tcp_socket.expect("by TCP");
    assert_eq!(alive.port, name);

    let service: Service = manifest("service.yaml");
    let spec = service.spec.expect("a spec");
    assert_eq!(spec.selector, Some(labels()));
    assert_eq!(spec.ports.expect("ports")[0].target_port, Some(name));
}

#[test]
fn a_pod_has_no_right_that_it_does_not_need() {
    let pod = pod();
    assert_eq!(pod.automount_service_account_token, Some(false));
    let rights = pod.security_context.expect("rights");
    assert_eq!(rights.run_as_non_root, Some(true));
    assert!(rights.run_as_user > Some(0));
    assert_eq!(rights.seccomp_profile.expect("one").type_, "RuntimeDefault");
    let rights = container().security_context.expect("rights");
    assert_eq!(rights.allow_privilege_escalation, Some(false));
    assert_eq!(rights.read_only_root_filesystem, Some(true));
    let dropped = rights
        .capabilities
        .and_then(|capabilities| capabilities.drop);
    assert_eq!(dropped, Some(vec!["ALL".to_owned()]));
    let resources = container().resources.expect("resources");
    assert!(resources.limits.expect("limits").contains_key("memory"));
}

#[test]
fn a_deploy_and_a_machine_that_is_emptied_take_one_pod_at_a_time() {
    let spec = deployment().spec.expect("a spec");
    assert_eq!(spec.replicas, None, "that is the autoscaler's");
    assert_eq!(spec.selector.match_labels, Some(labels()));
    let strategy = spec.strategy.and_then(|strategy| strategy.rolling_update);
    let strategy = strategy.expect("a rolling update");
    assert_eq!(strategy.max_unavailable, Some(IntOrString::Int(0)));
    assert_eq!(strategy.max_surge, Some(IntOrString::Int(1)));

    let budget: PodDisruptionBudget = manifest("disruption.yaml");
    let spec = budget.spec.expect("a spec");
    assert_eq!(spec.max_unavailable, Some(IntOrString::Int(1)));
    assert_eq!(spec.selector.expect("whose").match_labels, Some(labels()));
}

#[test]
fn there_are_as_many_pods_as_the_connections_want_by_a_metric_that_there_is() {
    let scaler: HorizontalPodAutoscaler = manifest("autoscaling.yaml");
    let spec = scaler.spec.expect("a spec");
    let target = spec.scale_target_ref;
    assert_eq!((&*target.kind, &*target.name), ("Deployment", "mote"));
    assert_eq!(deployment().metadata.name.as_deref(), Some("mote"));
    assert!(spec.min_replicas >= Some(2), "one may go at any time");

    let metrics = spec.metrics.expect("metrics");
    let by_pods = metrics.into_iter().find_map(|metric| metric.pods);
    let by_pods = by_pods.expect("a metric of pods");
    let server = Mote::start(&[]);
    let (status, shown) = http_get(server.addr(), "/metrics");
    assert_eq!(status, 200);
    let line = format!("\n{} 0\n", by_pods.metric.name);
    assert!(shown.contains(&line), "{shown}");
    let average = by_pods.target.average_value.expect("an average").0;
    let average: usize = average.parse().expect("a number");
    assert!(average < server_with(&environment()).max_connections);
}

#[test]
fn kustomize_takes_every_manifest() {
    let file: BTreeMap<String, Value> = yaml("kubernetes/kustomization.yaml");
    let listed = file["resources"].as_array().expect("a list");
    let mut listed: Vec<_> = listed.iter().filter_map(Value::as_str).collect();
    listed.push("kustomization.yaml");
    listed.sort_unstable();
    let files = all();
    let there: Vec<_> = files
        .iter()
        .filter_map(|name| name.strip_prefix("kubernetes/"))
        .collect();
    assert_eq!(listed, there);
    let image = container().image;
    assert_eq!(file["images"][0]["name"].as_str(), image.as_deref());
}
