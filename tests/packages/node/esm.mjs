// A robot in Node, as an ES module.
import { createClient } from '@mote/presence';
import { WebSocket } from 'ws';
import { robot } from './shared/robot.cjs';

const [, , url, room, name] = process.argv;
console.log(JSON.stringify(await robot(createClient, { url, WebSocket }, room, name)));
