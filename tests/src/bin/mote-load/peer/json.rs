//! Numbers out of JSON that a server wrote, without building a tree of it: at a hundred thousand
//! messages a second that would be the load's bottleneck.

/// The whole number that stands after `"name":`.
pub(super) fn number_of(text: &str, name: &str) -> Option<u32> {
    let quoted = text
        .match_indices(name)
        .find(|(at, _)| text[..*at].ends_with('"') && text[at + name.len()..].starts_with("\":"));
    let (at, _) = quoted?;
    let digits = &text[at + name.len() + 2..];
    let end = digits
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// The position of `"x"` and `"y"`.
pub(super) fn position_of(text: &str) -> Option<u32> {
    let half = |name| u16::try_from(number_of(text, name)?).ok();
    Some(super::number(half("x")?, half("y")?))
}

#[cfg(test)]
mod tests {
    use super::{number_of, position_of};

    #[test]
    fn numbers_are_found_by_their_names() {
        let text = r#"[{"type":100,"actor":17,"data":{"cursor":{"x":1,"y":65535}}}]"#;
        assert_eq!(number_of(text, "actor"), Some(17));
        assert_eq!(number_of(text, "tor"), None);
        assert_eq!(number_of(text, "data"), None);
        assert_eq!(position_of(text), Some(65_536 + 65_535));
        assert_eq!(position_of(r#"{"x":65536,"y":0}"#), None);
    }
}
