// A robot in Node, as CommonJS.
const { createClient } = require('@mote/presence');
const { WebSocket } = require('ws');
const { robot } = require('./shared/robot.cjs');

const [, , url, room, name] = process.argv;
robot(createClient, { url, WebSocket }, room, name).then((seen) => {
  console.log(JSON.stringify(seen));
});
