//! Origins as browsers write them and as others would like to, and addresses behind proxies.

use super::*;
use crate::Config;
use crate::auth::Secret;
use crate::config::AuthConfig;
use axum::http::{HeaderMap, HeaderValue, header};
use std::net::IpAddr;

fn of_page(origins: &[&str], host: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, host.parse().unwrap());
    for origin in origins {
        headers.append(
            header::ORIGIN,
            HeaderValue::from_bytes(origin.as_bytes()).unwrap(),
        );
    }
    headers
}

fn listed_pages(text: &str) -> Pages {
    let config = Config {
        allowed_origins: AllowedOrigins::parse(text).unwrap(),
        ..Config::default()
    };
    Pages::of(&config, false)
}

fn admits(pages: &Pages, origin: &str) -> bool {
    pages.admit(&of_page(&[origin], "presence.example.com"))
}

#[test]
fn a_page_on_the_list_may_connect_in_whatever_way_it_is_written() {
    let pages =
        listed_pages("https://App.Example.com:443, http://127.0.0.1:5173,https://bücher.example");
    for origin in [
        "https://app.example.com",
        "HTTPS://APP.EXAMPLE.COM",
        "https://app.example.com:443",
        "http://127.0.0.1:5173",
        "https://xn--bcher-kva.example",
    ] {
        assert!(admits(&pages, origin), "{origin}");
    }
}

#[test]
fn whatever_is_nearly_on_the_list_may_not() {
    let pages = listed_pages("https://app.example.com,https://*.trees.example,http://[::1]:3000");
    for origin in [
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com.evil.example",
        "https://evil-app.example.com",
        "https://example.com",
        "https://app.example.com/",
        "https://app.example.com.",
        "https://user@app.example.com",
        "https://app.example.com:0443x",
        "https://app.example.com:+443",
        "https://app.example.com:",
        "https:app.example.com",
        "//app.example.com",
        "app.example.com",
        "https://",
        "",
        "null",
        "NULL",
        "*",
        "https://*.trees.example",
        "https://trees.example",
        "https://.trees.example",
        "https://oaktrees.example",
        "http://oak.trees.example",
        "https://oak.trees.example:8443",
        "https://%61pp.example.com",
        "https://app.example.com https://evil.example",
        "https://bücher.example",
        "http://[::1]",
        "http://[::1",
        "http://::1:3000",
    ] {
        assert!(!admits(&pages, origin), "{origin:?}");
    }
    let long = format!("https://{}.trees.example", "a".repeat(1_000));
    assert!(!admits(&pages, &long));
    for origin in [
        "https://oak.trees.example",
        "https://old.oak.trees.example",
        "http://[::1]:3000",
    ] {
        assert!(admits(&pages, origin), "{origin}");
    }
}

#[test]
fn every_port_and_every_page_can_be_meant() {
    let pages = listed_pages("http://localhost:*,https://*.example.com:*");
    for origin in [
        "http://localhost",
        "http://localhost:5173",
        "https://a.example.com:8443",
    ] {
        assert!(admits(&pages, origin), "{origin}");
    }
    assert!(!admits(&pages, "https://localhost:5173"));
    assert_eq!(listed_pages("https://a.example,*"), Pages::Any);
}

#[test]
fn schemes_of_applications_are_origins_too() {
    let pages =
        listed_pages("capacitor://localhost,chrome-extension://abcdefghijklmnopabcdefghijklmnop");
    assert!(admits(&pages, "capacitor://localhost"));
    assert!(admits(
        &pages,
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
    ));
    assert!(!admits(&pages, "http://localhost"));
}

