/** UTF-8, also where the classes for it are missing: Jest's jsdom has neither. */

/** As far as they are used here and in the glue. */
interface Classes {
  TextEncoder: new () => { encode(text: string): Uint8Array };
  TextDecoder: new () => { decode(bytes?: Uint8Array): string };
}

/** The platform's classes, or plain ones. Asked when used: a test's set-up may add them late. */
export function utf8(): Classes {
  const { TextEncoder = Encoder, TextDecoder = Decoder } = globalThis;
  return { TextEncoder, TextDecoder };
}

class Encoder {
  encode(text: string): Uint8Array {
    // A surrogate without its partner is no character, and encodeURIComponent throws.
    const escaped = encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
    const letters = escaped.replace(/%(..)/g, (_, hex) => String.fromCharCode(Number(`0x${hex}`)));
    return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  }
}

class Decoder {
  decode(bytes: Uint8Array = new Uint8Array()): string {
    const hex = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`);
    return decodeURIComponent(hex.join(''));
  }
}
