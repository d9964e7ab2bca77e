//! Names: those that clients send, made safe to show, and those that the server gives.

use mote_protocol::limits::NAME_CHARS_MAX;
use rand::RngExt;
use rand::rngs::StdRng;
use unicode_normalization::UnicodeNormalization;

use crate::limits::NAME_ATTEMPTS_MAX;

/// The name as it may be shown, or `None` when nothing visible is left of it: composed (NFC),
/// without characters that are not seen or that reorder others, trimmed, at most 32 characters.
pub(super) fn clean(name: &str) -> Option<String> {
    let visible: String = name.chars().filter(|&c| !is_invisible(c)).nfc().collect();
    // Composing may lengthen: a few characters decompose for good.
    let short: String = visible.trim().chars().take(NAME_CHARS_MAX).collect();
    let name = short.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

/// "Adjective Animal", one that `is_taken` does not know while such a one is found quickly.
pub(super) fn anonymous(rng: &mut StdRng, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = draw(rng);
    for _ in 1..NAME_ATTEMPTS_MAX {
        if !is_taken(&name) {
            break;
        }
        name = draw(rng);
    }
    name
}

fn draw(rng: &mut StdRng) -> String {
    let adjective = ADJECTIVES[rng.random_range(0..ADJECTIVES.len())];
    let animal = ANIMALS[rng.random_range(0..ANIMALS.len())];
    format!("{adjective} {animal}")
}

/// Controls, format characters (bidirectional marks, zero widths, tags), and letters that are blank.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

const ADJECTIVES: [&str; 40] = [
    "Agile", "Amber", "Bold", "Brave", "Bright", "Brisk", "Calm", "Candid", "Cheerful", "Clever",
    "Cosmic", "Curious", "Daring", "Eager", "Fair", "Gentle", "Golden", "Happy", "Honest",
    "Humble", "Jolly", "Keen", "Kind", "Lively", "Lucky", "Mellow", "Merry", "Nimble", "Noble",
    "Patient", "Polite", "Proud", "Quick", "Quiet", "Rapid", "Silver", "Sunny", "Swift", "Tidy",
    "Witty",
];

const ANIMALS: [&str; 40] = [
    "Alpaca", "Badger", "Bear", "Beaver", "Bison", "Camel", "Cat", "Cheetah", "Crane", "Deer",
    "Dolphin", "Eagle", "Falcon", "Ferret", "Finch", "Fox", "Gecko", "Hare", "Hedgehog", "Heron",
    "Koala", "Lemur", "Lion", "Lynx", "Marten", "Mole", "Moose", "Otter", "Owl", "Panda",
    "Penguin", "Puffin", "Rabbit", "Raven", "Seal", "Squirrel", "Swan", "Tiger", "Turtle", "Wolf",
];

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn what_is_not_seen_is_taken_out_and_the_ends_are_trimmed() {
        assert_eq!(
            clean("  Ada\u{202E} Love\u{200B}lace\u{0007} ").unwrap(),
            "Ada Lovelace"
        );
        assert_eq!(clean("日本語 🦊").unwrap(), "日本語 🦊");
    }

    #[test]
    fn a_name_of_nothing_visible_is_no_name() {
        for name in [
            "",
            "   ",
            "\u{200B}\u{FEFF}",
            "\u{2066}\u{2069}",
            "\n\t",
            "\u{3164}",
            "\u{00A0}",
        ] {
            assert_eq!(clean(name), None, "{name:?}");
        }
    }

    #[test]
    fn two_spellings_of_one_name_become_equal() {
        assert_eq!(clean("Rene\u{0301}"), clean("Ren\u{00E9}"));
    }

    #[test]
    fn a_name_that_grows_when_composed_stays_within_the_limit() {
        let name = "\u{0958}".repeat(32);
        assert_eq!(clean(&name).unwrap().chars().count(), 32);
    }

    #[test]
    fn hundreds_of_anonymous_people_have_different_names() {
        let mut rng = StdRng::seed_from_u64(3);
        let mut present = std::collections::HashSet::new();
        for _ in 0..300 {
            let name = anonymous(&mut rng, |name| present.contains(name));
            assert!(name.chars().count() <= NAME_CHARS_MAX);
            assert!(present.insert(name));
        }
    }

    #[test]
    fn a_crowd_larger_than_the_supply_of_names_is_still_named() {
        let name = anonymous(&mut StdRng::seed_from_u64(4), |_| true);
        assert!(name.contains(' '));
    }
}
