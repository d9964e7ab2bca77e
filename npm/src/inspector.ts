/** A panel for developers: what a client says and hears, and what becomes of it on a bad line. */
import { type Inspected, Recorder } from './inspector/recorder.js';
import { Panel } from './inspector/view/panel.js';
import { TAP } from './tap.js';
import type { Client } from './types.js';

/** Where the inspector's button is. */
export type Corner = 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left';

/** How to show the inspector. */
export interface InspectorOptions {
  /** Where its button is, and where the panel opens; `bottom-right` by default. */
  corner?: Corner;
  /** Whether the panel is open to begin with; false by default. */
  open?: boolean;
}

const CORNERS: readonly Corner[] = ['bottom-right', 'bottom-left', 'top-right', 'top-left'];
const inspected = new WeakSet<object>();

/**
 * Puts a button on the page that opens a panel: the connection and its history, the rooms and who
 * is in them, every message with its bytes, rates, the round trip, and faults to inject. It listens
 * to the client from now on, without a reconnect; the panel, while it is open, sends a Heartbeat
 * every two seconds. Returns a function that takes everything away again, injected faults included.
 *
 * Throws a `TypeError` for what is no client of `createClient` and an `Error` where there is no
 * page or the client has an inspector already.
 */
export function mountInspector<P extends object, E>(
  client: Client<P, E>,
  options: InspectorOptions = {},
): () => void {
  const { corner = 'bottom-right', open = false } = options;
  if (!isInspectable(client)) {
    throw new TypeError(
      'mountInspector takes what createClient of the same release of @mote/presence returned',
    );
  }
  if (!CORNERS.includes(corner)) {
    throw new TypeError(`corner must be one of ${CORNERS.join(', ')}, not ${String(corner)}`);
  }
  if (typeof document === 'undefined') {
    throw new Error(
      'mountInspector was called where there is no page (on the server?): ' +
        'call it in the browser, in an effect or an event handler',
    );
  }
  if (inspected.has(client)) {
    throw new Error('this client has an inspector: call the function that its mounting returned');
  }
  inspected.add(client);
  let panel: Panel | undefined;
  const recorder = new Recorder(client, () => panel?.changed());
  panel = new Panel(recorder, corner);
  if (open) panel.open(false);
  return () => {
    if (!inspected.delete(client)) return;
    recorder.stop();
    panel.remove();
  };
}

function isInspectable(client: unknown): client is Inspected & object {
  return typeof client === 'object' && client !== null && TAP in client;
}
