/** What the admin API takes and tells; `/api/v1/openapi.json` of a server has the same. Types only. */
import type { Activity, DefaultRoomEvent, JsonObject, Position } from '../types.js';

/** A room in numbers. */
export interface RoomInfo {
  /** Its id. */
  readonly room: string;
  /** People listed, on all servers that share the room. */
  readonly people: number;
  /** Observers who are on the server that answered. */
  readonly observers: number;
  /** The servers that the room is on, by their ids; none where servers do not share rooms. */
  readonly nodes: readonly string[];
}

/** Somebody in a room, as a backend sees them. */
export interface Person {
  /** Their number in this room. */
  readonly connectionId: number;
  /** The name that is shown. */
  readonly name: string;
  /** The colour that is shown, `#rrggbb`. */
  readonly color: string;
  /** The account that their token proved; null for anonymous people. */
  readonly account: string | null;
  /** The id of an agent; null for people. */
  readonly agent: string | null;
  /** Their custom presence. */
  readonly presence: JsonObject;
  /** Where their cursor is; null where there is none, or it is hidden. */
  readonly cursor: Position | null;
  /** The id of what the cursor's fractions are of; null for the room's own surface. */
  readonly surface: string | null;
  /** Whether they are at it. */
  readonly activity: Activity;
  /** The ids of what they have selected. */
  readonly selection: readonly string[];
  /** The server that they are on, by its id; null where servers do not share rooms. */
  readonly node: string | null;
}

/** What an agent is. */
export interface Agent {
  /** The name to show, 1 to 32 characters; by default its id. */
  readonly name?: string;
  /** The colour to show, `#rrggbb`; by default one that few have. */
  readonly color?: string;
  /** Its custom presence, whole; of an update, changes to it: a key that is null goes. */
  readonly presence?: JsonObject;
  /** Where its cursor is, on the surface that it then is on; null hides it. */
  readonly cursor?: Position | null;
  /**
   * The id of what the cursor's fractions are of, an element or an anchor; null is the room's own
   * surface. Another surface takes the cursor away until it is given.
   */
  readonly surface?: string | null;
  /** Whether it is at it. */
  readonly activity?: Activity;
  /** The ids of what it has selected. */
  readonly selection?: readonly string[];
  /** For how many seconds it stays without another call, 1 to 3,600: 60, or as long as was said before. */
  readonly ttl_s?: number;
}

/** An event, as `broadcastEvent` of the SDK has it: your `Mote['RoomEvent']`. */
export type AdminEvent = DefaultRoomEvent;

/** A server as it is now. */
export interface NodeInfo {
  /** Its id, another one at each start; null where servers do not share rooms. */
  readonly node: string | null;
  /** The version of Mote. */
  readonly version: string;
  /** For how many seconds it has been running. */
  readonly uptime_s: number;
  /** WebSockets that are open. */
  readonly connections: number;
  /** Rooms on it, those that only keep seats included. */
  readonly rooms: number;
  /** It is going away, and takes nobody new. */
  readonly draining: boolean;
  /** How its sharing of rooms is. */
  readonly redis: 'none' | 'ready' | 'starting' | 'away' | 'refuses-writes';
}

/** One of several servers. */
export interface ClusterNode {
  /** Its id; null where servers do not share rooms. */
  readonly node: string | null;
  /** Where clients reach it; null where it does not say, or takes nobody new. */
  readonly address: string | null;
  /** It is the one that answered. */
  readonly isSelf: boolean;
}
