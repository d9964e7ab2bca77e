//! The picture as a browser gets it.

use super::svg;

fn rows(rows: &[(&str, f64)]) -> Vec<(String, f64)> {
    let owned = rows
        .iter()
        .map(|(name, value)| ((*name).to_owned(), *value));
    owned.collect()
}

/// The widths of the bars, from the top.
fn widths(svg: &str) -> Vec<f64> {
    let bars = svg.lines().filter(|line| line.starts_with("<rect"));
    bars.map(|line| {
        let (_, rest) = line.split_once("width=\"").unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    })
    .collect()
}

#[test]
fn bars_are_as_long_as_their_numbers_say() {
    let svg = svg(
        &rows(&[("Mote", 1.0), ("Bun publish", 4.0), ("ws", 2.0)]),
        "t",
        "u",
    );
    let widths = widths(&svg);
    assert!((widths[1] - 4.0 * widths[0]).abs() < 0.2, "{widths:?}");
    assert!((widths[1] - 2.0 * widths[2]).abs() < 0.2, "{widths:?}");
}

#[test]
fn only_rows_of_this_project_stand_out() {
    let svg = svg(
        &rows(&[("Mote at 30 Hz", 1.0), ("Moteless", 1.0)]),
        "t",
        "u",
    );
    assert!(svg.contains(r#"<rect class="ours""#));
    assert_eq!(svg.matches("<rect class=").count(), 1);
}

#[test]
fn who_does_not_see_it_is_told_every_number() {
    let svg = svg(
        &rows(&[("Mote", 0.25), ("ws", 10.0)]),
        "CPU",
        "µs per update",
    );
    assert!(svg.contains("<title id=\"title\">CPU</title>"));
    assert!(svg.contains("µs per update: Mote 0.250; ws 10.0."));
}

#[test]
fn names_cannot_break_the_picture() {
    let svg = svg(&rows(&[("<a> & \"b\"", 1.0)]), "1 < 2", "u");
    assert!(svg.contains("&lt;a&gt; &amp; &quot;b&quot;"));
    assert!(svg.contains("1 &lt; 2"));
}

#[test]
fn rows_without_a_number_are_left_out_and_nothing_is_no_failure() {
    let svg = svg(&rows(&[("gone", f64::NAN), ("none", 0.0)]), "t", "u");
    assert!(!svg.contains("gone"));
    assert_eq!(widths(&svg), [1.0]);
    assert!(widths(&super::svg(&[], "t", "u")).is_empty());
}
