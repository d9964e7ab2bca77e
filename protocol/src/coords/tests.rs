//! The rounding rule and the surfaces.

use super::*;

#[test]
fn every_wire_value_survives_the_round_trip() {
    for wire in 0..=u16::MAX {
        assert_eq!(to_wire(from_wire(wire)), Ok(wire));
    }
}

#[test]
fn halves_round_away_from_zero_and_nothing_less_does() {
    assert_eq!(to_wire(0.5 / 65535.0), Ok(1));
    assert_eq!(to_wire(0.499_999 / 65535.0), Ok(0));
    assert_eq!(to_wire(0.5), Ok(32768));
}

/// R-COORD-1, R-COORD-3.
#[test]
fn positions_off_the_surface_are_clamped_and_nan_is_refused() {
    assert_eq!(to_wire(-0.1), Ok(0));
    assert_eq!(to_wire(1.1), Ok(u16::MAX));
    assert_eq!(to_wire(f64::INFINITY), Ok(u16::MAX));
    assert_eq!(to_wire(f64::NEG_INFINITY), Ok(0));
    assert_eq!(to_wire(f64::NAN), Err(NotANumber));
    assert_eq!(Point::from_fraction(0.5, f64::NAN), Err(NotANumber));
}

#[test]
fn a_position_is_found_again_on_a_window_of_another_size() {
    let mine = Surface::Viewport {
        width: 1440.0,
        height: 900.0,
    };
    let yours = Surface::Viewport {
        width: 390.0,
        height: 844.0,
    };
    let (x, y) = mine.to_fraction(720.0, 225.0);
    assert_eq!(yours.to_client(x, y), (195.0, 211.0));
}

#[test]
fn an_element_is_followed_where_it_stands() {
    let element = Surface::Element {
        left: 100.0,
        top: -50.0,
        width: 200.0,
        height: 100.0,
    };
    assert_eq!(element.to_fraction(150.0, 0.0), (0.25, 0.5));
    assert_eq!(element.to_client(0.25, 0.5), (150.0, 0.0));
}

#[test]
fn a_document_position_moves_with_the_scroll() {
    let top = Surface::Document {
        scroll_x: 0.0,
        scroll_y: 0.0,
        width: 1000.0,
        height: 4000.0,
    };
    let down = Surface::Document {
        scroll_x: 0.0,
        scroll_y: 500.0,
        width: 1000.0,
        height: 4000.0,
    };
    let (x, y) = top.to_fraction(250.0, 600.0);
    assert_eq!(down.to_client(x, y), (250.0, 100.0));
}

#[test]
fn a_surface_without_area_puts_everything_at_its_origin() {
    let hidden = Surface::Element {
        left: 10.0,
        top: 10.0,
        width: 0.0,
        height: 0.0,
    };
    assert_eq!(hidden.to_fraction(500.0, 500.0), (0.0, 0.0));
}
