/** Packs a wasm module; `unpack` of src/unpack.ts unpacks it. */
export function pack(module: Uint8Array): Promise<Uint8Array>;
