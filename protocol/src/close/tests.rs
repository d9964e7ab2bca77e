//! The table agrees with itself and with the classes.

use super::*;

#[test]
fn every_code_is_found_by_its_number_and_ascends() {
    for pair in CloseCode::ALL.windows(2) {
        assert!(pair[0].code() < pair[1].code());
    }
    for &code in CloseCode::ALL {
        assert_eq!(CloseCode::from_u16(code.code()), Some(code));
        assert!(
            !code.text().is_empty() && code.text().len() <= 123,
            "fits a close frame"
        );
    }
    assert_eq!(CloseCode::from_u16(4001), None);
}

#[test]
fn the_class_of_a_code_says_what_a_client_does_next() {
    assert_eq!(CloseCode::Kicked.retry(), Retry::Stop);
    assert_eq!(CloseCode::TokenExpired.retry(), Retry::NewToken);
    assert_eq!(CloseCode::TooSlow.retry(), Retry::Slow);
    assert_eq!(CloseCode::Restarting.retry(), Retry::Normal);
    assert_eq!(retry(1006), Retry::Normal);
    assert_eq!(
        retry(4099),
        Retry::Stop,
        "a later version's code is treated by its class"
    );
}
