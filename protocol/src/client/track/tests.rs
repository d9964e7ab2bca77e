//! One track alone: what it draws for what came when.

extern crate std;

use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Axes, Track, axes};
use crate::coords::Point;
use crate::limits::{TRACK_DELAY_MS_MAX, TRACK_KNOTS_MAX};
use crate::time::Instant;

const START_MS: f64 = 10_000.0;
const FRAME_MS: f64 = 1_000.0 / 60.0;
/// As far as a position of 16 bits can be from the one that it stands for.
const GRID: f64 = 1.0 / 65_535.0;

fn ms(at: f64) -> Instant {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small, positive"
    )]
    Instant::from_micros((at * 1_000.0) as u64)
}

fn point([x, y]: Axes) -> Point {
    Point::from_fraction(x, y).expect("numbers")
}

/// What is drawn at each frame from `START_MS` on, until the track rests. `came` has each position
/// with its moment; the track rests at the first one at the beginning.
fn drawn(came: &[(f64, Axes)], frame_ms: f64) -> Vec<Axes> {
    let ((_, first), rest) = came.split_first().expect("a first one");
    let mut track = Track::new(point(*first));
    let mut waiting = rest.iter().peekable();
    let mut frames = Vec::new();
    let mut now = START_MS;
    loop {
        while let Some((at, place)) = waiting.next_if(|(at, _)| *at <= now) {
            track.push(ms(*at), point(*place));
        }
        let (place, is_moving) = track.at(ms(now));
        frames.push(place);
        if !is_moving && waiting.peek().is_none() {
            return frames;
        }
        assert!(frames.len() < 10_000, "a track that never rests");
        now += frame_ms;
    }
}

/// A hand that goes around a circle once in two seconds, as a sender of `hz` shows it, each position
/// up to `jitter_ms` late.
fn circle(hz: f64, jitter_ms: f64) -> Vec<(f64, Axes)> {
    let mut noise = 1u64;
    (0..)
        .map(|i| f64::from(i) * 1_000.0 / hz)
        .take_while(|at| *at <= 2_000.0)
        .map(|at| {
            noise = noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let late = f64::from((noise >> 33) as u32) / f64::from(u32::MAX >> 1) * jitter_ms;
            (START_MS + at + late, on_circle(at))
        })
        .collect()
}

fn on_circle(at: f64) -> Axes {
    let (sin, cos) = (at / 2_000.0 * core::f64::consts::TAU).sin_cos();
    [0.5 + 0.3 * cos, 0.5 + 0.3 * sin]
}

fn distance(a: Axes, b: Axes) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// The largest change of velocity between two frames, in fractions of the surface.
fn roughness(frames: &[Axes]) -> f64 {
    let change = |w: &[Axes], axis: usize| w[0][axis] - 2.0 * w[1][axis] + w[2][axis];
    frames
        .windows(3)
        .map(|w| change(w, 0).hypot(change(w, 1)))
        .fold(0.0, f64::max)
}

/// The frames in the middle of the movement: it begins and ends with a change of velocity.
fn middle(frames: &[Axes]) -> &[Axes] {
    &frames[20..frames.len() - 20]
}

#[test]
fn a_circle_is_drawn_round_however_often_and_unevenly_it_came() {
    for (hz, jitter_ms, most) in [
        (60.0, 6.0, 0.003),
        (30.0, 8.0, 0.003),
        (20.0, 0.0, 0.003),
        (20.0, 10.0, 0.003),
        (10.0, 10.0, 0.004),
    ] {
        let came = circle(hz, jitter_ms);
        let frames = drawn(&came, FRAME_MS);
        let smooth = roughness(middle(&frames));
        // The hand itself: 0.016 a frame, and 0.0008 from one frame to the next.
        assert!(
            smooth < most,
            "{hz} Hz, up to {jitter_ms} ms late: {smooth}"
        );
        let jumps = came
            .windows(2)
            .map(|w| distance(w[0].1, w[1].1))
            .fold(0.0, f64::max);
        assert!(
            hz > 30.0 || smooth < jumps / 10.0,
            "{hz} Hz: {smooth} of {jumps}"
        );
    }
}

#[test]
fn it_is_drawn_behind_by_the_rhythm_and_a_margin_and_not_more() {
    for (hz, jitter_ms, behind_ms) in [(60.0, 4.0, 40.0), (20.0, 10.0, 120.0)] {
        let frames = drawn(&circle(hz, jitter_ms), FRAME_MS);
        for (i, place) in frames.iter().enumerate().skip(60).take(40) {
            let now = FRAME_MS * i as f64;
            let lag_ms = (0..300).map(f64::from).min_by(|a, b| {
                let [a, b] = [a, b].map(|lag| distance(on_circle(now - lag), *place));
                a.total_cmp(&b)
            });
            let lag_ms = lag_ms.expect("some");
            assert!(lag_ms < behind_ms, "{hz} Hz: {lag_ms} ms behind");
        }
    }
}

#[test]
fn the_first_move_after_a_rest_starts_where_it_rests_and_at_once() {
    let came = [(START_MS, [0.2, 0.2]), (START_MS + 1.0, [0.8, 0.4])];
    let frames = drawn(&came, 1.0);
    assert!(distance(frames[0], [0.2, 0.2]) < GRID);
    assert!(frames[1][0] < 0.21, "no jump: {:?}", frames[1]);
    assert!(frames[5][0] > frames[1][0], "it is on its way");
    assert!(
        frames.windows(2).all(|w| w[0][0] <= w[1][0]),
        "straight there"
    );
    let worst = frames
        .windows(2)
        .map(|w| distance(w[0], w[1]))
        .fold(0.0, f64::max);
    assert!(worst < 0.05, "and without a jump on the way: {worst}");
}

