// The options that several commands share, and how their values are read. A value that makes no sense is
// commander's InvalidArgumentError: it prints the option with it and ends with exit code 2.

import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import type { HostConfig } from "../../interpreter/api.js";

export interface MachineFlags {
  cpus?: number;
  preempt?: HostConfig["preempt"];
  /** As written; read by the action. */
  condition?: string;
  time: number;
  jobs: number;
  json?: boolean;
  verbose?: boolean;
}

/** CPUs that the machine can have. */
const MAX_CPUS = 8;

/** Seconds for one search, unless --time says otherwise. */
export const DEFAULT_SECONDS = 60;

export function machineOptions(command: Command): Command {
  return command
    .option(
      "--cpus <n>",
      `CPUs of the machine, 1 to ${MAX_CPUS} (default: what the scenario asks for, else 2)`,
      cpus,
    )
    .option(
      "--preempt <model>",
      "preemption model: none or full (default: what the scenario asks for, else full)",
      preempt,
    )
    .option("--condition <text>", "condition over outcomes, as in litmus tests: 'exists (x=1 /\\ y=0)'")
    .option("--time <seconds>", "longest time for one search (a case on one side)", positive, DEFAULT_SECONDS)
    .option("--jobs <n>", "searches at a time", wholeNumber, availableParallelism())
    .option("--json", "print one JSON object")
    .option("-v, --verbose", "show every outcome, schedule and cost");
}

function cpus(text: string): number {
  const n = Number(text);
  if (!/^\d+$/.test(text) || n < 1 || n > MAX_CPUS) {
    throw new InvalidArgumentError(`It must be a number from 1 to ${MAX_CPUS}.`);
  }
  return n;
}

function preempt(text: string): HostConfig["preempt"] {
  if (text !== "none" && text !== "full") throw new InvalidArgumentError("It must be none or full.");
  return text;
}

function positive(text: string): number {
  const n = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !(n > 0))
    throw new InvalidArgumentError("It must be a number of seconds above 0.");
  return n;
}

/** A version of a series, a number of jobs. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return Number(text);
}
