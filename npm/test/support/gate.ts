/**
 * A server that lets in whom a test allows, in front of the real one: it reads each Join's token, and
 * may redirect it.
 */
import { type AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { decode, encode } from '../wire/codec.js';

export class Gate {
  /** Every token that came in a Join; null for a Join without one. */
  readonly tokens: (string | null)[] = [];
  /** What every socket was opened with: path and query. */
  readonly paths: string[] = [];
  readonly #server: WebSocketServer;
  #refuses: { code: number } | null = null;
  #elsewhere: string | null = null;

  private constructor(server: WebSocketServer, upstream: string) {
    this.#server = server;
    server.on('connection', (socket, { url = '' }) => {
      this.paths.push(url);
      this.#pass(socket, upstream, /[?&]proxy=1(&|$)/.test(url));
    });
  }

  /** A gate in front of the server at `upstream`, on a free port. */
  static async open(upstream: string): Promise<Gate> {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: () => 'mote.v1',
    });
    await new Promise((listening) => server.once('listening', listening));
    return new Gate(server, upstream);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ws`;
  }

  /** From now on every Join ends its socket with this code; null lets everybody in. */
  refuse(code: number | null): void {
    this.#refuses = code === null ? null : { code };
  }

  /** From now on every Join is sent to this address, unless its socket asked for no redirect. */
  redirect(url: string | null): void {
    this.#elsewhere = url;
  }

  /** Ends every socket as a network failure does. */
  cut(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.#server.close(closed));
  }

  #pass(socket: WebSocket, upstream: string, isProxied: boolean): void {
    const behind = new WebSocket(upstream, 'mote.v1');
    const waiting: Buffer[] = [];
    behind.on('open', () => waiting.splice(0).forEach((bytes) => behind.send(bytes)));
    behind.on('message', (bytes) => socket.send(bytes as Buffer));
    behind.on('error', () => socket.terminate());
    behind.on('close', () => socket.terminate());
    socket.on('close', () => behind.terminate());
    socket.on('message', (data) => {
      const bytes = data as Buffer;
      for (const message of decode('client', bytes)) {
        if (message.type !== 'Join') continue;
        this.tokens.push((message['token'] as string | undefined) ?? null);
        if (this.#refuses) {
          socket.close(this.#refuses.code);
          return;
        }
        if (this.#elsewhere !== null && !isProxied) {
          const redirect = { ...message, type: 'Redirect', text: '', url: this.#elsewhere };
          socket.send(encode('server', [redirect]));
          return;
        }
      }
      if (behind.readyState === WebSocket.OPEN) behind.send(bytes);
      else waiting.push(bytes);
    });
  }
}
