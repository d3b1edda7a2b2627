// The engine's name as the machine's configuration, with what this platform has to give for it.

import type { HostConfig, MachineConfig, WasmPort } from "../../interpreter/api.js";

export type EngineName = "vm" | "wasm";

export function engineConfig(name: EngineName | undefined): Pick<MachineConfig, "engine" | "wasm"> {
  if (name !== "wasm") return {};
  // Node, workers and browsers all have it; the types in use do not say so.
  const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WasmPort };
  return { engine: "wasm", wasm };
}

/** To show a run again that a search has made: it comes as far as it came there. */
export function replayConfig(config: HostConfig, name: EngineName | undefined): MachineConfig {
  return {
    ...config,
    ...engineConfig(name),
    ...(name === "wasm" ? { soloSteps: Number.MAX_SAFE_INTEGER } : {}),
  };
}
