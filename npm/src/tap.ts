/** The way for an inspector to a client's sockets: `client[TAP]`, in client.ts. */
export const TAP: unique symbol = Symbol.for('@mote/presence/tap');
