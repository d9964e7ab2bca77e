//! Names and values of listeners.

use super::*;

#[test]
fn an_old_name_reaches_nobody_also_when_its_slot_is_given_on() {
    let mut names = Names::default();
    let mut values = ListenerMap::default();
    let ada = names.take();
    values.insert(ada, "ada");
    assert_eq!(values.remove(ada), Some("ada"));
    names.give_back(ada);
    let bob = names.take();
    assert_ne!(ada, bob);
    values.insert(bob, "bob");
    assert_eq!((values.get(ada), values.get(bob)), (None, Some(&"bob")));
    assert_eq!((values.remove(ada), values.len()), (None, 1));
    assert_eq!(values.iter().collect::<Vec<_>>(), [(bob, &"bob")]);
}

#[test]
fn names_are_apart_and_slots_are_used_again() {
    let mut names = Names::default();
    let mut values = ListenerMap::default();
    for round in 0..1_000 {
        let (first, second) = (names.take(), names.take());
        values.insert(first, round);
        values.insert(second, round + 1);
        assert_eq!(values.get(first), Some(&round));
        *values.get_mut(second).unwrap() += 1;
        assert_eq!(values.remove(second), Some(round + 2));
        assert_eq!(values.remove(first), Some(round));
        names.give_back(second);
        names.give_back(first);
    }
    assert_eq!((values.len(), names.slots), (0, 2));
    assert!(values.is_empty());
}
