//! The page about the API: what it says to type does what it says.

use serde_json::Value;

use super::calls::{Backend, config};
use super::person::Person;
use super::support::start;

const PAGE: &str = include_str!("../../../docs/admin-api.md");

/// What a line with curl asks for: method, path and body.
fn request(line: &str) -> (String, String, Value) {
    let mut words = Vec::new();
    let mut quote = None;
    let mut word = String::new();
    for character in line.chars().chain([' ']) {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(end), _) if end == character => quote = None,
            (None, ' ') => words.push(std::mem::take(&mut word)),
            _ => word.push(character),
        }
    }
    let after = |flag: &str| {
        let at = words.iter().position(|word| word == flag)?;
        words.get(at + 1).cloned()
    };
    assert_eq!(after("-H").as_deref(), Some("Authorization: Bearer $TOKEN"));
    let path = words.iter().find_map(|word| word.strip_prefix("$API"));
    let body = after("--json").map_or(Value::Null, |json| serde_json::from_str(&json).unwrap());
    let usual = if body.is_null() { "GET" } else { "POST" };
    let method = after("-X").unwrap_or_else(|| usual.into());
    (method, path.unwrap().into(), body)
}

#[tokio::test]
async fn every_line_of_the_page_works() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let _ada = Person::join(server.address, "board-7", "user-1").await;
    let lines: Vec<_> = PAGE
        .lines()
        .filter(|line| line.starts_with("curl "))
        .collect();
    assert!(lines.len() > 5);
    for line in lines {
        let (method, path, body) = request(line);
        let answer = backend.call(&method, &path, &body).await;
        assert!((200..300).contains(&answer.status), "{line}: {answer:?}");
    }
}

/// Its table has every call of the description.
#[tokio::test]
async fn every_call_is_on_the_page() {
    let server = start(config());
    let description = Backend::of(server.address, "*")
        .get("/openapi.json")
        .await
        .body;
    for (path, operations) in description["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let call = format!("`{} {path}", method.to_uppercase());
            assert!(PAGE.contains(&call), "{call}");
        }
    }
}
