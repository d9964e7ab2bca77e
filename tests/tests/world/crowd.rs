//! A hundred people in one room.

use mote_tests::world::{Conditions, Cut};

use crate::kit::{assert_well, at, millis, world};

#[test]
fn a_hundred_people_see_each_other_move_leave_and_come_back() {
    let mut world = world(100);
    for number in 0..100 {
        let client = world.add_client(&format!("p{number}"), Conditions::PERFECT);
        world.act(client, |app, now| app.enter(now, "hall"));
    }
    world.run_for(millis(200));
    for round in 0..5u16 {
        for client in 0..100 {
            let x = u16::try_from(client).expect("a hundred") * 10 + round;
            world.act(client, |app, now| app.move_to(now, "hall", at(x, round)));
        }
        world.run_for(millis(50));
    }
    for client in (0..100).step_by(10) {
        world.act(client, |app, now| app.leave(now, "hall"));
        world.cut(client + 1, Cut::Told);
        world.act(client + 2, |app, now| app.send_event(now, "hall"));
        world.reload(client + 3);
    }
    assert_well(&mut world, "a hundred people");
}
