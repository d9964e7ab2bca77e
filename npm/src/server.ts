/**
 * For a backend: tokens, which say who somebody is and what they may do in which rooms; what a backend
 * does in rooms itself (`createAdmin`); and whether a request is the server's (`verifyWebhook`,
 * `verifyAuthQuestion`). For Node 20 and later, Deno, Bun, Workers and edge functions: WebCrypto
 * and `fetch` are all that it needs. Never import it in a page: who has the secret can be anybody.
 *
 * A token is a JWT (RFC 7519), so that one made with another library is as good:
 *
 * | claim | what it holds |
 * |---|---|
 * | `sub` | the account, 1 to 128 bytes: who this is in your application |
 * | `name` | optional: the name to show, 1 to 32 characters |
 * | `color` | optional: the colour to show, `#rrggbb` |
 * | `rooms` | a list of `{ "room": pattern, "rights": [...] }`; nothing else may be entered |
 * | `iat`, `nbf`, `exp` | made, good from, good until, in seconds since 1970 |
 * | `iss`, `aud` | optional: who made it, and for whom |
 *
 * A pattern is a room's id, or its beginning and a `*`: `board-*` is every room whose id begins
 * with `board-`, `*` is every room. Who is matched by several entries has the rights of all of them.
 */
import { Admin } from './server/admin.js';
import { must } from './server/check.js';
import type { SigningKey } from './server/sign.js';
import { createToken, type TokenOptions } from './server/token.js';

export type { Whom } from './server/admin.js';
export { AdminError } from './server/call.js';
export type { Right, RoomRights, Rooms } from './server/rooms.js';
export type * from './server/shapes.js';
export { type Admin, createToken, type SigningKey, type TokenOptions };
export {
  type AuthQuestion,
  type PersonEvent,
  type RequestHeaders,
  type RoomEvent,
  type SignedRequest,
  verifyAuthQuestion,
  verifyWebhook,
  type Webhook,
  type WebhookEvent,
  WebhookVerificationError,
} from './server/webhook.js';

/** How a backend reaches its servers, and shows that it may. */
export type AdminOptions = {
  /**
   * Where a server is: `https://presence.example.com`, with the path that Mote is mounted at if it is
   * part of your application. The address that pages connect to (`wss://…/ws`) is as good.
   */
  url: string;
  /** Another `fetch` than the runtime's, to go through a proxy for example. */
  fetch?: typeof fetch;
} & (
  | (Pick<TokenOptions, 'issuer' | 'audience' | 'keyId'> & { token?: never } & (
        | { /** The secret of the server, of which tokens are made. */ secret: string | Uint8Array; key?: never }
        | { /** A private key whose public half the server knows. */ key: SigningKey; secret?: never }
      ))
  | {
      /** Gives a token with the right `admin`, each time that one is needed. */
      token: () => string | Promise<string>;
      secret?: never;
      key?: never;
    }
  | {
      /** A server on this machine that asks for no tokens. */
      token?: never;
      secret?: never;
      key?: never;
    }
);

/** Tokens of one's own are for so long, and are made anew after half of it. */
const TOKEN_S = 120;

/**
 * What a backend does with rooms: who is there, events, agents, kicks.
 *
 * ```ts
 * const admin = createAdmin({ url: 'https://presence.example.com', secret: process.env.MOTE_AUTH_SECRET });
 * await admin.broadcastEvent('board-7', { type: 'saved', version: 12 });
 * ```
 *
 * Throws a `TypeError` for an address that is none.
 */
export function createAdmin(options: AdminOptions): Admin {
  const { url, token, secret, key } = options;
  return new Admin({
    base: base(url),
    token: secret === undefined && key === undefined ? async () => token?.() : ownTokens(options),
    fetch: options.fetch ?? ((...request) => fetch(...request)),
  });
}

function base(url: string): string {
  const text = String(url).replace(/^ws(?=s?:)/i, 'http');
  const isRight = /^https?:/i.test(text) && URL.canParse(text);
  must(isRight, "url must be an address like 'https://presence.example.com'", url);
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '').replace(/\/ws$/, '')}/api/v1`;
}

/** Short-lived ones, each for as many calls as it is good for. */
function ownTokens(options: AdminOptions): () => Promise<string> {
  const { issuer, audience, keyId, secret, key } = options as Partial<TokenOptions>;
  let made = '';
  let renewAt_ms = 0;
  return async () => {
    if (Date.now() >= renewAt_ms) {
      made = await createToken({
        account: 'backend',
        rooms: { '*': ['admin'] },
        expiresIn_s: TOKEN_S,
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
        ...(keyId !== undefined && { keyId }),
        ...(secret === undefined ? { key } : { secret }),
      } as TokenOptions);
      renewAt_ms = Date.now() + (TOKEN_S * 1_000) / 2;
    }
    return made;
  };
}
