/** Tokens, read by another implementation of JWTs. */
import { exportSPKI, generateKeyPair, importSPKI, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { createToken, type TokenOptions } from '../dist/server.js';

const secret = '0123456789abcdef0123456789abcdef';
const ada = { account: 'user-1', rooms: { 'board-*': ['read', 'presence', 'event'] } } as const;
const bytes = (text: string) => new TextEncoder().encode(text);

/** What the options are refused with. */
async function refusal(options: object): Promise<string> {
  const error: unknown = await createToken(options as TokenOptions).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).name).toMatch(/^(Type|Range)Error$/);
  return (error as Error).message;
}

it('a token by a secret says who somebody is and what they may do, for an hour', async () => {
  const before_s = Math.floor(Date.now() / 1_000);
  const token = await createToken({ secret, ...ada });
  const { payload, protectedHeader } = await jwtVerify(token, bytes(secret), {
    algorithms: ['HS256'],
  });
  expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(payload).toEqual({
    sub: 'user-1',
    rooms: [{ room: 'board-*', rights: ['read', 'presence', 'event'] }],
    iat: expect.any(Number),
    nbf: payload.iat,
    exp: (payload.iat as number) + 3_600,
  });
  expect(payload.iat).toBeGreaterThanOrEqual(before_s);
  expect(payload.iat).toBeLessThanOrEqual(Date.now() / 1_000);
});

it('everything that can be said in a token arrives, in any script', async () => {
  const token = await createToken({
    secret: bytes(secret),
    account: 'bö/2',
    name: 'Zoë 🦊',
    color: '#AABBCC',
    rooms: [
      { room: 'läden/*', rights: ['event', 'read', 'read'] },
      { room: 'one', rights: ['read'] },
    ],
    expiresIn_s: 60,
    issuer: 'https://app.example',
    audience: 'mote',
    keyId: 'k1',
  });
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  const { payload, protectedHeader } = await jwtVerify(token, bytes(secret), {
    issuer: 'https://app.example',
    audience: 'mote',
  });
  expect(protectedHeader.kid).toBe('k1');
  expect(payload).toMatchObject({ sub: 'bö/2', name: 'Zoë 🦊', color: '#aabbcc' });
  expect(payload['rooms']).toEqual([
    { room: 'läden/*', rights: ['read', 'event'] },
    { room: 'one', rights: ['read'] },
  ]);
  expect((payload.exp as number) - (payload.iat as number)).toBe(60);
});

it.each(['ES256', 'EdDSA', 'RS256'])('a private key signs by %s', async (algorithm) => {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const token = await createToken({ key: privateKey, ...ada, keyId: 'k2' });
  // As a server gets it: from a PEM file.
  const key = await importSPKI(await exportSPKI(publicKey), algorithm);
  const { payload, protectedHeader } = await jwtVerify(token, key, { algorithms: [algorithm] });
  expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT', kid: 'k2' });
  expect(payload.sub).toBe('user-1');
  const other = await generateKeyPair(algorithm);
  await expect(jwtVerify(token, other.publicKey)).rejects.toThrow('signature verification failed');
});

it('a token over 8 KiB is refused, one just below is made', async () => {
  const rooms = (count: number): TokenOptions['rooms'] =>
    Array.from({ length: count }, (_, i) => ({ room: `room-${1_000 + i}`, rights: ['read'] }));
  let count = 100;
  let longest = 0;
  let refused = '';
  while (!refused) {
    const made = createToken({ secret, account: 'a', rooms: rooms((count += 1)) });
    await made.then(
      (token) => (longest = token.length),
      (error: unknown) => (refused = String(error)),
    );
  }
  expect(longest).toBeGreaterThan(8_100);
  expect(longest).toBeLessThanOrEqual(8_192);
  expect(refused).toMatch(/^RangeError: the token is 8\d{3} bytes, the limit is 8192: name fewer/);
});

