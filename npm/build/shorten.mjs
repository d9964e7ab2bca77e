// Gives the imports and exports of a wasm module short names, and drops the exports that nobody uses.
// wasm-bindgen's carry hashes, which do not compress and stand in the module and in its glue: about a
// kilobyte of the package.

const IMPORTS = 2;
const EXPORTS = 7;
/** The facade reads these itself. */
const KEPT = ['memory', 'open', 'reserve', 'command'];
/** Where all imports come from. */
const MODULE = '$';
const DESCRIPTIONS = { func: 0, table: 1, memory: 2, global: 3 };

/**
 * Shortens a module and its glue together.
 *
 * @param {Buffer} wasm the module
 * @param {string} glue wasm-bindgen's JavaScript for it
 * @returns both with short names
 */
export function shorten(wasm, glue) {
  const shortened = shortenModule(wasm, (name) => new RegExp(`\\bwasm\\.${name}\\b`).test(glue));
  let text = glue.replace(/"\.\/core_bg\.js"/, () => MODULE);
  for (const [name, short] of shortened.names.imports) {
    if (!text.includes(`${name}: `)) {
      throw new Error(`the glue has no import ${name}: it is of another module or wasm-bindgen`);
    }
    text = text.replaceAll(`${name}: `, () => `${short}: `);
  }
  for (const [name, short] of shortened.names.exports) {
    text = text.replaceAll(new RegExp(`\\bwasm\\.${name}\\b`, 'g'), () => `wasm.${short}`);
  }
  return { wasm: shortened.wasm, glue: text };
}

/** The module with short names, and what they stand for. */
function shortenModule(wasm, isUsed) {
  const names = { imports: new Map(), exports: new Map() };
  const parts = [wasm.subarray(0, 8)];
  const reader = new Reader(wasm, 8);
  while (reader.at < wasm.length) {
    const start = reader.at;
    const id = reader.byte();
    const content = reader.bytes(reader.number());
    if (id !== IMPORTS && id !== EXPORTS) {
      parts.push(wasm.subarray(start, reader.at));
      continue;
    }
    const section =
      id === IMPORTS ? imports(content, names.imports) : exports(content, names.exports, isUsed);
    parts.push(Buffer.from([id]), number(section.length), section);
  }
  return { wasm: Buffer.concat(parts), names };
}

function imports(content, names) {
  const reader = new Reader(content, 0);
  const count = reader.number();
  const parts = [number(count)];
  for (let i = 0; i < count; i++) {
    const module = reader.bytes(reader.number());
    const name = reader.bytes(reader.number()).toString();
    const start = reader.at;
    skipDescription(reader);
    parts.push(text(MODULE), text(rename(name, names)), content.subarray(start, reader.at));
  }
  return Buffer.concat(parts);
}

function exports(content, names, isUsed) {
  const reader = new Reader(content, 0);
  const parts = [];
  for (let left = reader.number(); left > 0; left--) {
    const name = reader.bytes(reader.number()).toString();
    const start = reader.at;
    reader.byte();
    reader.number();
    if (!KEPT.includes(name) && !isUsed(name)) continue;
    parts.push(Buffer.concat([text(rename(name, names)), content.subarray(start, reader.at)]));
  }
  return Buffer.concat([number(parts.length), ...parts]);
}

function rename(name, names) {
  if (KEPT.includes(name)) return name;
  const short = names.get(name) ?? `$${names.size.toString(36)}`;
  names.set(name, short);
  return short;
}

function skipDescription(reader) {
  const kind = reader.byte();
  if (kind === DESCRIPTIONS.func) {
    reader.number();
  } else if (kind === DESCRIPTIONS.table) {
    reader.byte();
    skipLimits(reader);
  } else if (kind === DESCRIPTIONS.memory) {
    skipLimits(reader);
  } else if (kind === DESCRIPTIONS.global) {
    reader.bytes(2);
  } else {
    throw new Error(`the wasm module imports a thing of an unknown kind, ${kind}`);
  }
}

function skipLimits(reader) {
  const hasMaximum = (reader.byte() & 1) === 1;
  reader.number();
  if (hasMaximum) reader.number();
}

/** Unsigned LEB128. */
function number(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}

class Reader {
  constructor(content, at) {
    this.content = content;
    this.at = at;
  }

  byte() {
    return this.content[this.at++];
  }

  bytes(count) {
    this.at += count;
    return this.content.subarray(this.at - count, this.at);
  }

  number() {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
}
