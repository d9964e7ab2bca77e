//! Every close code that a socket can earn, over real TCP.

use std::time::Duration;

use crate::support::{Client, start};
use mote_server::Config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

#[tokio::test]
async fn no_subprotocol_or_another_one_closes_with_4002() {
    let server = start(Config::default());
    for subprotocol in [None, Some("graphql-ws"), Some("mote.v2, chat")] {
        let mut client = Client::open_at(server.address, "/ws", subprotocol).await;
        assert_eq!(client.close_code().await, 4002, "{subprotocol:?}");
    }
}

#[tokio::test]
async fn ours_is_chosen_among_several_subprotocols() {
    let server = start(Config::default());
    let mut client = Client::open_at(server.address, "/ws", Some("other, mote.v1")).await;
    client.send_join("r").await;
}

#[tokio::test]
async fn a_text_message_closes_with_4003() {
    let server = start(Config::default());
    let mut client = Client::open(server.address).await;
    client.send_raw(Message::text("hello")).await;
    assert_eq!(client.close_code().await, 4003);
}

#[tokio::test]
async fn what_is_no_protocol_message_closes_with_4000() {
    let server = start(Config::default());
    for bytes in [&[][..], &[0xFF], &[0x10, 0]] {
        let mut client = Client::join(server.address, "r").await;
        client.send_raw(Message::binary(bytes.to_vec())).await;
        assert_eq!(client.close_code().await, 4000, "{bytes:?}");
    }
}

#[tokio::test]
async fn a_message_over_64_kib_closes_with_1009_and_the_code_arrives() {
    let server = start(Config::default());
    // Much more than the server reads of it, so that only reading on lets the code through.
    for size in [65_537, 5_000_000] {
        let mut client = Client::join(server.address, "r").await;
        let sent =
            futures_util::SinkExt::send(&mut client.socket, Message::binary(vec![0x80; size]));
        let _ = tokio::time::timeout(crate::support::PATIENCE, sent)
            .await
            .unwrap();
        assert_eq!(client.close_code().await, 1009, "{size}");
    }
}

#[tokio::test]
async fn fragments_over_64_kib_together_close_with_1009() {
    let server = start(Config::default());
    let mut client = Client::join(server.address, "r").await;
    for number in 0..5 {
        let code = if number == 0 {
            Data::Binary
        } else {
            Data::Continue
        };
        let frame = Frame::message(vec![0x80; 16_000], OpCode::Data(code), false);
        client.send_raw(Message::Frame(frame)).await;
    }
    assert_eq!(client.close_code().await, 1009);
}

#[tokio::test]
async fn a_message_of_64_kib_is_taken() {
    let server = start(Config::default());
    let mut client = Client::join(server.address, "r").await;
    // 65,535 bytes of cursors and a heartbeat.
    let mut bytes = [0x10, 0, 1, 0, 1].repeat(65_535 / 5);
    bytes.push(0x80);
    client.send_raw(Message::binary(bytes)).await;
    client
        .until(|message| matches!(message, mote_protocol::wire::ServerMessage::Heartbeat))
        .await;
}

#[tokio::test]
async fn a_full_room_closes_with_4005() {
    let server = start(Config {
        max_people_per_room: 1,
        ..Config::default()
    });
    let _first = Client::join(server.address, "r").await;
    let mut second = Client::open(server.address).await;
    // A join of the room "r".
    second
        .send_raw(Message::binary(vec![0x30, 0, 1, b'r']))
        .await;
    assert_eq!(second.close_code().await, 4005);
}

#[tokio::test]
async fn no_join_in_time_closes_with_4202() {
    let join_timeout = Duration::from_millis(200);
    let server = start(Config {
        join_timeout,
        ..Config::default()
    });
    let mut client = Client::open(server.address).await;
    assert_eq!(client.close_code().await, 4202);
}

#[tokio::test]
async fn one_connection_too_many_from_an_address_closes_with_4203() {
    let server = start(Config {
        max_connections_per_ip: 2,
        ..Config::default()
    });
    let first = Client::join(server.address, "r").await;
    let _second = Client::join(server.address, "r").await;
    let mut third = Client::open(server.address).await;
    assert_eq!(third.close_code().await, 4203);

    // The place of one that has gone is free; it takes a moment until the server knows.
    drop(first);
    loop {
        let mut again = Client::open(server.address).await;
        again
            .send_raw(Message::binary(vec![0x30, 0, 1, b'r']))
            .await;
        match again.next().await {
            Some(Message::Binary(_)) => break,
            Some(Message::Close(Some(frame))) => assert_eq!(u16::from(frame.code), 4203),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn one_connection_too_many_in_all_closes_with_1013() {
    let server = start(Config {
        max_connections: 1,
        ..Config::default()
    });
    let _first = Client::join(server.address, "r").await;
    let mut second = Client::open(server.address).await;
    assert_eq!(second.close_code().await, 1013);
}

#[tokio::test]
async fn a_flood_of_pings_closes_with_4200() {
    let server = start(Config::default());
    let mut client = Client::join(server.address, "r").await;
    for _ in 0..30 {
        client.send_raw(Message::Ping(Vec::new().into())).await;
    }
    assert_eq!(client.close_code().await, 4200);
}
