// A page with everyone on it, as the tests look at it.

export function show(createClient) {
  const query = new URLSearchParams(location.search);
  const client = createClient({ url: query.get('server') });
  const { room } = client.enterRoom(query.get('room'));
  const status = document.querySelector('#status');
  const people = document.querySelector('#people');
  const cursors = new Map();

  const draw = () => {
    const [self, others] = [room.getSelf(), room.getOthers()];
    status.textContent = room.getStatus();
    const everyone = self ? [self, ...others] : others;
    people.replaceChildren(...everyone.map((user) => person(user, self)));
    for (const node of cursors.values()) node.remove();
    cursors.clear();
    for (const user of others) cursors.set(user.connectionId, cursor(user));
    document.body.append(...cursors.values());
    move(room.getCursors());
  };
  const move = (positions) => {
    for (let i = 0; i < positions.length; i += 3) {
      const node = cursors.get(positions[i]);
      if (!node) continue;
      node.style.left = `${positions[i + 1] * innerWidth}px`;
      node.style.top = `${positions[i + 2] * innerHeight}px`;
      node.hidden = false;
    }
  };

  room.subscribe('status', draw);
  room.subscribe('self', draw);
  room.subscribe('others', draw);
  room.subscribe('cursors', move);
  room.subscribe('error', ({ message }) => {
    document.querySelector('#error').textContent += message;
  });
  room.trackCursor('viewport');
  draw();
}

function person(user, self) {
  const node = document.createElement('li');
  node.className = 'person';
  node.toggleAttribute('data-self', user === self);
  node.append(named(user));
  return node;
}

function cursor(user) {
  const node = document.createElement('div');
  node.className = 'cursor';
  node.style.position = 'fixed';
  node.hidden = true;
  node.append(named(user));
  return node;
}

function named({ name }) {
  const node = document.createElement('span');
  node.className = 'name';
  node.textContent = name;
  return node;
}
