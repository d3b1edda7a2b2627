// The pieces that the kernel's reports are made of: who and where, stacks, held locks, heap objects, shadow bytes.

import type { Finding, FindingLink, HostConfig } from "../../interpreter/api.js";
import type {
  Doing,
  Evidence,
  FrameInfo,
  LockShown,
  ParkedStep,
  StepEvent,
  Trace,
} from "../explore/result.js";
import { cValue, kernelAddress } from "./address.js";
import type { Names } from "./model.js";

export interface SplatOptions {
  version: string;
  config: HostConfig;
  names: Names;
  /** Steps of the trace before the finding shows, for findings that no step reports (data races). */
  length: number;
}

/** What a form prints from. */
export interface Context extends SplatOptions {
  title: string;
  finding: Finding;
  trace: Trace;
  /** The step that the finding shows at; null for one of the end of the run. */
  step: StepEvent | null;
  /** What was the case when it was made; null for one that follows from several runs, or from two contexts together. */
  evidence: Evidence | null;
  stack: readonly FrameInfo[];
  /** "mapper/101" */
  who: string;
}

export type Form = (c: Context) => string[];

/** Task ids of a small kernel: the scenario's own task is 100, what it starts follows. */
export function pidOf(task: number): number {
  return 100 + task;
}

export function frameText(frame: FrameInfo): string {
  return `${frame.function}+0x${frame.offset.toString(16)}/0x${frame.size.toString(16)} ${frame.file}:${frame.line}`;
}

/** A function that no C defines: it has one operation. */
export function pseudoFrame(name: string): string {
  return ` ${name}+0x0/0x1`;
}

/** The call of main() or of the tasks is no C of the user's: no report begins there. */
export function frames(stack: readonly FrameInfo[]): string[] {
  return stack.filter((frame) => frame.file !== "<entry>").map((frame) => ` ${frameText(frame)}`);
}

export function taskName(trace: Trace, task: number): string {
  for (const entry of [...trace.waiting, ...trace.parked, ...trace.steps, ...trace.evidence])
    if (entry.task === task) return entry.taskName;
  return task === 0 ? "kunit" : `task${task}`;
}

export function identity({ finding, config, who, version }: Context): string {
  const [comm] = who.split("/");
  const model = config.preempt === "full" ? " PREEMPT(full)" : "";
  return `CPU: ${finding.cpu} UID: 0 PID: ${pidOf(finding.task)} Comm: ${comm} Not tainted smplab-${version} #0${model}`;
}

/** `inner` are functions of the kernel below the C: what was called last stands first. */
export function trace(
  stack: readonly FrameInfo[],
  inner: readonly string[] = [],
  interrupt = false,
): string[] {
  const context = interrupt ? "IRQ" : "TASK";
  return ["Call Trace:", ` <${context}>`, ...inner.map(pseudoFrame), ...frames(stack), ` </${context}>`];
}

/** The kernel operation by the name that C calls it by, if it has one: behind our own names a function of C stands. */
export function shownOperation(doing: Doing | null): string[] {
  const name = doing?.operation ?? "";
  return name === "" || name.startsWith("__smplab_") ? [] : [name];
}

export function callTrace(c: Context, ...inner: string[]): string[] {
  if (c.stack.length === 0) return [identity(c)];
  const interrupt = c.evidence?.interrupt ?? parkedOf(c.trace, c.finding.task)?.interrupt ?? false;
  return [identity(c), ...trace(c.stack, inner, interrupt)];
}

/** What the context was about to do when the schedule had been run through. */
export function parkedOf({ parked }: Trace, task: number): ParkedStep | null {
  return parked.find((one) => one.task === task) ?? null;
}

/** file:line of where it shows. */
export function at({ stack }: Context): string {
  return stack[0] === undefined ? "?" : `${stack[0].file}:${stack[0].line}`;
}

export function inFunction({ stack }: Context): string {
  return stack[0] === undefined ? "?" : frameText(stack[0]);
}

export function textLines({ finding }: Context): string[] {
  return finding.text === "" ? [] : finding.text.split("\n");
}

