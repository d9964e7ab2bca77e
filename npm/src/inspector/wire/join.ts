/** Join: a room, and what the flags before it announce. */
import { WireError } from './bytes.js';
import { type Body, color, fixed, type Read, secret, str } from './parts.js';

const room = str(1, 128);

/** In the order of their flags, from the lowest bit on. */
const OPTIONAL: [name: string, part: Read<unknown>][] = [
  ['token', secret(str(0, 8_192))],
  ['name', str(1, 128, 32)],
  ['color', color],
  ['resume', secret(fixed(16))],
  ['observer', () => true],
];

export const join: Read<Body> = (reader) => {
  const flags = reader.u8('flags');
  if (flags >= 2 ** OPTIONAL.length) throw new WireError('value', 'flags');
  const body: Body = { room: room(reader) };
  OPTIONAL.forEach(([name, part], bit) => {
    if (flags & (1 << bit)) body[name] = part(reader);
  });
  return body;
};
