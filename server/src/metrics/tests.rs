//! Counting by many threads, and what becomes of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use mote_protocol::close::CloseCode;

use super::exposition::Exposition;
use super::*;

const JOIN: Kind = RECEIVED[1].0;

#[test]
fn what_threads_count_adds_up_however_many_there_are() {
    let metrics = Arc::new(Metrics::default());
    let threads = (0..40).map(|_| {
        let metrics = Arc::clone(&metrics);
        thread::spawn(move || {
            for _ in 0..100 {
                metrics.received(JOIN, 7);
                metrics.sent(Kind::SNAPSHOT, 3, 10);
                metrics.waited(Duration::from_millis(1));
            }
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.join().unwrap();
    }
    assert_eq!(metrics.received_of(JOIN), (4_000, 28_000));
    assert_eq!(metrics.sent_of(Kind::SNAPSHOT), (12_000, 120_000));
    assert_eq!(metrics.queue_wait().count(), 4_000);
    assert_eq!(metrics.sent_of(JOIN), (0, 0));
}

#[test]
fn people_who_come_on_one_thread_and_go_on_another_are_gone() {
    let metrics = Arc::new(Metrics::default());
    let two = Census {
        people: 2,
        observers: 1,
    };
    metrics.moved(Census::default(), two);
    let others = Arc::clone(&metrics);
    let gone = thread::spawn(move || others.moved(two, Census::default()));
    gone.join().unwrap();
    assert_eq!((metrics.people(), metrics.observers()), (0, 0));
}

#[test]
fn a_time_is_counted_in_every_bucket_that_it_fits() {
    let histogram = Histogram::default();
    for us in [0, 50, 51, 999, 1_000, 10_000_000] {
        histogram.observe(Duration::from_micros(us));
    }
    let observed = histogram.observed();
    let buckets: Vec<_> = observed.buckets().collect();
    assert_eq!(buckets[0], (0.000_05, 2));
    assert_eq!(buckets[1], (0.000_1, 3));
    assert_eq!(buckets[4], (0.001, 5));
    assert_eq!(buckets.last(), Some(&(5.0, 5)), "ten seconds are more");
    assert_eq!(observed.count(), 6);
    assert!((observed.sum_s() - 10.002_1).abs() < 1e-9);
}

#[test]
fn every_ending_has_a_name_of_its_own() {
    let endings = Endings::default();
    let some = [
        Ending::server(CloseCode::Normal),
        Ending::server(CloseCode::TooManyConnections),
        Ending::client(Some(1000)),
        Ending::client(Some(4711)),
        Ending::client(None),
        Ending::LOST,
    ];
    some.iter().for_each(|ending| endings.count(*ending));
    let counted = endings.all().filter(|(.., count)| *count > 0);
    let counted: Vec<_> = counted
        .map(|(by, code, count)| format!("{} {code} {count}", by.label()))
        .collect();
    let expected = [
        "server 1000 1",
        "server 4203 1",
        "client 1000 1",
        "client 1005 1",
        "client other 1",
        "line 1006 1",
    ];
    assert_eq!(counted, expected);
    let names = endings.all().map(|(by, code, _)| (by.label(), code));
    let names: Vec<_> = names.collect();
    let different: BTreeSet<_> = names.iter().collect();
    assert_eq!(different.len(), names.len());
}

#[test]
fn the_text_is_as_prometheus_reads_it() {
    let mut text = Exposition::default();
    text.gauge("a", "What a is.").is(1_u8);
    let family = text.counter("b_total", "What b is.");
    family.of(&[("x", "y"), ("z", "1")], 2_u8).of(&[], 3_u8);
    let histogram = Histogram::default();
    histogram.observe(Duration::from_millis(2));
    text.histogram("c_seconds", "How long c took.", histogram.observed());
    let text = text.to_text();
    let begins = "# HELP a What a is.\n# TYPE a gauge\na 1\n# HELP b_total What b is.\n\
                  # TYPE b_total counter\nb_total{x=\"y\",z=\"1\"} 2\nb_total 3\n\
                  # HELP c_seconds How long c took.\n# TYPE c_seconds histogram\n\
                  c_seconds_bucket{le=\"0.00005\"} 0\n";
    assert!(text.starts_with(begins), "{text}");
    let ends = "c_seconds_bucket{le=\"5\"} 1\nc_seconds_bucket{le=\"+Inf\"} 1\n\
                c_seconds_sum 0.002\nc_seconds_count 1\n";
    assert!(text.ends_with(ends), "{text}");
}