/** Reports between two rulers, as KASAN and KCSAN print them. */
export function ruled(lines: readonly string[]): string[] {
  const ruler = "=".repeat(66);
  return [ruler, ...lines, ruler];
}

/** lockdep's head: the title between two rulers of its length. */
export function lockdepHead(c: Context, title: string): string[] {
  return ["=".repeat(title.length), title, `smplab-${c.version} #0 Not tainted`, "-".repeat(title.length)];
}

export function backtrace(c: Context): string[] {
  return ["stack backtrace:", ...callTrace(c)];
}

/** "ffff888100000010 (&a->lock){+.+.}-{4:4}, at: path_two+0x3/0x8 demo.c:31" */
export function lockLine(c: Context, { what, address, site }: LockShown | FindingLink): string {
  const frame = c.names.frameOf(site);
  return `${kernelAddress(address)} ${what}, at: ${frame === null ? "?" : frameText(frame)}`;
}

/** Where the lock that lockdep takes a section of RCU for would lie: as other addresses, made up for the reader. */
const RCU_LOCK_MAP = "ffffffff82a00000";

export function heldLines(c: Context): string[] {
  const held = (c.evidence?.held ?? []).map((lock) => lockLine(c, lock));
  // A section of RCU is a lock to lockdep; it stands where it was entered.
  if ((c.evidence?.rcuDepth ?? 0) > 0) {
    const section = c.trace.steps[c.step?.section ?? -1];
    const before = (c.step?.held ?? []).filter(({ by }) => section !== undefined && by < section.index);
    const frame = section?.stack[0];
    const at = frame === undefined ? "" : `, at: ${frameText(frame)}`;
    held.splice(before.length, 0, `${RCU_LOCK_MAP} (rcu_read_lock){....}-{1:3}${at}`);
  }
  if (held.length === 0) return [`no locks held by ${c.who}.`];
  return [
    `${held.length} lock${held.length === 1 ? "" : "s"} held by ${c.who}:`,
    ...held.map((line, i) => ` #${i}: ${line}`),
  ];
}

/** "(&a->lock){+.+.}-{4:4}" -> "&a->lock" */
export function bareName(what: string): string {
  return /^\((.*)\)\{[^{}]*\}-\{\d:\d\}$/.exec(what)?.[1] ?? what;
}

/** The name of the lock that the operation was about; for sections of RCU the text says it. */
export function lockLabel({ evidence, finding }: Context): string {
  const what = evidence?.lock?.what;
  return what === undefined ? finding.text.replace(/ is .*$/, "") : bareName(what);
}

/** The heap object around the address, and its life. */
export function objectLines({ evidence, finding }: Context): string[] {
  const life = evidence?.object;
  if (life === null || life === undefined) return [];
  const stackOf = (title: string, doing: typeof life.freed): string[] =>
    doing === null ? [] : ["", `${title} by task ${pidOf(doing.task)}:`, ...frames(doing.stack)];
  const lines = [...stackOf("Allocated", life.allocated), ...stackOf("Freed", life.freed)];
  if (life.queued !== null)
    lines.push("", "Last potentially related work creation:", ...frames(life.queued.stack));
  const { address, size } = life;
  const end = address + size;
  const offset = finding.address - address;
  const [distance, side] = offset < size ? [offset, "inside of"] : [finding.address - end, "to the right of"];
  const state = life.freed === null ? "allocated" : "freed";
  return [
    ...lines,
    "",
    `The buggy address belongs to the object at ${kernelAddress(address)}`,
    ` which belongs to the cache kmalloc-${cacheSize(size)} of size ${cacheSize(size)}`,
    `The buggy address is located ${distance} bytes ${side}`,
    ` ${state} ${size}-byte region [${kernelAddress(address)}, ${kernelAddress(end)})`,
  ];
}

