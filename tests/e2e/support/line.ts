// A TCP line to a server that can be cut; the server notices, a page that runs no script does not.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Line {
  readonly #relay: Server;
  readonly #ends = new Set<Socket>();
  #isCut = false;

  private constructor(port: number) {
    this.#relay = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const end of [near, far]) this.#keep(end);
      near.pipe(far).pipe(near);
      if (this.#isCut) near.destroy();
    });
  }

  /** A line to the server at this address. */
  static async to(url: string): Promise<Line> {
    const line = new Line(Number(new URL(url).port));
    await once(line.#relay.listen(0, '127.0.0.1'), 'listening');
    return line;
  }

  /** Where this end of it is. */
  get url(): string {
    const address = this.#relay.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP socket has a port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Ends every connection, and each that is tried from now on. */
  cut(): void {
    this.#isCut = true;
    for (const end of this.#ends) end.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    const closed = once(this.#relay, 'close');
    this.#relay.close();
    await closed;
  }

  #keep(end: Socket): void {
    this.#ends.add(end);
    end.on('error', () => end.destroy());
    end.on('close', () => this.#ends.delete(end));
  }
}
