//! What an application is told and asked: what belongs together, and what is never shown.

use super::*;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn checked(args: &[&str]) -> Result<Config, String> {
    let config = load_with(args, NO_ENV)?;
    config.check().map_err(|error| error.to_string())?;
    Ok(config)
}

#[test]
fn webhooks_are_set_from_anywhere_and_their_secret_is_never_shown() {
    let flags = [
        ["--webhook-url", "https://app.example.com/hooks/mote"],
        ["--webhook-secret", SECRET],
        ["--webhook-events", "room.closed,person.left"],
        ["--webhook-rooms", "board-*,plan"],
    ];
    let config = checked(flags.as_flattened()).unwrap();
    assert_eq!(config.webhook.secrets().unwrap().len(), 1);
    assert!(config.room().facts && config.webhook.rooms.stand_for("board-1"));
    assert!(!format!("{config:?}").contains("MfKQ9r8GKY"));
    let short = checked(&["--webhook-secret", "whsec_hunter2"]).unwrap_err();
    let expected = "the flag --webhook-secret is not right, but must be whsec_ and 24 to 64 bytes";
    assert!(
        short.starts_with(expected) && !short.contains("hunter2"),
        "{short}"
    );
    assert!(!Config::default().room().facts);
}

#[test]
fn a_file_has_several_secrets_while_one_takes_anothers_place() {
    let file = File::new("webhook-secrets", format!("{SECRET}\n\n {SECRET}\r\n"));
    let url = ["--webhook-url", "http://127.0.0.1:9/"];
    let flags = [url, ["--webhook-secret-file", file.path()]];
    let config = checked(flags.as_flattened()).unwrap();
    assert_eq!(config.webhook.secrets().unwrap().len(), 2);
    let many = File::new("webhook-many", format!("{SECRET}\n").repeat(5));
    let flags = [url, ["--webhook-secret-file", many.path()]];
    let config = checked(flags.as_flattened()).unwrap();
    let sentence = config.webhook.secrets().unwrap_err().to_string();
    assert!(
        sentence.ends_with("but must have 1 to 4 secrets, a line each"),
        "{sentence}"
    );
}

#[test]
fn what_is_sent_is_signed_and_a_secret_is_for_something() {
    let url = "https://app.example.com/";
    let cases = [
        (
            vec!["--webhook-url", url],
            "webhook_url is \"https://app.example.com/\", but needs",
        ),
        (
            vec!["--auth-url", url],
            "auth_url is set, but needs webhook_secret",
        ),
        (
            vec!["--webhook-secret", SECRET],
            "webhook_secret is set, but needs webhook_url or auth_url",
        ),
    ];
    for (args, expected) in cases {
        let sentence = checked(&args).unwrap_err();
        assert!(sentence.starts_with(expected), "{sentence}");
    }
    let both = ["--auth-url", url, "--webhook-secret", SECRET];
    let config = checked(&both).unwrap();
    assert!(config.auth.asks_for_tokens() && !config.room().facts);
    let open = "0.0.0.0:1".parse().unwrap();
    assert!(
        Config {
            listen: open,
            ..config
        }
        .check_listen()
        .is_ok()
    );
}

#[test]
fn only_this_machine_is_told_without_encryption() {
    for name in ["--webhook-url", "--auth-url"] {
        for wrong in [
            "http://app.example.com/",
            "ftp://127.0.0.1/",
            "app",
            "https://a:b@c/",
        ] {
            let sentence = load_with(&[name, wrong], NO_ENV).unwrap_err();
            assert!(
                sentence.contains("but must be a URL like https://"),
                "{sentence}"
            );
            assert!(!sentence.contains("a:b"), "{sentence}");
        }
    }
}

#[test]
fn an_issuer_needs_a_key_also_where_the_application_is_asked() {
    let flags = [
        ["--auth-url", "https://app.example.com/"],
        ["--webhook-secret", SECRET],
        ["--auth-issuer", "us"],
    ];
    let sentence = checked(flags.as_flattened()).unwrap_err();
    assert!(
        sentence.starts_with("auth_issuer is \"us\", but needs a key"),
        "{sentence}"
    );
}
