// Which node of a cluster each person is on, and a button that kills one: `cargo xtask cluster` only.
// Its proxy tells in a cookie which node a WebSocket reached.

import { byId, element } from './dom.js';

const LOOK_MS = 1_000;
const HEADERS = { 'x-mote-cluster': '1' }; // other sites cannot send it

let nodes = []; // { address, running }, as the cluster lists them
let shown = '';
let isWatched = false;

/** The address of the node that the last WebSocket reached; none where there is no cluster. */
export function ownNode() {
  const value = /(?:^|; )mote_node=([^;]*)/.exec(document.cookie)?.[1];
  // Of several that were tried, the last one answered.
  return value?.split(',').at(-1)?.trim();
}

/** What to call somebody's node. */
export function nodeName(user) {
  const at = nodes.findIndex((node) => node.address === user.presence.node);
  return at < 0 ? '' : `node ${at + 1}`;
}

/** Shows how many of these people each node has. */
export function showNodes(people) {
  const counts = nodes.map(
    ({ address }) => people.filter((user) => user.presence.node === address).length,
  );
  // A button that is being pressed must not be made anew for nothing.
  const facts = JSON.stringify([nodes, counts]);
  if (facts === shown) return;
  shown = facts;
  byId('node-list').replaceChildren(...nodes.map((node, at) => row(node, at, counts[at])));
}

/** Looks after the nodes from now on; `changed` is called when there is news of them. */
export function watchNodes(changed) {
  if (isWatched) return;
  isWatched = true;
  const look = async () => {
    const answer = await fetch('/cluster/nodes').catch(() => null);
    // A cookie outlives its cluster.
    byId('nodes').hidden = answer?.ok === false;
    if (answer?.ok === false) return;
    const known = JSON.stringify(nodes);
    nodes = (await answer?.json()) ?? nodes;
    if (JSON.stringify(nodes) !== known) changed();
    setTimeout(look, LOOK_MS);
  };
  look();
}

function row(node, at, count) {
  const item = element('li', 'node');
  item.toggleAttribute('data-down', !node.running);
  const name = element('span', 'node-name', `Node ${at + 1}`);
  const state = element('span', 'note', node.running ? counted(count) : 'down');
  const button = element('button', 'button small', node.running ? 'Kill' : 'Start');
  button.type = 'button';
  button.addEventListener('click', () => {
    button.disabled = true;
    const action = node.running ? 'kill' : 'start';
    fetch(`/cluster/nodes/${at + 1}/${action}`, { method: 'POST', headers: HEADERS });
  });
  item.append(name, state, button);
  return item;
}

function counted(number) {
  return number === 1 ? '1 person' : `${number} people`;
}