it('half an emoji becomes a replacement character: it would make the token unreadable', async () => {
  const token = await createToken({ secret, ...ada, name: 'A\ud83d' });
  const { payload } = await jwtVerify(token, bytes(secret));
  expect(payload['name']).toBe('A\ufffd');
});

it('what cannot work is refused in a sentence that says what would', async () => {
  const said = await Promise.all(
    [
      { ...ada },
      { ...ada, secret: 'too short' },
      { ...ada, secret: new Uint8Array(31) },
      { ...ada, secret, key: {} },
      { ...ada, key: '-----BEGIN PRIVATE KEY-----' },
      { ...ada, key: (await generateKeyPair('ES256')).publicKey },
      { ...ada, key: (await generateKeyPair('ES384')).privateKey },
      { ...ada, key: (await generateKeyPair('PS256')).privateKey },
      { secret, rooms: ada.rooms },
      { secret, ...ada, account: 'x'.repeat(129) },
      { secret, ...ada, name: '' },
      { secret, ...ada, name: 'x'.repeat(33) },
      { secret, ...ada, color: 'red' },
      { secret, account: 'a' },
      { secret, account: 'a', rooms: {} },
      { secret, account: 'a', rooms: { '': ['read'] } },
      { secret, account: 'a', rooms: { 'a*b': ['read'] } },
      { secret, account: 'a', rooms: { a: [] } },
      { secret, account: 'a', rooms: { a: ['read', 'write'] } },
      { secret, account: 'a', rooms: [null] },
      { secret, ...ada, expiresIn_s: 0 },
      { secret, ...ada, expiresIn_s: 1.5 },
      { secret, ...ada, expiresIn_s: 366 * 24 * 3_600 },
      { secret, ...ada, issuer: '' },
    ].map(refusal),
  );
  expect(said).toMatchInlineSnapshot(`
    [
      "secret must have at least 32 bytes (from \`openssl rand -base64 32\`), not 0",
      "secret must have at least 32 bytes (from \`openssl rand -base64 32\`), not 9",
      "secret must have at least 32 bytes (from \`openssl rand -base64 32\`), not 31",
      "createToken takes a secret or a key, not "both"",
      "key must be a private CryptoKey for ES256, EdDSA or RS256 (2048 bits or more), not "string"",
      "key must be a private CryptoKey for ES256, EdDSA or RS256 (2048 bits or more), not "public ECDSA P-256  "",
      "key must be a private CryptoKey for ES256, EdDSA or RS256 (2048 bits or more), not "private ECDSA P-384  "",
      "key must be a private CryptoKey for ES256, EdDSA or RS256 (2048 bits or more), not "private RSA-PSS  SHA-256 2048"",
      "account must be a string of 1 to 128 bytes, not undefined",
      "account must be a string of 1 to 128 bytes, not "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "name must be a string of 1 to 32 characters, not """,
      "name must be a string of 1 to 32 characters, not "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"",
      "color must be written "#rrggbb", not "red"",
      "rooms must be like { 'board-*': ['read', 'presence', 'event'] }, not undefined",
      "rooms must be like { 'board-*': ['read', 'presence', 'event'] }, not {}",
      "a room's pattern must be a string of 1 to 128 bytes, not """,
      "a pattern must be a room id, or its beginning and a "*", not "a*b"",
      "rights must be some of read, presence, event, admin, not []",
      "rights must be some of read, presence, event, admin, not "write"",
      "a room's pattern must be a string of 1 to 128 bytes, not undefined",
      "expiresIn_s must be whole seconds from 1 to 31536000, not 0",
      "expiresIn_s must be whole seconds from 1 to 31536000, not 1.5",
      "expiresIn_s must be whole seconds from 1 to 31536000, not 31622400",
      "issuer must be a string of 1 to 128 bytes, not """,
    ]
  `);
});

it('an error about a secret does not show it', async () => {
  expect(await refusal({ ...ada, secret: 'hunter2' })).not.toContain('hunter2');
  expect(await refusal({ ...ada, key: { kty: 'oct', k: 'hunter2' } })).not.toContain('hunter2');
});
