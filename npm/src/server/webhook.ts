/** Requests of the server to your application, checked by the Standard Webhooks specification, 1.0.0. */
import { decode, encode } from '../utf8.js';
import { must } from './check.js';

/** Something happened to a person in a room. */
export interface PersonEvent {
  /** They are listed now who were not; or they left, or did not come back within their grace. */
  readonly type: 'person.joined' | 'person.left';
  readonly room: string;
  /** Their id in the room, the `connectionId` of a page. Another person may have it after them. */
  readonly user: number;
  /** Who this is in your application; absent where no token says so. */
  readonly account?: string;
  /** The name that the others see. */
  readonly name: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** The server that they are, or were, on. */
  readonly node: string;
}

/** Something happened to a room: its first person came, or nobody is left in it. */
export interface RoomEvent {
  readonly type: 'room.opened' | 'room.closed';
  readonly room: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** The server that tells. */
  readonly node: string;
}

/** What a webhook can bring. */
export type WebhookEvent = PersonEvent | RoomEvent;

/** What a webhook brings. */
export interface Webhook {
  /** The same when it is sent again: what you have seen already you may pass over. */
  readonly id: string;
  /** In the order in which they happened on their server. */
  readonly events: readonly WebhookEvent[];
}

/** What the server asks of an `auth_url`. */
export interface AuthQuestion {
  /** The room that somebody wants into. */
  readonly room: string;
  /** What their page brought. */
  readonly token: string;
  /** Whose token it is, where the server has a key to know. */
  readonly account?: string;
}

/** The headers of a request: a `Headers`, or what Node's frameworks have. */
export type RequestHeaders =
  | {
      /** The value of one, if it is there. */
      get(name: string): string | null;
    }
  | { readonly [name: string]: string | readonly string[] | undefined };

/** A `Request`, or what Node's frameworks have of one: the body as it came, not parsed. */
export type SignedRequest =
  | {
      readonly headers: RequestHeaders;
      /** Its body, as it came. */
      arrayBuffer(): Promise<ArrayBuffer>;
    }
  | { readonly headers: RequestHeaders; readonly body: string | Uint8Array };

/** The request is not the server's, or too old: answer it with 401. */
export class WebhookVerificationError extends Error {
  override name = 'WebhookVerificationError';
}

/** Of the specification, in bytes. */
const SECRET_BYTES = { min: 24, max: 64 };

/** Further away than this from now a request is somebody's who recorded it. */
const TOLERANCE_S = 300;

/** One for each secret of the server, of which it has four at most. */
const SIGNATURES_MAX = 16;

/**
 * What a webhook brings, once it is sure that the server sent it. `secret` is what the server has as
 * `webhook_secret`; a list while it is being changed. Rejects with a `WebhookVerificationError`.
 */
export async function verifyWebhook(
  request: SignedRequest,
  secret: string | readonly string[],
): Promise<Webhook> {
  const { id, body } = await verify(request, secret);
  const { events } = body as { events?: unknown };
  if (!Array.isArray(events)) throw new WebhookVerificationError('the body has no events');
  return { id, events: events as WebhookEvent[] };
}

/**
 * What the server asks of your `auth_url`, once it is sure that it is the server. As `verifyWebhook`.
 */
export async function verifyAuthQuestion(
  request: SignedRequest,
  secret: string | readonly string[],
): Promise<AuthQuestion> {
  const { room, token, account } = (await verify(request, secret)).body as Partial<AuthQuestion>;
  if (typeof room !== 'string' || typeof token !== 'string') {
    throw new WebhookVerificationError('the body has no room and token');
  }
  return account === undefined ? { room, token } : { room, token, account };
}

async function verify(
  request: SignedRequest,
  secret: string | readonly string[],
): Promise<{ id: string; body: object }> {
  const keys = await Promise.all([secret].flat().map(importKey));
  const id = header(request.headers, 'webhook-id');
  const timestamp = header(request.headers, 'webhook-timestamp');
  const signatures = header(request.headers, 'webhook-signature').split(' ');
  const age_s = Math.abs(Date.now() / 1_000 - Number(timestamp));
  if (!/^\d+$/.test(timestamp) || age_s > TOLERANCE_S) {
    throw new WebhookVerificationError('webhook-timestamp is too far from now');
  }
  const body = await bytesOf(request);
  const signed = Uint8Array.from([...encode(`${id}.${timestamp}.`), ...body]);
  for (const signature of signatures.slice(0, SIGNATURES_MAX)) {
    const [version, base64 = ''] = signature.split(',');
    const bytes = version === 'v1' && fromBase64(base64);
    if (!bytes) continue;
    for (const key of keys) {
      // Compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, bytes, signed)) {
        return { id, body: parse(body) };
      }
    }
  }
  throw new WebhookVerificationError('no signature is by a secret that is known here');
}

function parse(body: Uint8Array): object {
  try {
    return Object(JSON.parse(decode(body)));
  } catch {
    throw new WebhookVerificationError('the body is not JSON');
  }
}

function importKey(secret: string): Promise<CryptoKey> {
  const bytes = /^whsec_/.test(String(secret)) && fromBase64(secret.slice('whsec_'.length));
  const length = bytes ? bytes.length : 0;
  const { min, max } = SECRET_BYTES;
  // Says its length only: errors end in logs.
  must(
    length >= min && length <= max,
    `secret must be "whsec_" and ${min} to ${max} bytes as base64`,
    length,
  );
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes as Uint8Array<ArrayBuffer>, hmac, false, ['verify']);
}

function header(headers: RequestHeaders, name: string): string {
  const value = typeof headers.get === 'function' ? headers.get(name) : Reflect.get(headers, name);
  if (typeof value !== 'string') throw new WebhookVerificationError(`${name} is missing`);
  return value;
}

async function bytesOf(request: SignedRequest): Promise<Uint8Array> {
  if ('arrayBuffer' in request) return new Uint8Array(await request.arrayBuffer());
  const { body } = request;
  if (typeof body === 'string') return encode(body);
  // What a framework has parsed is not what was signed.
  must(ArrayBuffer.isView(body), 'body must be as it came: a string or bytes', typeof body);
  return body;
}

/** None for what is no base64. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
