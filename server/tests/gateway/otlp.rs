//! Metrics for an OpenTelemetry collector, read with OpenTelemetry's own types.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use mote_server::Config;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Metric, NumberDataPoint, number_data_point,
};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::support::{Client, PATIENCE, start};

/// A collector: what it took, and how it answers.
struct Collector {
    endpoint: String,
    taken: watch::Receiver<Vec<ExportMetricsServiceRequest>>,
}

impl Collector {
    async fn start(status: StatusCode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/", listener.local_addr().unwrap());
        let (said, taken) = watch::channel(Vec::new());
        let take = async move |headers: HeaderMap, body: Bytes| {
            assert_eq!(headers["content-type"], "application/json");
            let request = serde_json::from_slice(&body).expect("an export request");
            said.send_modify(|taken| taken.push(request));
            status
        };
        let router = Router::new().route("/v1/metrics", post(take));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { endpoint, taken }
    }

    fn config(&self) -> Config {
        Config {
            otlp_endpoint: Some(self.endpoint.parse().unwrap()),
            drain: Duration::ZERO,
            ..Config::default()
        }
    }

    async fn until(&mut self, count: usize) -> ExportMetricsServiceRequest {
        let taken = self.taken.wait_for(|taken| taken.len() >= count);
        let taken = timeout(PATIENCE, taken).await.expect("never sent").unwrap();
        taken.last().unwrap().clone()
    }
}

fn metric<'a>(request: &'a ExportMetricsServiceRequest, name: &str) -> &'a Metric {
    let [resource] = &request.resource_metrics[..] else {
        panic!("one server")
    };
    let [scope] = &resource.scope_metrics[..] else {
        panic!("one scope")
    };
    let mut metrics = scope.metrics.iter();
    let metric = metrics.find(|metric| metric.name == name);
    metric.unwrap_or_else(|| panic!("no {name}"))
}

fn text<'a>(attributes: &'a [KeyValue], key: &str) -> &'a str {
    let mut attributes = attributes.iter();
    let found = attributes.find(|attribute| attribute.key == key);
    match found.and_then(|found| found.value.as_ref()?.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text,
        other => panic!("{key} is {other:?}"),
    }
}

fn whole(point: &NumberDataPoint) -> i64 {
    assert!(point.start_time_unix_nano > 0 && point.time_unix_nano >= point.start_time_unix_nano);
    match point.value {
        Some(number_data_point::Value::AsInt(value)) => value,
        other => panic!("{other:?} is not whole"),
    }
}

#[tokio::test]
async fn a_collector_is_sent_what_metrics_shows_from_the_start_and_how_it_ended() {
    let mut collector = Collector::start(StatusCode::OK).await;
    let mut server = start(collector.config());
    let first = collector.until(1).await;
    let resource = first.resource_metrics[0].resource.as_ref().unwrap();
    assert_eq!(text(&resource.attributes, "service.name"), "mote");
    assert!(!text(&resource.attributes, "service.instance.id").is_empty());
    let Some(Data::Gauge(people)) = &metric(&first, "mote_people").data else {
        panic!("people come and go")
    };
    assert_eq!(whole(&people.data_points[0]), 0);

    let client = Client::join(server.address, "r").await;
    drop(client);
    server.stop();
    timeout(PATIENCE, &mut server.task).await.unwrap().unwrap();
    let last = collector.until(2).await;
    let Some(Data::Sum(joins)) = &metric(&last, "mote_joins_total").data else {
        panic!("joins are counted")
    };
    assert!(joins.is_monotonic);
    assert_eq!(
        joins.aggregation_temporality(),
        AggregationTemporality::Cumulative
    );
    let mut points = joins.data_points.iter();
    let new = points.find(|point| text(&point.attributes, "result") == "new");
    assert_eq!(whole(new.unwrap()), 1);
    let Some(Data::Histogram(flush)) = &metric(&last, "mote_flush_seconds").data else {
        panic!("times are histograms")
    };
    let flush = &flush.data_points[0];
    assert_eq!(flush.bucket_counts.len(), flush.explicit_bounds.len() + 1);
    assert_eq!(flush.bucket_counts.iter().sum::<u64>(), flush.count);
}

#[tokio::test]
async fn a_collector_that_refuses_or_is_not_there_holds_nobody_up() {
    let refusing = Collector::start(StatusCode::SERVICE_UNAVAILABLE).await;
    let away = Config {
        otlp_endpoint: Some("http://127.0.0.1:1".parse().unwrap()),
        drain: Duration::ZERO,
        ..Config::default()
    };
    for config in [refusing.config(), away] {
        let mut server = start(config);
        let mut ada = Client::join(server.address, "r").await;
        let _bob = Client::join(server.address, "r").await;
        ada.until(|message| {
            matches!(
                message,
                mote_protocol::wire::ServerMessage::UserJoined { .. }
            )
        })
        .await;
        server.stop();
        timeout(PATIENCE, &mut server.task).await.unwrap().unwrap();
    }
}
