/** Signatures by WebCrypto, and the names that JWTs have for them (RFC 7518, RFC 8037). */
import { encode } from '../presence.js';
import { must } from './check.js';

/** What of a `CryptoKey` is looked at, so that the types need no library of a page. */
export interface SigningKey {
  readonly type: string;
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

export interface Signer {
  /** The `alg` of the header. */
  algorithm: string;
  sign(data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
}

/** HMAC by SHA-256 with a shorter secret is weaker than its 256 bits (RFC 7518, 3.2). */
const SECRET_BYTES_MIN = 32;

/** RFC 7518, 3.3. */
const RSA_BITS_MIN = 2_048;

/** Signs by what `createToken` was given. Rejects with a `TypeError` where that is no good. */
export async function signer(secret: unknown, key: unknown): Promise<Signer> {
  if (key === undefined) return bySecret(secret);
  must(secret === undefined, 'createToken takes a secret or a key', 'both');
  return byKey(key as CryptoKey);
}

async function bySecret(secret: unknown): Promise<Signer> {
  const given = typeof secret === 'string' ? encode(secret) : secret;
  // Not `instanceof`: in some test environments it is of another realm.
  const bytes = Uint8Array.from(ArrayBuffer.isView(given) ? (given as Uint8Array) : []);
  // Says its length only: errors end in logs.
  must(
    bytes.length >= SECRET_BYTES_MIN,
    `secret must have at least ${SECRET_BYTES_MIN} bytes (from \`openssl rand -base64 32\`)`,
    bytes.length,
  );
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['sign']);
  return { algorithm: 'HS256', sign: (data) => crypto.subtle.sign('HMAC', key, data) };
}

function byKey(key: CryptoKey): Signer {
  const { type, usages = [], algorithm = {} } = Object(key) as Partial<CryptoKey>;
  const { name, namedCurve, hash, modulusLength } = algorithm as Partial<
    EcKeyAlgorithm & RsaHashedKeyAlgorithm
  >;
  let alg: string | undefined;
  if (name === 'Ed25519') alg = 'EdDSA';
  if (name === 'ECDSA' && namedCurve === 'P-256') alg = 'ES256';
  const isStrong = hash?.name === 'SHA-256' && Number(modulusLength) >= RSA_BITS_MIN;
  if (name === 'RSASSA-PKCS1-v1_5' && isStrong) alg = 'RS256';
  must(
    alg !== undefined && usages.includes('sign'),
    `key must be a private CryptoKey for ES256, EdDSA or RS256 (${RSA_BITS_MIN} bits or more)`,
    // Never what it holds: errors end in logs.
    name === undefined ? typeof key : [type, name, namedCurve, hash?.name, modulusLength].join(' '),
  );
  const parameters = { name: name as string, hash: 'SHA-256' };
  return { algorithm: alg, sign: (data) => crypto.subtle.sign(parameters, key, data) };
}