/** The global that the access has left: name, offset of the address and size. */
export function variableLines({ evidence, finding }: Context): string[] {
  const variable = evidence?.variable;
  if (variable === null || variable === undefined) return [];
  const hex = (n: number): string => `0x${n.toString(16)}`;
  const { name, address, size } = variable;
  return [
    "",
    "The buggy address belongs to the variable:",
    ` ${name}+${hex(finding.address - address)}/${hex(size)}`,
  ];
}

/** Sizes of kmalloc()'s caches: powers of two from 8, and 96 and 192. */
function cacheSize(size: number): number {
  const sizes = [8, 16, 32, 64, 96, 128, 192];
  return sizes.find((one) => size <= one) ?? 2 ** Math.ceil(Math.log2(size));
}

const ROW = 16;

/** A row of shadow bytes speaks of 128 bytes of memory; the caret stands under the byte of the address. */
export function shadowLines({ evidence, finding }: Context): string[] {
  if (evidence === null || evidence.shadow.bytes.length === 0) return [];
  const { start, bytes } = evidence.shadow;
  const lines = ["", "Memory state around the buggy address:"];
  for (let row = 0; row * ROW < bytes.length; row++) {
    const first = start + row * ROW * 8;
    const isHere = finding.address >= first && finding.address < first + ROW * 8;
    const values = bytes.slice(row * ROW, (row + 1) * ROW).map((byte) => byte.toString(16).padStart(2, "0"));
    lines.push(`${isHere ? ">" : " "}${kernelAddress(first)}: ${values.join(" ")}`);
    if (isHere) lines.push(`${" ".repeat(19 + Math.floor((finding.address - first) / 8) * 3)}^`);
  }
  return lines;
}

/** What a context of a race was about to do, as KCSAN says it. */
export function accessLines(parked: ParkedStep | null, task: number, { address, size }: Finding): string[] {
  if (parked === null) return [`access by task ${pidOf(task)}`];
  const touch =
    parked.touches.find((one) => one.start < address + size && address < one.end && one.claim === true) ??
    parked.touches.find((one) => one.start < address + size && address < one.end);
  const from = touch?.start ?? parked.address;
  const bytes = touch === undefined ? parked.size : touch.end - touch.start;
  const by = parked.interrupt ? "interrupt" : `task ${pidOf(parked.task)}`;
  return [
    `${accessWord(parked, touch)} to 0x${kernelAddress(from)} of ${bytes} bytes by ${by} on cpu ${parked.cpu}:`,
    ...frames(parked.stack),
  ];
}

const COMPOUND = ["add", "sub", "and", "or", "xor", "nand", "xchg", "cmpxchg"];

function accessWord(step: StepEvent, touch: StepEvent["touches"][number] | undefined): string {
  if (touch?.claim === true)
    return `assert no ${touch.written ? "accesses" : "writes"}${touch.scoped === true ? " (scoped)" : ""}`;
  const word = COMPOUND.includes(step.op) ? "read-write" : touch?.written === true ? "write" : "read";
  return `${word}${touch?.plain === true ? "" : " (marked)"}`;
}

/**
 * "value changed: 0x…1 -> 0x…2", where it is known what the other party would write, and which bits of it `own` claims.
 */
export function changeLines(other: ParkedStep | null, own: ParkedStep | null): string[] {
  if (other === null || other.before === null || other.written === null) return [];
  const bits = other.size * 8;
  const hex = (value: bigint): string => `0x${BigInt.asUintN(bits, value).toString(16).padStart(16, "0")}`;
  // A pointer is shown as one, here as elsewhere.
  const shown = (value: bigint): string =>
    cValue(value, other).startsWith("0x") ? cValue(value, other) : hex(value);
  const [was, will] = [shown(other.before), shown(other.written)];
  if (was === will) return [];
  const mask = own?.touches.find((touch) => touch.mask !== undefined)?.mask;
  const changed = mask === undefined ? 0n : (other.before ^ other.written) & mask;
  const bitLine = ` bits changed: ${hex(changed)} with mask ${hex(mask ?? 0n)}`;
  return ["", `value changed: ${was} -> ${will}`, ...(changed === 0n ? [] : [bitLine])];
}
