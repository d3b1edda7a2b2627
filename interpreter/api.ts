// The door of the interpreter: what the other rooms may use. Types are exported as types, so that a reader
// sees which arrows exist at run time.
export { LexCache } from "./cpp/cache.js";
export type { MacroInfo, PreprocessHost, PreprocessOptions, PreprocessResult } from "./cpp/options.js";
export { type Beginning, beginningsOf, PreprocessedHead, preprocess } from "./cpp/preprocess.js";
export { printTokens } from "./cpp/print.js";
export { type ProgramMessage, ProgramReceiver, ProgramSender } from "./ir/parts.js";
export type { GlobalVar, Instr, IrFunction, Program, Shape } from "./ir/program.js";
export { AddressSpace, Flag } from "./ir/program.js";
export { mayGoRound } from "./ir/rounds.js";
export type { LibraryUnit } from "./lower/link.js";
export { lower } from "./lower/lower.js";
export { LoweredHead } from "./lower/relink.js";
export { Confinement, type KnownSharing } from "./machine/confine.js";
export type { Finding, FindingLink, RunEnd } from "./machine/finding.js";
export { ASSERT, conflict, MASKED, PLAIN, race, SCOPED, StepFootprint, WRITE } from "./machine/footprint.js";
export type { Footprint, HeldLocks, Host, HostConfig, ObjectOp, Rule } from "./machine/host.js";
export {
  Kind,
  OBSERVED_WORDS,
  PAGE_SHIFT,
  TASK_STRIDE,
  TASK_TABLE,
  Task,
  TaskState,
} from "./machine/layout.js";
export { type Entry, Machine } from "./machine/machine.js";
export { mixWord } from "./machine/memory.js";
export { type Parked, raceBetween } from "./machine/operations.js";
export { primeLoop } from "./machine/prime.js";
export type { Fact, MachineConfig, ObjectEvent } from "./machine/state.js";
export { CheckedHead, type CheckResult, check } from "./sema/check.js";
export type { CheckedUnit } from "./sema/tree.js";
export type { Diagnostic, Severity } from "./source/diagnostic.js";
export { FileTable, type Place } from "./source/file.js";
export { printDiagnostics } from "./source/print.js";
export { Warnings } from "./source/warnings.js";
export { type ParseResult, parse } from "./syntax/parse.js";
export type { ParserPort, SyntaxCursor, SyntaxTree } from "./syntax/port.js";
export type { ReadSoFar } from "./syntax/reader.js";
export type { WasmPort } from "./wasm/port.js";
