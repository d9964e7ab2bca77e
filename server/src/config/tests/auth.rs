//! Keys and rules of tokens, and where a server without any may listen.

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn key(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/auth/tests/keys");
    format!("{folder}/{name}")
}

fn keys(args: &[&str]) -> Result<usize, String> {
    let config = load_with(args, NO_ENV)?;
    config.check().map_err(|error| error.to_string())?;
    let keys = config.auth.keys().map_err(|error| error.to_string())?;
    Ok(keys.len())
}

#[test]
fn a_secret_from_anywhere_is_taken_and_never_shown() {
    let file = File::new("secret", format!("auth_secret = \"{SECRET}\"\n"));
    let ways = [
        load_with(&["--auth-secret", SECRET], NO_ENV),
        load_with(&[], &[("MOTE_AUTH_SECRET", SECRET)]),
        load_with(&["--config", file.path()], NO_ENV),
    ];
    for config in ways.map(Result::unwrap) {
        assert!(config.auth.asks_for_tokens());
        assert_eq!(config.auth.keys().unwrap().len(), 1);
        assert!(!format!("{config:?}").contains(SECRET));
    }
    let short = load_with(&["--auth-secret", "hunter2"], NO_ENV).unwrap_err();
    let expected = "the flag --auth-secret is not right, but must have at least 32 bytes";
    assert!(
        short.starts_with(expected) && !short.contains("hunter2"),
        "{short}"
    );
}

#[test]
fn files_of_keys_are_read_and_a_wrong_one_is_named_with_what_would_be_right() {
    let secrets = File::new("secrets", format!("{SECRET}\n\n  {SECRET}2\r\n"));
    assert_eq!(keys(&["--auth-secret-file", secrets.path()]), Ok(2));
    let public = key("rsa.pub");
    assert_eq!(keys(&["--auth-public-key-file", &public]), Ok(1));
    let all = [
        "--auth-secret-file",
        secrets.path(),
        "--auth-public-key-file",
        &public,
    ];
    assert_eq!(keys(&all), Ok(3));

    let refused = |flag: &str, path: &str| {
        let sentence = keys(&[flag, path]).unwrap_err();
        let setting = flag.trim_start_matches('-').replace('-', "_");
        let begins = format!("{setting} is {path:?}, but ");
        assert!(sentence.starts_with(&begins), "{sentence}");
        sentence
    };
    let private = refused("--auth-public-key-file", &key("rsa.pem"));
    assert!(private.contains("has a private key in it") && private.contains("-pubout"));
    for (name, content) in [("empty", ""), ("short", "hunter2\n")] {
        let file = File::new(name, content);
        let sentence = refused("--auth-secret-file", file.path());
        assert!(!sentence.contains("hunter2"), "{sentence}");
    }
    let pem = refused("--auth-secret-file", &public);
    assert!(pem.contains("auth_public_key_file"), "{pem}");
    let binary = File::new("binary", [0xFF; 40]);
    assert!(refused("--auth-secret-file", binary.path()).contains("must be UTF-8"));
    let large = File::new("large", vec![b'a'; 65_537]);
    assert!(refused("--auth-secret-file", large.path()).contains("at most 65536 bytes"));

    let missing = keys(&["--auth-secret-file", "/nowhere/at/all"]).unwrap_err();
    let expected = "the flag --auth-secret-file is \"/nowhere/at/all\", but must be a file that";
    assert!(missing.starts_with(expected), "{missing}");
}

#[test]
fn rules_reach_the_verifier() {
    let args = [
        ["--auth-secret", SECRET],
        ["--auth-issuer", "https://app.example"],
        ["--auth-audience", "mote"],
        ["--auth-leeway", "5s"],
    ];
    let config = load_with(args.as_flattened(), NO_ENV).unwrap();
    let rules = config.auth.rules();
    assert_eq!(rules.issuer.as_deref(), Some("https://app.example"));
    assert_eq!(
        (rules.audience.as_deref(), rules.leeway_s),
        (Some("mote"), 5)
    );
    assert_eq!(
        Config::default().auth.rules(),
        crate::auth::Rules::default()
    );
}

#[test]
fn rules_without_a_key_and_guests_beside_tokens_are_refused() {
    for flag in ["--auth-issuer", "--auth-audience"] {
        let sentence = keys(&[flag, "mote"]).unwrap_err();
        assert!(sentence.contains("\"mote\", but needs a key for tokens: auth_secret"));
    }
    let both = keys(&["--auth-secret", SECRET, "--allow-anonymous"]).unwrap_err();
    assert!(
        both.starts_with("allow_anonymous is true, but there is a key"),
        "{both}"
    );
}

#[test]
fn a_switch_is_on_alone_and_says_what_it_may_be() {
    let on = |args: &[&str]| load_with(args, NO_ENV).map(|config| config.auth.allow_anonymous);
    assert_eq!(on(&[]), Ok(false));
    assert_eq!(on(&["--allow-anonymous"]), Ok(true));
    assert_eq!(on(&["--allow-anonymous", "--tick-hz", "30"]), Ok(true));
    assert_eq!(on(&["--allow-anonymous=false"]), Ok(false));
    let file = File::new("switch", "allow_anonymous = true\n");
    assert_eq!(on(&["--config", file.path()]), Ok(true));
    let sentence = on(&["--allow-anonymous=maybe"]).unwrap_err();
    assert!(
        sentence.ends_with("is \"maybe\", but must be true or false"),
        "{sentence}"
    );
}

#[test]
fn without_a_key_only_this_machine_reaches_a_server() {
    let listens = |listen: &str, more: &[&str]| {
        let args = [&["--listen", listen], more].concat();
        load_with(&args, NO_ENV).unwrap().check_listen().is_ok()
    };
    for local in [
        "127.0.0.1:1",
        "127.9.9.9:1",
        "[::1]:1",
        "[::ffff:127.0.0.1]:1",
    ] {
        assert!(listens(local, &[]), "{local}");
    }
    for open in [
        "0.0.0.0:1",
        "[::]:1",
        "10.0.0.7:1",
        "[::ffff:10.0.0.7]:1",
        "[fe80::1]:1",
    ] {
        assert!(!listens(open, &[]), "{open}");
        assert!(listens(open, &["--allow-anonymous"]), "{open}");
        assert!(listens(open, &["--auth-secret", SECRET]), "{open}");
    }
}

#[test]
fn keys_are_fetched_by_a_safe_way_only() {
    let set = |url: &str| {
        load_with(&["--auth-jwks-url", url], NO_ENV).map(|config| {
            config.check().unwrap();
            config.auth.asks_for_tokens()
        })
    };
    for url in [
        "https://auth.example.com/.well-known/jwks.json",
        "https://auth.example.com:8443/keys?tenant=acme",
        "http://127.0.0.1:8080/keys",
        "http://localhost/keys",
        "http://[::1]:1/",
    ] {
        assert_eq!(set(url), Ok(true), "{url}");
    }
    for url in [
        "http://auth.example.com/keys",
        "http://127.0.0.1.example.com/keys",
        "http://localhost.example.com/keys",
        "https://user:password@auth.example.com/keys",
        "http://127.0.0.1@evil.example/keys",
        "ftp://auth.example.com/keys",
        "file:///etc/keys",
        "auth.example.com/keys",
        "https://",
        "",
    ] {
        assert!(
            set(url)
                .unwrap_err()
                .contains("must be a URL like https://"),
            "{url}"
        );
    }
}
