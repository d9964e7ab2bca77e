/** Tokens for people, and for the backend itself. */
import { encode } from '../presence.js';
import * as check from './check.js';
import { roomClaims, type Rooms } from './rooms.js';
import { type SigningKey, signer } from './sign.js';

/** Who a token is for, and what it allows. */
export type TokenOptions = {
  /** Who this is in your application, 1 to 128 bytes; the others see it as `user.account`. */
  account: string;
  /** The name to show, 1 to 32 characters. It wins over the one that a page asks for. */
  name?: string;
  /** The colour to show, `#rrggbb`. */
  color?: string;
  /**
   * Which rooms may be entered, and what may be done there: `{ 'board-*': ['read', 'presence'] }`,
   * or a list of `{ room, rights }`. `*` at the end stands for any rest.
   */
  rooms: Rooms;
  /** For how long it is good, in whole seconds, at most a year; 3,600 (an hour) by default. */
  expiresIn_s?: number;
  /** Who made it: the `iss` claim. */
  issuer?: string;
  /** For whom it is: the `aud` claim. */
  audience?: string;
  /** Which key it was made with: the `kid` of its header, for servers with several. */
  keyId?: string;
} & (
  | {
      /** What the server knows, too: at least 32 bytes of randomness, a string as UTF-8. HS256. */
      secret: string | Uint8Array;
      key?: never;
    }
  | {
      /** A private `CryptoKey` whose public half the server knows. ES256, RS256 or EdDSA. */
      key: SigningKey;
      secret?: never;
    }
);

/** A header of 8 KiB is what proxies take, and the wire's limit for a token. */
const TOKEN_BYTES_MAX = 8 * 1024;

const HOUR_S = 3_600;
const YEAR_S = 365 * 24 * HOUR_S;

/**
 * Makes a token. Rejects with a `TypeError` for what cannot be put in one, and with a `RangeError`
 * for one that would be over 8 KiB.
 */
export async function createToken(options: TokenOptions): Promise<string> {
  const { secret, key, expiresIn_s = HOUR_S } = options;
  const { algorithm, sign } = await signer(secret, key);
  const now_s = Math.floor(Date.now() / 1_000);
  // Claims that are undefined are left out, as JSON does it.
  const claims = {
    sub: check.text(options.account, 'account'),
    name: check.name(options.name),
    color: check.color(options.color),
    rooms: roomClaims(options.rooms),
    iss: check.optional(options.issuer, 'issuer'),
    aud: check.optional(options.audience, 'audience'),
    iat: now_s,
    nbf: now_s,
    exp: now_s + check.seconds(expiresIn_s, YEAR_S),
  };
  const header = { alg: algorithm, typ: 'JWT', kid: check.optional(options.keyId, 'keyId') };
  const signed = [header, claims].map((part) => base64url(encode(toJson(part)))).join('.');
  const signature = await sign(Uint8Array.from(encode(signed)));
  const token = `${signed}.${base64url(new Uint8Array(signature))}`;
  if (token.length > TOKEN_BYTES_MAX) {
    throw new RangeError(
      `the token is ${token.length} bytes, the limit is ${TOKEN_BYTES_MAX}: ` +
        'name fewer rooms, by patterns like "board-*"',
    );
  }
  return token;
}

/** Half an emoji is no text that UTF-8 has, and JSON with one is refused by strict readers. */
function toJson(part: object): string {
  return JSON.stringify(part, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\uFFFD') : value,
  );
}

function base64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
