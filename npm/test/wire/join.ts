/** Join: a room, and what the flags before it announce. */
import { WireError } from './bytes.js';
import { type Body, color, fixed, type Part, str } from './parts.js';

const room = str(1, 128);

/** In the order of their flags, from the lowest bit on. */
const OPTIONAL: [name: string, part: Part<any>][] = [
  ['token', str(0, 8_192)],
  ['name', str(1, 128, 32)],
  ['color', color],
  ['resume', fixed(16)],
  ['observer', { read: () => true, write: () => undefined }],
];

export const join: Part<Body> = {
  read: (reader) => {
    const flags = reader.u8('flags');
    if (flags >= 2 ** OPTIONAL.length) throw new WireError('value', 'flags');
    const body: Body = { room: room.read(reader) };
    OPTIONAL.forEach(([name, part], bit) => {
      if (flags & (1 << bit)) body[name] = part.read(reader);
    });
    return body;
  },
  write: (writer, body) => {
    const bits = OPTIONAL.map(([name], bit) => (name in body ? 1 << bit : 0));
    writer.u8(bits.reduce((sum, bit) => sum + bit));
    room.write(writer, body.room as string);
    for (const [name, part] of OPTIONAL) if (name in body) part.write(writer, body[name]);
  },
};
