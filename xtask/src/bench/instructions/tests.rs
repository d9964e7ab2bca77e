//! What callgrind and the hot paths print, taken apart.

use super::{Count, instructions_markdown, path, total};

#[test]
fn the_total_is_read_from_what_callgrind_says() {
    let said = "==9== Events    : Ir\n==9== Collected : 312439\n==9== \n";
    assert_eq!(total(said), Some(312_439.0));
    assert_eq!(total("==9== Command: mote-hot-paths"), None);
}

#[test]
fn a_path_is_a_name_how_many_and_of_what() {
    let parsed = path("room-5\t5\ta move in a room of 5").unwrap();
    assert_eq!(parsed, ("room-5", 5.0, "a move in a room of 5"));
    assert!(path("room-5 5 a move").is_err());
    assert!(path("room-5\tfive\ta move").is_err());
}

#[test]
fn the_table_has_a_line_for_each_operation() {
    let count = |operation: &str, instructions| {
        let operation = operation.to_owned();
        Count {
            operation,
            instructions,
        }
    };
    let table = instructions_markdown(&[count("decode", 88.0), count("deliver", 13.9)]);
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines[2], "| decode    | 88.0         |");
    assert_eq!(lines[3], "| deliver   | 13.9         |");
}
