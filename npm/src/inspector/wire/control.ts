/** Control: a code, a text, and what the code says. */
import { WireError } from './bytes.js';
import { type Body, type Read, record, secret, str, varint } from './parts.js';

interface Code {
  type: string;
  from: 'client' | 'server';
  more: Read<Body>;
}

const text = str(0, 256);

const hz: Read<number> = (reader) => {
  const value = reader.u8('hz');
  if (value === 0) throw new WireError('value', 'hz');
  return value;
};

const CODES: Record<number, Code> = {
  1: { type: 'Error', from: 'server', more: record({}) },
  2: { type: 'Pace', from: 'server', more: record({ hz }) },
  3: { type: 'Drain', from: 'server', more: record({ withinMs: varint }) },
  4: { type: 'Redirect', from: 'server', more: record({ url: str(1, 2_048) }) },
  5: { type: 'Token', from: 'client', more: record({ token: secret(str(0, 8_192)) }) },
  6: { type: 'Kicked', from: 'server', more: record({}) },
};

/** The body of a Control that one end sends; its type is the name of its code. */
export function control(from: 'client' | 'server'): Read<Body> {
  return (reader) => {
    const code = CODES[reader.varint('code')];
    if (code?.from !== from) throw new WireError('value', 'code');
    const said = text(reader);
    if (from === 'server') return { type: code.type, text: said, ...code.more(reader) };
    if (said !== '') throw new WireError('value', 'text');
    return { type: code.type, ...code.more(reader) };
  };
}
