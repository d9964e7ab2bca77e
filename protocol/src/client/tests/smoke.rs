//! The way most sessions go: connect, join, move, see others, lose the line, come back, leave.

use alloc::vec;

use super::rig::{CH, Command, RESUME, Rig, cursors, encode, left, person, room, snapshot};
use crate::client::{Notice, Status};
use crate::close::Retry;
use crate::coords::Point;

#[test]
fn connect_join_move_see_others_lose_the_line_come_back_and_leave() {
    let mut rig = Rig::new();
    assert_eq!(rig.client.status(), Status::Initial);

    rig.enter("plan");
    assert_eq!(rig.take_commands(), [Command::Connect]);
    assert_eq!(rig.take_notices(), [Notice::Status(Status::Connecting)]);

    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan"]);
    assert_eq!(rig.take_notices(), [Notice::Status(Status::Connected)]);

    rig.hear(&room(CH, 0, &[1]));
    assert_eq!(
        rig.take_notices(),
        [
            Notice::RoomJoined {
                channel: CH,
                user: 0,
                resumed: false
            },
            Notice::UserJoined {
                channel: CH,
                user: 0
            },
            Notice::UserJoined {
                channel: CH,
                user: 1
            },
            Notice::Count {
                channel: CH,
                count: 2
            },
            Notice::CursorsMoved { channel: CH },
        ]
    );
    let view = rig.client.room(CH).expect("entered");
    assert_eq!(view.status(), Status::Connected);
    assert_eq!(view.user(), Some(0));
    assert_eq!(view.resume(), Some(RESUME));
    assert_eq!(view.person(1).expect("listed").name, "Ben");

    rig.cursor(100);
    assert_eq!(rig.take_sent(), [vec![0x10, 0, 100, 0, 0]]);

    rig.hear(&cursors(CH, &[(1, 9)]));
    rig.hear(&encode(&[person(CH, 2)]));
    rig.hear(&left(CH, 2));
    assert_eq!(
        rig.take_notices(),
        [
            Notice::CursorsMoved { channel: CH },
            Notice::UserJoined {
                channel: CH,
                user: 2
            },
            Notice::UserLeft {
                channel: CH,
                user: 2
            },
            Notice::CursorsMoved { channel: CH },
        ]
    );
    let ben = rig.client.room(CH).and_then(|room| room.person(1).cloned());
    assert_eq!(ben.expect("listed").cursor, Some(Point { x: 9, y: 0 }));

    rig.close(1006);
    assert_eq!(
        rig.take_notices(),
        [
            Notice::Closed {
                code: 1006,
                retry: Retry::Normal,
                text: "it ends"
            },
            Notice::RoomLost { channel: CH },
            Notice::Status(Status::Reconnecting),
        ]
    );
    rig.come_back();
    assert_eq!(rig.take_said(), ["0 join plan resume"]);
    rig.hear(&snapshot(
        CH,
        0,
        true,
        &[1],
        &[cursors(CH, &[(0, 100), (1, 9)])],
    ));
    assert_eq!(
        rig.take_notices(),
        [
            Notice::Status(Status::Connected),
            Notice::RoomJoined {
                channel: CH,
                user: 0,
                resumed: true
            },
            Notice::Count {
                channel: CH,
                count: 2
            },
            Notice::CursorsMoved { channel: CH },
        ]
    );
    assert!(rig.take_sent().is_empty(), "the server knows the position");

    let now = rig.now;
    rig.run(|client| client.leave_room(now, CH));
    assert_eq!(rig.take_said(), ["0 leave"]);
    assert_eq!(rig.take_commands(), [Command::Disconnect(1000)]);
    assert_eq!(rig.take_notices(), [Notice::Status(Status::Initial)]);
    assert!(rig.client.room(CH).is_none());
    assert_eq!(rig.client.poll_timeout(), None);
}
