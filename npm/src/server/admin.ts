/** A backend's hand in rooms: the admin API of a server, `/api/v1`. */
import { must } from './check.js';
import { type Call, type Line, send } from './call.js';
import type { AdminEvent, Agent, ClusterNode, NodeInfo, Person, RoomInfo } from './shapes.js';

/** Whom to send away: one person, or every seat of an account. */
export type Whom = { connectionId: number; account?: never } | { account: string; connectionId?: never };

/** A page as the server gives it. */
interface Page {
  readonly next: string | number | null;
}

/** Rooms and people of one answer. */
const PAGE = 200;

/**
 * What a backend does with rooms. Each call is one request, or a few for long lists; one that fails is
 * tried again where that does no harm, then rejects with an `AdminError`. Of several servers that share
 * rooms any may be asked, also through a balancer.
 */
export class Admin {
  readonly #line: Line;

  /** By `createAdmin`. */
  constructor(line: Line) {
    this.#line = line;
  }

  /**
   * The rooms that people are in who are connected to the server that answers, in the order of their
   * ids; those whose ids begin with `prefix`. Of several servers each has its own.
   */
  async *rooms(options: { prefix?: string } = {}): AsyncGenerator<RoomInfo, void> {
    const { prefix = '' } = options;
    const query = { prefix, limit: PAGE };
    for await (const page of this.#pages<Page & { rooms: RoomInfo[] }>('/rooms', query)) yield* page.rooms;
  }

  /** A room in numbers; null where nobody is. */
  room(room: string): Promise<RoomInfo | null> {
    return orNull(this.#call<RoomInfo>('GET', `/rooms/${part(room)}`));
  }

  /** Everybody in a room, on all servers, agents too; nobody where nobody is. */
  async *people(room: string): AsyncGenerator<Person, void> {
    const pages = this.#pages<Page & { people: Person[] }>(`/rooms/${part(room)}/people`, { limit: PAGE });
    try {
      for await (const page of pages) yield* page.people;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /**
   * Everybody in a room hears an event, as that of `broadcastEvent` of the SDK, on all servers. It is
   * your backend's: `connectionId` is -1 and `user` null; or an agent's, which must be in the room. How
   * many people are there. It is tried again only where the server says that nobody heard it.
   */
  async broadcastEvent(room: string, event: AdminEvent, options: { agent?: string } = {}): Promise<number> {
    const body = { event, ...(options.agent !== undefined && { agent: options.agent }) };
    const path = `/rooms/${part(room)}/events`;
    const told = await this.#call<{ people: number }>('POST', path, body, false);
    return told.people;
  }

  /**
   * An agent is in a room from now on, as `agent` says and nothing else: everybody sees it as a person.
   * Each call renews its time; when none comes for `ttl_s` seconds it leaves.
   */
  setAgent(room: string, id: string, agent: Agent = {}): Promise<Person> {
    return this.#call('PUT', agentPath(room, id), agent);
  }

  /** Changes what is said of an agent, and renews its time: its presence is merged, its cursor moves. */
  updateAgent(room: string, id: string, changes: Agent = {}): Promise<Person> {
    return this.#call('PATCH', agentPath(room, id), changes);
  }

  /** An agent leaves. Whether it was there. */
  async removeAgent(room: string, id: string): Promise<boolean> {
    const gone = await this.#call<{ kicked: number }>('DELETE', agentPath(room, id));
    return gone.kicked > 0;
  }

  /**
   * Sends somebody away, with words for their developers, at most 256 bytes. Their page is told
   * (`error` with the code `kicked`) and does not come back by itself; somebody may, with a token that is
   * still good. How many seats that were.
   */
  async kick(room: string, whom: Whom, reason?: string): Promise<number> {
    const { connectionId, account } = Object(whom) as Whom;
    const isOne = Number.isInteger(connectionId) !== (typeof account === 'string');
    must(isOne, 'kick takes { connectionId } or { account }', whom);
    const who = account === undefined ? `people/${connectionId}` : `accounts/${part(account)}`;
    // A number may be somebody else's by the second time.
    const isIdempotent = account !== undefined;
    const path = `/rooms/${part(room)}/${who}/kick`;
    const kicked = this.#call<{ kicked: number }>('POST', path, because(reason), isIdempotent);
    return (await orNull(kicked))?.kicked ?? 0;
  }

  /** Sends everybody away, observers too, on all servers. How many people there were. */
  async closeRoom(room: string, reason?: string): Promise<number> {
    const closed = await this.#call<{ kicked: number }>('DELETE', `/rooms/${part(room)}`, because(reason));
    return closed.kicked;
  }

  /** The server that answers, as it is now. */
  node(): Promise<NodeInfo> {
    return this.#call('GET', '/node');
  }

  /** Every server that shares rooms with it, and itself. */
  async cluster(): Promise<readonly ClusterNode[]> {
    const { nodes } = await this.#call<{ nodes: ClusterNode[] }>('GET', '/cluster');
    return nodes;
  }

  async *#pages<T extends Page>(path: string, query: Record<string, string | number>): AsyncGenerator<T, void> {
    let next: string | number | null = null;
    do {
      const all: Record<string, string> = {};
      for (const [name, value] of Object.entries(query)) all[name] = String(value);
      if (next !== null) all['cursor'] = String(next);
      const page: T = await this.#call<T>('GET', `${path}?${new URLSearchParams(all)}`);
      yield page;
      ({ next } = page);
    } while (next !== null);
  }

  #call<T>(method: Call['method'], path: string, body?: object, isIdempotent = true): Promise<T> {
    return send(this.#line, { method, path, isIdempotent, ...(body && { body }) }) as Promise<T>;
  }
}

/** A part of a path. */
function part(text: string): string {
  // Every client takes such parts for a way up the tree, however they are written.
  const isPart = typeof text === 'string' && text !== '' && text !== '.' && text !== '..';
  must(isPart, 'an id must be a string, and neither empty nor "." or ".."', text);
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

function agentPath(room: string, id: string): string {
  return `/rooms/${part(room)}/agents/${part(id)}`;
}

function because(reason: string | undefined): object | undefined {
  return reason === undefined ? undefined : { reason };
}

function isMissing(error: unknown): boolean {
  const { status, code } = Object(error) as { status?: unknown; code?: unknown };
  return status === 404 && code === 'not-found';
}

function orNull<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
}
