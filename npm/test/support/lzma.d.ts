declare module 'lzma' {
  export function compress(bytes: Uint8Array, level: number): number[];
}
