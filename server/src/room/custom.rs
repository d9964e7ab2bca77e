//! The custom presence object: JSON Merge Patch (RFC 7386) over bytes.

use serde_json::{Map, Value};

/// The patch is not a JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotAnObject;

/// `whole` after `patch`, as compact JSON; keys keep the order in which they came. An empty `whole`
/// is an absent one.
pub(super) fn merge(whole: &[u8], patch: &[u8]) -> Result<Vec<u8>, NotAnObject> {
    let Ok(Value::Object(patch)) = serde_json::from_slice(patch) else {
        return Err(NotAnObject);
    };
    let mut merged = match serde_json::from_slice(whole) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    };
    merge_object(&mut merged, patch);
    Ok(serde_json::to_vec(&merged).expect("an object of strings and values is JSON"))
}

/// RFC 7386, section 2, where the patch is an object. Depth: at most that of the patch.
fn merge_object(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                target.shift_remove(&key);
            }
            Value::Object(patch) => {
                let slot = target.entry(key).or_insert(Value::Null);
                if !slot.is_object() {
                    *slot = Value::Object(Map::new());
                }
                if let Value::Object(object) = slot {
                    merge_object(object, patch);
                }
            }
            other => {
                target.insert(key, other);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(whole: &str, patch: &str) -> String {
        let bytes = merge(whole.as_bytes(), patch.as_bytes()).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// RFC 7386, appendix A: every case whose document and patch are objects.
    #[test]
    fn the_examples_of_the_rfc_hold() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, r"{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (
                r#"{"a":{"b":"c"}}"#,
                r#"{"a":{"b":"d","c":null}}"#,
                r#"{"a":{"b":"d"}}"#,
            ),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            (r"{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ];
        for (whole, patch, result) in cases {
            assert_eq!(merged(whole, patch), result, "{whole} + {patch}");
        }
    }

    #[test]
    fn a_patch_that_is_not_an_object_is_refused() {
        for patch in [
            "[\"c\"]", "null", "\"bar\"", "1", "", "{", "{} {}", "{\"a\":}",
        ] {
            assert_eq!(merge(b"{}", patch.as_bytes()), Err(NotAnObject), "{patch}");
        }
    }

    /// R-STA-8: the one is no Unicode, the other no double.
    #[test]
    fn half_a_surrogate_pair_and_a_number_beyond_a_double_are_refused() {
        for patch in [r#"{"a":"\ud83d"}"#, r#"{"\udc00":1}"#, r#"{"a":1e400}"#] {
            assert_eq!(merge(b"{}", patch.as_bytes()), Err(NotAnObject), "{patch}");
        }
        assert_eq!(merged("", r#"{"a":"\ud83e\udd8a"}"#), r#"{"a":"🦊"}"#);
    }

    #[test]
    fn keys_keep_their_order_when_one_between_them_goes() {
        assert_eq!(
            merged(r#"{"z":1,"m":2,"a":3,"k":4}"#, r#"{"z":null,"b":5}"#),
            r#"{"m":2,"a":3,"k":4,"b":5}"#
        );
    }

    #[test]
    fn a_bomb_of_nesting_is_refused_and_the_deepest_allowed_is_merged() {
        let nested =
            |depth: usize| format!("{}{}", "{\"a\":".repeat(depth), "1") + &"}".repeat(depth);
        assert_eq!(merge(b"{}", nested(128).as_bytes()), Err(NotAnObject));
        assert_eq!(merge(b"{}", nested(60_000).as_bytes()), Err(NotAnObject));
        assert_eq!(merged("", &nested(127)), nested(127));
        assert_eq!(merged(&nested(127), &nested(127)), nested(127));
    }
}
