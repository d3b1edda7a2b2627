// The door of the interpreter: what the other rooms may use. Types are exported as types, so that a reader
// sees which arrows exist at run time.
export type { Program } from "./ir/program.js";
export type { Finding, RunEnd } from "./machine/finding.js";
export type { Footprint, Host, HostConfig, ObjectOp, Rule } from "./machine/host.js";
