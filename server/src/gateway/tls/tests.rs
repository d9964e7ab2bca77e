//! What a look at the files comes to.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use super::pair::Contents;
use super::watch::Watch;
use super::{Certificates, Files};
use crate::config::ConfigError;

const IN_2030_S: u64 = 1_893_456_000;

/// A certificate of a year, and its key.
fn made(year: i32) -> (String, String) {
    let mut params = CertificateParams::new([String::from("localhost")]).unwrap();
    params.not_before = date_time_ymd(year, 1, 1);
    params.not_after = date_time_ymd(year + 1, 1, 1);
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn contents((cert, key): &(String, String)) -> Contents {
    Contents::new(cert.as_bytes(), key.as_bytes())
}

fn files() -> Files {
    Files {
        cert: PathBuf::from("cert.pem"),
        key: PathBuf::from("key.pem"),
    }
}

fn watch(first: &(String, String)) -> (Watch, Arc<Certificates>) {
    let pair = contents(first).pair(&files(), IN_2030_S).unwrap();
    let certificates = Arc::new(Certificates::new(pair));
    (Watch::new(files(), Arc::clone(&certificates)), certificates)
}

fn failures(certificates: &Certificates) -> u64 {
    certificates
        .failures
        .load(std::sync::atomic::Ordering::Relaxed)
}

#[test]
fn half_a_pair_at_one_look_is_nobodys_fault() {
    let (old, new) = (made(2030), made(2030));
    let (mut watch, certificates) = watch(&old);
    let before = certificates.served();
    let half = (new.0.clone(), old.1.clone());
    watch.handle_look(Ok(contents(&half)), IN_2030_S);
    assert!(Arc::ptr_eq(&before, &certificates.served()));
    watch.handle_look(Ok(contents(&new)), IN_2030_S);
    assert_ne!(before.cert, certificates.served().cert);
    assert_eq!(failures(&certificates), 0);
}

#[test]
fn what_stays_wrong_is_told_once_and_again_when_it_is_another_thing() {
    let (old, unread) = (made(2030), || ConfigError::from(String::from("unreadable")));
    let (mut watch, certificates) = watch(&old);
    for _ in 0..5 {
        watch.handle_look(Err(unread()), IN_2030_S);
    }
    assert_eq!(failures(&certificates), 1);
    for _ in 0..5 {
        watch.handle_look(Ok(contents(&made(2020))), IN_2030_S);
    }
    assert_eq!(failures(&certificates), 2);
    watch.handle_look(Ok(contents(&old)), IN_2030_S);
    for _ in 0..2 {
        watch.handle_look(Err(unread()), IN_2030_S);
    }
    assert_eq!(failures(&certificates), 3);
}

#[test]
fn a_certificate_is_good_from_its_first_second_to_its_last() {
    let year = made(2030);
    let at = |now_s| {
        contents(&year)
            .pair(&files(), now_s)
            .map(|pair| pair.expires_s)
    };
    let end_s = IN_2030_S + 365 * 24 * 3_600;
    assert_eq!(at(IN_2030_S).unwrap(), end_s);
    assert_eq!(at(end_s).unwrap(), end_s);
    let early = at(IN_2030_S - 1).unwrap_err().to_string();
    assert!(
        early.contains("is not good before 2030-01-01T00:00:00Z"),
        "{early}"
    );
    let late = at(end_s + 1).unwrap_err().to_string();
    assert!(
        late.contains("has expired: it was good until 2031-01-01T00:00:00Z"),
        "{late}"
    );
}