#[test]
fn what_is_no_origin_is_refused_in_the_configuration() {
    for (text, what) in [
        ("app.example.com", "has no scheme"),
        ("https://a.example,b.example", "\"b.example\" has no scheme"),
        ("://a.example", "has no scheme"),
        (
            "https://a.example/",
            "has more than a scheme, a host and a port",
        ),
        (
            "https://a.example/path",
            "has more than a scheme, a host and a port",
        ),
        (
            "https://me@a.example",
            "has more than a scheme, a host and a port",
        ),
        ("https://", "has no host"),
        ("https://a b", "has no host"),
        ("https://a.*.example", "has no host"),
        ("https://**.a.example", "has no host"),
        ("https://*", "has no host"),
        ("https://[::1", "has no host"),
        ("https://a.example:", "has no port after its colon"),
        ("https://a.example:0", "has no port after its colon"),
        ("https://a.example:65536", "has no port after its colon"),
        ("https://*.com", "has the names of many under its *"),
        (
            "https://*.10.0.0.1",
            "has an address, which has no names below it",
        ),
        ("null", "is what any page can be"),
    ] {
        let error = AllowedOrigins::parse(text).unwrap_err();
        assert!(error.contains(what), "{text}: {error}");
        assert!(
            error.contains("must be origins as browsers name them"),
            "{error}"
        );
    }
    let many = vec!["https://a.example"; 129].join(",");
    assert_eq!(
        AllowedOrigins::parse(&many).unwrap_err(),
        "must be at most 128 origins"
    );
}

#[test]
fn lists_are_shown_as_they_can_be_written() {
    for text in [
        "https://a.example:8443,https://*.b.example,http://localhost:*,http://[::1]:3000,*",
        "",
    ] {
        assert_eq!(AllowedOrigins::parse(text).unwrap().to_string(), text);
    }
    let text = "10.0.0.5/32,192.168.0.0/16,fd00::/8";
    assert_eq!(TrustedProxies::parse(text).unwrap().to_string(), text);
    let written = TrustedProxies::parse(" 10.0.0.5 , 192.168.7.7/16,,::ffff:10.0.0.5").unwrap();
    assert_eq!(
        written.to_string(),
        "10.0.0.5/32,192.168.0.0/16,10.0.0.5/32"
    );
}

#[test]
fn without_a_list_tokens_let_every_page_in_and_this_machine_is_let_in_without_them() {
    let auth = AuthConfig {
        secret: Some(Secret::new("a secret of more than thirty-two bytes").unwrap()),
        ..AuthConfig::default()
    };
    let with_tokens = Config {
        auth,
        ..Config::default()
    };
    assert_eq!(Pages::of(&with_tokens, false), Pages::Any);
    assert!(Pages::Any.admit(&of_page(&["null", "whatever"], "a.example")));
    let local = Pages::of(&Config::default(), false);
    let own = Pages::of(&Config::default(), true);
    for origin in [
        "http://localhost:5173",
        "http://app.localhost",
        "http://127.0.0.1:3001",
        "http://127.9.9.9",
        "https://[::1]:3001",
    ] {
        assert!(admits(&local, origin) && admits(&own, origin), "{origin}");
    }
    for origin in [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "null",
    ] {
        assert!(!admits(&local, origin) && !admits(&own, origin), "{origin}");
    }
}

#[test]
fn a_page_of_the_host_that_was_asked_may_connect_where_others_than_this_machine_may() {
    let asks = |pages: &Pages, origin, host| pages.admit(&of_page(&[origin], host));
    let own = &Pages::OwnHost;
    assert!(asks(own, "https://app.example.com", "app.example.com"));
    assert!(asks(own, "http://192.168.1.5:5173", "192.168.1.5:3001"));
    assert!(asks(own, "https://app.example.com", "App.Example.Com:443"));
    assert!(!asks(own, "https://evil.example", "app.example.com"));
    assert!(!asks(own, "https://app.example.com", ""));
    // A foreign name that leads to this machine.
    assert!(!asks(
        &Pages::Local,
        "http://evil.example:3001",
        "evil.example:3001"
    ));
}

