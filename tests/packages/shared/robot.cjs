// Somebody without a screen: enters a room with a cursor and stays until somebody else is there,
// both have seen the other's cursor, and both know that of each other.

const MEETING_MS_MAX = 20_000;

/** Resolves with the other's name and cursor. `options` are those of `createClient`. */
exports.robot = function robot(createClient, options, roomId, name) {
  const { room, leave } = createClient(options).enterRoom(roomId, { name });
  return new Promise((resolve, reject) => {
    let found = null;
    let isFound = false;
    const look = () => {
      if (found) return finish();
      const other = room.getOthers().find(({ cursor }) => cursor);
      if (!other) return;
      found = { name: other.name, ...other.cursor };
      room.broadcastEvent({ type: 'found' });
      finish();
    };
    const finish = () => found && isFound && end(resolve, found);
    const end = (settle, value) => {
      clearTimeout(timer);
      leave();
      settle(value);
    };
    const giveUp = () => {
      const why = `${name} is ${room.getStatus()}, found: ${!!found}, is found: ${isFound}`;
      end(reject, new Error(why));
    };
    const timer = setTimeout(giveUp, MEETING_MS_MAX);
    room.subscribe('cursors', look);
    room.subscribe('others', look);
    room.subscribe('event', () => {
      isFound = true;
      finish();
    });
    room.subscribe('error', (error) => end(reject, error));
    room.updateCursor({ x: 0.25, y: 0.75 });
  });
};

/** Two of them meet in a room of their own; resolves with whom each of them saw. */
exports.meet = async function meet(createClient, options) {
  const room = `meeting-${Math.random()}`;
  const meeting = ['Ada', 'Grace'].map((name) => exports.robot(createClient, options, room, name));
  return (await Promise.all(meeting)).map(({ name }) => name);
};
