/** Calls of the admin API: tried again where that does no harm, and told apart where they fail. */

/** How often something is tried, the first time included. */
const ATTEMPTS_MAX = 4;

/** Waits are random, up to this at first and twice as much after each failure. */
const BACKOFF_BASE_MS = 200;

/** An attempt takes at most so long. A server gives up a request after 5 s. */
const TIMEOUT_MS = 10_000;

/** Statuses of requests that the server has not begun to do. */
const NOT_BEGUN = [429, 503];

/**
 * The server refused something, or could not be reached; `message` says whose fault it is and what to
 * do, in words for a developer.
 */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** What kind of problem it is, for programs: `not-found`, `forbidden`, `full`, … `unreachable`. */
  readonly code: string;

  constructor(message: string, status: number, code: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.code = code;
  }
}

/** One request. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Behind `/api/v1`. */
  readonly path: string;
  readonly body?: object;
  /** Doing it twice is as good as doing it once. */
  readonly isIdempotent: boolean;
}

/** Where requests go, and with what. */
export interface Line {
  readonly base: string;
  readonly token: () => Promise<string | undefined>;
  readonly fetch: typeof fetch;
}

/** The answer's body. Rejects with an `AdminError`. */
export async function send(line: Line, call: Call): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await sendOnce(line, call);
    if (!(answer instanceof AdminError)) return answer.body;
    const { status } = answer;
    const mayRepeat = NOT_BEGUN.includes(status) || (call.isIdempotent && (status === 0 || status >= 500));
    if (attempt >= ATTEMPTS_MAX || !mayRepeat) throw answer;
    const wait_ms = Math.random() * BACKOFF_BASE_MS * 2 ** attempt;
    await new Promise((resolve) => setTimeout(resolve, wait_ms));
  }
}

async function sendOnce(line: Line, call: Call): Promise<{ body: unknown } | AdminError> {
  const token = await line.token();
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (call.body) headers['content-type'] = 'application/json';
  let status = 0;
  let text: string;
  try {
    const answer = await line.fetch(line.base + call.path, {
      method: call.method,
      headers,
      // A token goes nowhere else.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(call.body && { body: JSON.stringify(call.body) }),
    });
    status = answer.status;
    text = await answer.text();
  } catch (cause) {
    const message = `${line.base} does not answer: is a Mote server there, and is the address right?`;
    return new AdminError(message, 0, 'unreachable', cause);
  }
  const body = parse(text);
  if (status >= 200 && status < 300 && body !== undefined) return { body };
  return problem(status, body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A problem (RFC 9457); something else did not come from Mote. */
function problem(status: number, body: unknown): AdminError {
  const { type, detail } = Object(body) as { type?: unknown; detail?: unknown };
  if (typeof type === 'string' && typeof detail === 'string') {
    return new AdminError(detail, status, type.slice(type.lastIndexOf(':') + 1));
  }
  const message = `the answer (${status}) is not from a Mote server's admin API: is the address right?`;
  return new AdminError(message, status, status >= 500 ? 'unavailable' : 'not-mote');
}
