/** Requests of the server, read by this package and by another implementation of the specification. */
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Other } from 'standardwebhooks';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient, type MoteError, type TokenProvider } from '../dist/index.js';
import {
  type AuthQuestion,
  verifyAuthQuestion,
  verifyWebhook,
  type WebhookEvent,
  WebhookVerificationError,
} from '../dist/server.js';
import { Server, until } from './support/server.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const old = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const body = '{"events":[{"type":"room.closed","room":"läden","at":1,"node":"00"}]}';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function signed(at_s = Date.now() / 1_000, text = body, by = secret) {
  const at = new Date(Math.floor(at_s) * 1_000);
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at_s)),
    'webhook-signature': new Other(by).sign('msg_1', at, text),
  };
  return { headers, body: text };
}

/** What a request is refused with. */
async function refusal(request: object, by: unknown = secret): Promise<Error> {
  const error: unknown = await verifyWebhook(request as never, by as never).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

it('what another implementation signed is taken, in every form that a request has', async () => {
  const expected = { id: 'msg_1', events: JSON.parse(body).events };
  const { headers } = signed();
  const bytes = new TextEncoder().encode(body);
  expect(await verifyWebhook(signed(), secret)).toEqual(expected);
  expect(await verifyWebhook({ headers, body: bytes }, secret)).toEqual(expected);
  expect(await verifyWebhook({ headers, body: Buffer.from(body) }, secret)).toEqual(expected);
  const request = new Request('https://app.example/', { method: 'POST', headers, body });
  expect(await verifyWebhook(request, secret)).toEqual(expected);
});

it('while a secret is changed either one is enough, on either side', async () => {
  const { headers } = signed();
  const both = `${signed(undefined, body, old).headers['webhook-signature']} v1a,AAAA ${headers['webhook-signature']}`;
  const request = { headers: { ...headers, 'webhook-signature': both }, body };
  for (const known of [secret, old, [old, secret]]) {
    expect((await verifyWebhook(request, known)).id).toBe('msg_1');
  }
  expect((await verifyWebhook(signed(), [old, secret])).id).toBe('msg_1');
});

it('what was changed, is old, or by somebody else is refused', async () => {
  const { headers } = signed();
  const now_s = Date.now() / 1_000;
  const refused = [
    { headers, body: `${body} ` },
    { headers: { ...headers, 'webhook-id': 'msg_2' }, body },
    { headers: { ...headers, 'webhook-timestamp': String(Math.floor(now_s) + 1) }, body },
    { headers: { ...headers, 'webhook-timestamp': '1e9' }, body },
    { headers: { ...headers, 'webhook-signature': headers['webhook-signature'].slice(3) }, body },
    { headers: { ...headers, 'webhook-signature': 'v1,?' }, body },
    { headers: { ...headers, 'webhook-signature': '' }, body },
    { headers: {}, body },
    signed(now_s - 310),
    signed(now_s + 310),
    signed(now_s, body, old),
    signed(now_s, 'no JSON'),
    signed(now_s, 'null'),
  ];
  for (const request of refused) {
    expect(await refusal(request), JSON.stringify(request)).toBeInstanceOf(WebhookVerificationError);
  }
  expect((await verifyWebhook(signed(now_s - 290), secret)).id).toBe('msg_1');
});

it('a mistake of the program is told as one, and shows no secret', async () => {
  for (const wrong of ['hunter2', 'whsec_hunter2', 'whsec_', `whsec_${'A'.repeat(88)}`, null]) {
    const error = await refusal(signed(), wrong);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^secret must be "whsec_" and 24 to 64 bytes as base64, not \d+$/);
  }
  const parsed = await refusal({ ...signed(), body: JSON.parse(body) });
  expect(parsed.message).toBe('body must be as it came: a string or bytes, not "object"');
});

/** An application with one address. */
async function application(answer: (request: IncomingMessage, body: Buffer) => Promise<[number, object]>) {
  const server: HttpServer = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      const [status, said] = await answer(request, Buffer.concat(parts));
      response.writeHead(status).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => (server.closeAllConnections(), server.close()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mote`;
}

async function mote(...options: string[]): Promise<Server> {
  const server = await Server.start('--webhook-secret', secret, '--resume-grace', '200ms', ...options);
  closing.push(() => server.kill());
  return server;
}

function client(server: Server, token?: TokenProvider): Client {
  const made = createClient({ url: server.url, WebSocket, ...(token && { token }) });
  closing.push(() => made.close());
  return made;
}

it('the server tells who comes and goes, and both implementations believe it', async () => {
  const events: WebhookEvent[] = [];
  const url = await application(async ({ headers }, body) => {
    new Other(secret).verify(body.toString(), headers as Record<string, string>);
    events.push(...(await verifyWebhook({ headers, body }, secret)).events);
    return [200, {}];
  });
  const server = await mote('--webhook-url', url);
  const { room, leave } = client(server).enterRoom('läden 🦊', { name: 'Zoë' });
  await until('Zoë is in', () => room.getStatus() === 'connected');
  const user = room.getSelf()?.connectionId;
  leave();
  await until('all is told', () => events.length === 4);
  const told = events.map((event) => ('user' in event ? [event.type, event.user, event.name] : [event.type]));
  expect(told).toEqual([
    ['room.opened'],
    ['person.joined', user, 'Zoë'],
    ['person.left', user, 'Zoë'],
    ['room.closed'],
  ]);
  expect(new Set(events.map(({ room }) => room))).toEqual(new Set(['läden 🦊']));
});

it('a page comes in with whatever token its application knows, and is told when it does not', async () => {
  const asked: AuthQuestion[] = [];
  const url = await application(async ({ headers }, body) => {
    const question = await verifyAuthQuestion({ headers, body }, secret);
    asked.push(question);
    if (question.token === 'signed-out') return [401, { reason: 'sign in again' }];
    if (question.room !== 'board-1') return [403, {}];
    return [200, { account: 'user-1', name: 'Ada', rights: ['read', 'presence'], expires_in_s: 3 }];
  });
  const server = await mote('--auth-url', url);
  const errors: MoteError[] = [];
  let token = 'signed-out';
  const { room } = client(server, () => token).enterRoom('board-1');
  room.subscribe('error', (error) => errors.push(error));
  await until('it is refused', () => errors.length > 0);
  expect(errors.map(({ closeCode, retry }) => [closeCode, retry])).toEqual([[4100, 'automatic']]);
  token = 'session-7';
  await until('it is in', () => room.getStatus() === 'connected');
  const { account, name, connectionId } = room.getSelf() ?? {};
  expect({ account, name }).toEqual({ account: 'user-1', name: 'Ada' });
  expect(asked.at(-1)).toEqual({ room: 'board-1', token: 'session-7' });
  // Its time ends; the page comes back by itself, to the seat that it had.
  const before = asked.length;
  await until('it is over', () => room.getStatus() === 'reconnecting');
  await until('it is back', () => room.getStatus() === 'connected' && asked.length > before);
  expect(room.getSelf()?.connectionId).toBe(connectionId);
  expect(errors.at(-1)?.closeCode).toBe(4101);
  const other = client(server, () => 'session-7').enterRoom('secret').room;
  const refused: MoteError[] = [];
  other.subscribe('error', (error) => refused.push(error));
  await until('it is not let in there', () => refused.length > 0);
  expect(refused[0]?.closeCode).toBe(4103);
});