#[test]
fn it_comes_to_rest_without_a_jerk_exactly_on_the_last_position() {
    let mut came = circle(20.0, 10.0);
    came.truncate(20);
    let frames = drawn(&came, 1.0);
    let last = frames.last().expect("some");
    assert_eq!(*last, axes(point(came[19].1)));
    // A millisecond a frame: the hand moves 0.00094 in one, and stops within a few.
    let end = &frames[frames.len() - 100..];
    assert!(roughness(end) < 0.000_15, "{}", roughness(end));
}

#[test]
fn a_line_that_was_held_up_is_caught_up_with_in_bounded_memory() {
    let mut track = Track::new(point([0.0, 0.0]));
    for i in 0..1_000 {
        track.push(ms(START_MS), point([f64::from(i) / 1_000.0, 0.5]));
        assert!(track.count <= TRACK_KNOTS_MAX);
    }
    let mut now = START_MS;
    while track.at(ms(now)).1 {
        now += FRAME_MS;
    }
    assert_eq!(track.at(ms(now)).0, axes(point([0.999, 0.5])));
    assert!(
        now < START_MS + 2.0 * TRACK_DELAY_MS_MAX,
        "{} ms",
        now - START_MS
    );
}

#[test]
fn a_page_that_was_hidden_finds_the_cursor_where_it_is() {
    let mut track = Track::new(point([0.0, 0.0]));
    for i in 1..100 {
        track.push(
            ms(START_MS + 50.0 * f64::from(i)),
            point([f64::from(i) / 100.0, 0.5]),
        );
    }
    let (place, is_moving) = track.at(ms(START_MS + 60_000.0));
    assert_eq!((place, is_moving), (axes(point([0.99, 0.5])), false));
}

fn anything() -> impl Strategy<Value = Vec<(f64, Axes)>> {
    let gap = prop_oneof![0.0..5.0, 5.0..60.0, 60.0..500.0f64];
    let place = [0.0..=1.0, 0.0..=1.0f64];
    vec((gap, place), 2..40).prop_map(|steps| {
        let mut at = START_MS;
        let came = steps.into_iter().map(|(gap, place)| {
            at += gap;
            (at, place)
        });
        came.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_it_ends_exactly_at_the_last_and_leaves_the_box_of_all_by_nothing(
        came in anything(),
        frame_ms in 1.0..40.0f64,
    ) {
        let frames = drawn(&came, frame_ms);
        let places: Vec<Axes> = came.iter().map(|(_, place)| axes(point(*place))).collect();
        prop_assert_eq!(frames.last(), places.last());
        for axis in 0..2 {
            let of = |all: &[Axes]| {
                let axes = all.iter().map(|place| place[axis]);
                axes.fold((1.0f64, 0.0f64), |(low, high), at| (low.min(at), high.max(at)))
            };
            let ((low, high), (lowest, highest)) = (of(&frames), of(&places));
            prop_assert!(low >= lowest - OVERSHOOT && high <= highest + OVERSHOOT);
        }
    }

    #[test]
    fn however_wild_the_hand_the_velocity_has_no_jumps(
        steps in vec((0.7..1.3f64, [0.0..=1.0, 0.0..=1.0f64]), 4..20),
        period_ms in 16.0..60.0f64,
    ) {
        let mut at = START_MS;
        let came = steps.into_iter().map(|(share, place)| {
            at += share * period_ms;
            (at, place)
        });
        let frames = drawn(&came.collect::<Vec<_>>(), 0.25);
        // A corner would be the velocity itself: 0.25 / period.
        prop_assert!(roughness(&frames) * period_ms < 0.1, "{}", roughness(&frames) * period_ms);
    }

    #[test]
    fn what_comes_in_its_rhythm_is_passed_in_its_order(
        turns in vec([0.1..0.9, 0.1..0.9f64], 4..20),
        hz in 10.0..60.0f64,
    ) {
        let at = |i: usize| START_MS + 1_000.0 / hz * i as f64;
        let came: Vec<_> = turns.iter().enumerate().map(|(i, place)| (at(i), *place)).collect();
        let mut frames = drawn(&came, 1.0).into_iter();
        // The last of them may be met while it is slowed down to, but each in its turn.
        for (_, place) in came {
            let near = frames.find(|frame| distance(*frame, place) < 0.01 + hz / 1_200.0);
            prop_assert!(near.is_some(), "{:?} is passed by", place);
        }
    }

    #[test]
    fn time_that_stands_still_or_goes_back_moves_nothing(came in anything()) {
        let mut track = Track::new(point(came[0].1));
        for (at, place) in &came[1..] {
            track.push(ms(*at), point(*place));
        }
        let now = came[came.len() - 1].0 + 10.0;
        let here = track.at(ms(now));
        prop_assert_eq!(track.at(ms(now)), here);
        prop_assert_eq!(track.at(ms(now - 5.0)), here);
        prop_assert_eq!(track.at(Instant::ZERO), here);
    }
}

/// Of the surface: the cubic that begins in the middle of another may pass its end by that much.
const OVERSHOOT: f64 = 0.02;
