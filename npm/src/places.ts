/** Where in a wasm module a byte is: what `model.ts` guesses by. */

/** What a byte of the code section is. */
enum Phase {
  OUTSIDE,
  OPCODE,
  BODY_SIZE,
  LOCAL_GROUPS,
  LOCAL_COUNT,
  LOCAL_TYPE,
  IMMEDIATE,
}

/**
 * How many immediates each opcode up to `f64.const` has, in LEB128 numbers (of the floats: bytes).
 * `br_table` says itself what else it has.
 */
const IMMEDIATES = '001110000000111012000000000020001111111022222222222222222222222111148';
const BR_TABLE = 0x0e;
const CALL = 0x10;
const LOCAL_GET = 0x20;
const FIRST_LOAD = 0x28;
const LAST_STORE = 0x3e;
const F32_CONST = 0x43;
const F64_CONST = 0x44;

/** Four bytes that look like chance. */
export function mix(a: number, b: number): number {
  const mixed = Math.imul(Math.imul(a, 0x2c1b3c6d) + b, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x9e3779b1);
}

/** The place of a byte that is not known yet. */
export interface Place {
  /** What each context sees, hashed. */
  hashes: number[];
  /** Which part of an instruction it is, under 16. */
  part: number;
  /** The opcode, and whether it is behind it, under 0x200. */
  opcode: number;
}

/**
 * Follows the instructions of a module as it is written to `bytes`, with its functions' bodies from
 * `from` to `to`; asked for one place after the other. What it misreads costs bytes, no more.
 */
export function places(bytes: Uint8Array, from: number, to: number): (at: number) => Place {
  let phase = Phase.OUTSIDE;
  let bodyEnd = from;
  /** Numbers to come until the next phase. */
  let pending = 0;
  /** The number that is being read: its bytes so far, its value, what its next bit counts. */
  let length = 0;
  let value = 0;
  let unit = 1;
  let opcode = 0;
  /** Which of the opcode's immediates it is; 1 for all after the first. */
  let index = 0;
  /** The last four opcodes; the last local read, function called, and offset in memory. */
  let opcodes = 0;
  let local = 0;
  let callee = 0;
  let offset = 0;

  const expect = (numbers: number) => {
    pending = numbers;
    length = value = 0;
    unit = 1;
    if (numbers === 0 && phase > Phase.OPCODE) {
      if (phase === Phase.IMMEDIATE) opcodes = (opcodes << 8) | opcode;
      phase = Phase.OPCODE;
    }
  };

  /** Takes note of a number that is whole. */
  const number = (next: number) => {
    pending--;
    if (phase === Phase.BODY_SIZE) {
      bodyEnd = next + value;
      phase = Phase.LOCAL_GROUPS;
      pending = 1;
    } else if (phase < Phase.IMMEDIATE) {
      if (phase === Phase.LOCAL_GROUPS) pending = value * 2;
      phase = Phase.LOCAL_COUNT + (pending & 1);
    } else {
      if (opcode === LOCAL_GET) local = value;
      if (opcode === CALL) callee = value;
      if (opcode >= FIRST_LOAD && opcode <= LAST_STORE && !pending) offset = value;
      if (opcode === BR_TABLE && !index) pending = value + 1;
      index = 1;
    }
    expect(pending);
  };

  /** Takes note of a byte. */
  const pass = (byte: number, next: number) => {
    if (phase === Phase.OPCODE) {
      phase = Phase.IMMEDIATE;
      opcode = byte;
      index = 0;
      expect(+(IMMEDIATES[opcode] ?? opcode >= 0xd0));
    } else if (phase !== Phase.OUTSIDE) {
      value += (byte & 127) * unit;
      unit *= 128;
      length++;
      const isFloat = opcode === F32_CONST || opcode === F64_CONST;
      if (byte < 128 || (isFloat && phase === Phase.IMMEDIATE)) number(next);
    }
  };

  return (at) => {
    const byte = (distance: number) => bytes[at - distance] ?? 0;
    if (at > 0) pass(byte(1), at);
    if (at === bodyEnd) {
      phase = at < to ? Phase.BODY_SIZE : Phase.OUTSIDE;
      opcodes = local = callee = offset = 0;
      expect(1);
    }
    const two = byte(1) | (byte(2) << 8);
    const four = two | (byte(3) << 16) | (byte(4) << 24);
    const more = Math.min(length, 2);
    const isImmediate = phase === Phase.IMMEDIATE;
    const part = isImmediate ? phase + index * 3 + more : phase;
    const about = isImmediate ? opcode + 256 * (index + 1) : phase;
    const place = (about * 4 + more) * 256 + (more && byte(1));
    const hashes = [
      mix(place, opcodes & 0xff),
      mix(place, opcodes & 0xffffff),
      mix(place, opcodes),
      mix(place, callee),
      mix(place, offset),
      mix(mix(place, opcodes & 0xffff), local),
      mix(part, byte(1)),
      mix(part, two),
      mix(part, byte(2) | (byte(3) << 8)),
      mix(mix(four, byte(5) | (byte(6) << 8)), part),
      four,
      part,
    ];
    return { hashes, part, opcode: opcode + 256 * +isImmediate };
  };
}
