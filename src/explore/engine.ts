// The engine's name as the machine's configuration, with what this platform has to give for it.

import type { MachineConfig, WasmPort } from "../../interpreter/api.js";

export function engineConfig(name: "vm" | "wasm" | undefined): Pick<MachineConfig, "engine" | "wasm"> {
  if (name !== "wasm") return {};
  // Node, workers and browsers all have it; the types in use do not say so.
  const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WasmPort };
  return { engine: "wasm", wasm };
}
