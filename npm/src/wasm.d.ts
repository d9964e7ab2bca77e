// core_bg.wasm lies beside the built entries; what imports it is a bundler or a runtime.
declare module '*/core_bg.wasm' {
  const wasm: WebAssembly.Module;
  export default wasm;
}

declare module '*/core_bg.wasm?module' {
  const wasm: WebAssembly.Module;
  export default wasm;
}