#[test]
fn who_is_no_browser_says_no_origin_and_a_browser_says_one() {
    let pages = listed_pages("https://app.example.com");
    assert!(pages.admit(&of_page(&[], "a.example")));
    let twice = ["https://app.example.com", "https://app.example.com"];
    assert!(!pages.admit(&of_page(&twice, "a.example")));
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn client(peer: &str, forwarded: &[&str]) -> String {
    let trusted = TrustedProxies::parse("10.0.0.0/8,fd00::/8,203.0.113.7").unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("forwarded", "for=192.0.2.66".parse().unwrap());
    for line in forwarded {
        headers.append(
            X_FORWARDED_FOR,
            HeaderValue::from_bytes(line.as_bytes()).unwrap(),
        );
    }
    client_address(address(peer), &headers, &trusted).to_string()
}

#[test]
fn only_a_trusted_proxy_says_for_whom_it_speaks() {
    assert_eq!(client("192.0.2.1", &["198.51.100.9"]), "192.0.2.1");
    assert_eq!(client("10.1.2.3", &["198.51.100.9"]), "198.51.100.9");
    assert_eq!(client("::ffff:10.1.2.3", &["198.51.100.9"]), "198.51.100.9");
    assert_eq!(client("fd00::5", &["2001:db8::9"]), "2001:db8::9");
    assert_eq!(client("10.1.2.3", &[]), "10.1.2.3");
}

#[test]
fn a_chain_is_read_from_its_end_to_the_first_who_is_not_trusted() {
    let chain = "6.6.6.6, 198.51.100.9, 203.0.113.7";
    assert_eq!(client("10.1.2.3", &[chain]), "198.51.100.9");
    let lines = ["6.6.6.6", "198.51.100.9", "203.0.113.7,10.9.9.9"];
    assert_eq!(client("10.1.2.3", &lines), "198.51.100.9");
    // All are of the same house: the furthest is who asks.
    assert_eq!(client("10.1.2.3", &["10.0.0.9, 10.0.0.8"]), "10.0.0.9");
    // What a client wrote itself does not matter, however wrong.
    assert_eq!(
        client("10.1.2.3", &["nonsense, 198.51.100.9"]),
        "198.51.100.9"
    );
}

#[test]
fn ports_brackets_and_mapped_addresses_are_understood() {
    for (hop, right) in [
        ("198.51.100.9:5678", "198.51.100.9"),
        ("[2001:db8::9]", "2001:db8::9"),
        ("[2001:db8::9]:443", "2001:db8::9"),
        ("\t2001:DB8::9 ", "2001:db8::9"),
        ("::ffff:198.51.100.9", "198.51.100.9"),
    ] {
        assert_eq!(client("10.1.2.3", &[hop]), right, "{hop}");
    }
}

#[test]
fn what_is_no_address_counts_as_the_proxy() {
    for hop in [
        "",
        " ",
        "unknown",
        "198.51.100",
        "198.51.100.9.",
        "198.51.100.9,",
        "198.51.100.9:x",
        "[198.51.100.9]",
        "fe80::1%eth0",
        "\"198.51.100.9\"",
        "198.51.100.9 198.51.100.8",
        "\u{e9}",
        "nonsense, 10.0.0.8",
    ] {
        assert_eq!(client("10.1.2.3", &[hop]), "10.1.2.3", "{hop:?}");
    }
    let far = vec!["10.0.0.8"; 17].join(",");
    assert_eq!(client("10.1.2.3", &[&far]), "10.1.2.3");
    let near = vec!["10.0.0.8"; 16].join(",");
    assert_eq!(client("10.1.2.3", &[&near]), "10.0.0.8");
}

#[test]
fn what_is_no_range_is_refused_in_the_configuration() {
    for text in [
        "proxy.example.com",
        "10.0.0.0/33",
        "10.0.0",
        "10.0.0.1,*",
        "10.0.0.0/8/8",
    ] {
        let error = TrustedProxies::parse(text).unwrap_err();
        assert!(error.contains("must be IP addresses and ranges"), "{error}");
    }
    let many = vec!["10.0.0.1"; 513].join(",");
    assert_eq!(
        TrustedProxies::parse(&many).unwrap_err(),
        "must be at most 512 ranges"
    );
}
