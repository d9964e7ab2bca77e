//! Which address the demo is on, and that a taken one is told.

use std::net::TcpListener;

use super::*;

fn listen(args: &[&str]) -> Option<String> {
    let args: Vec<_> = args.iter().map(ToString::to_string).collect();
    listen_argument(&args).map(ToOwned::to_owned)
}

#[test]
fn an_address_of_ones_own_is_found_in_both_spellings() {
    assert_eq!(
        listen(&["--listen", "127.0.0.1:9"]).as_deref(),
        Some("127.0.0.1:9")
    );
    assert_eq!(
        listen(&["--tick-hz", "30", "--listen=[::1]:9"]).as_deref(),
        Some("[::1]:9")
    );
    assert_eq!(listen(&["--tick-hz", "30"]), None);
    assert_eq!(listen(&["--listen"]), None);
}

#[test]
fn a_taken_port_is_told_with_a_way_out() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let said = check_free(&address).unwrap_err().to_string();
    assert!(
        said.contains(&address) && said.contains("-- --listen"),
        "{said}"
    );
    drop(holder);
    check_free(&address).unwrap();
}
