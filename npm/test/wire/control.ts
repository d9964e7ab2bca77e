/** Control: a code, a text, and what the code says. */
import { WireError } from './bytes.js';
import { type Body, checked, type Part, record, str, u8, varint } from './parts.js';

interface Code {
  type: string;
  from: 'client' | 'server';
  more: Part<Body>;
}

const text = str(0, 256);

const hz = checked(u8, (value) => {
  if (value === 0) throw new WireError('value', 'hz');
});

const CODES: Record<number, Code> = {
  1: { type: 'Error', from: 'server', more: record({}) },
  2: { type: 'Pace', from: 'server', more: record({ hz }) },
  3: { type: 'Drain', from: 'server', more: record({ withinMs: varint }) },
  4: { type: 'Redirect', from: 'server', more: record({ url: str(1, 2_048) }) },
  5: { type: 'Token', from: 'client', more: record({ token: str(0, 8_192) }) },
  6: { type: 'Kicked', from: 'server', more: record({}) },
};

/** The body of a Control that one end sends; its type is the name of its code. */
export function control(from: 'client' | 'server'): Part<Body> {
  return {
    read: (reader) => {
      const code = CODES[reader.varint('code')];
      if (code?.from !== from) throw new WireError('value', 'code');
      const said = text.read(reader);
      if (from === 'server') return { type: code.type, text: said, ...code.more.read(reader) };
      if (said !== '') throw new WireError('value', 'text');
      return { type: code.type, ...code.more.read(reader) };
    },
    write: (writer, body) => {
      const [number, code] = Object.entries(CODES).find(([, { type }]) => type === body.type)!;
      writer.varint(Number(number));
      text.write(writer, (body.text as string | undefined) ?? '');
      code.more.write(writer, body);
    },
  };
}
