// The seam between the machine and the kernel's primitives. The machine knows contexts, CPUs and memory;
// a primitive ("object") is a set of operations that the C calls by name. The machine never knows which
// primitives exist, and a primitive never sees the machine, only this port.
//
// An operation is: when it may go on (`ready`), what it does (`commit`), what it touches (`touches`) and how
// a context that cannot go on waits (`waits`). An operation in several steps, between which others may run,
// returns the number of its next phase from `commit`; phase and temp words are part of the run's state.
// Operations keep no state of their own: only bytes of the C program, words of a context, global words.

import type { Finding } from "./finding.js";

/** Returned by `commit`: the operation is complete. Any number above 0 is the phase it goes on with. */
export const DONE = 0;

/** "allocates raw": what it returns has no content yet; loads of what nothing was stored to are reported. */
export type HeapUse = "allocates" | "allocates raw" | "frees";

export interface ObjectOp {
  /** The C function name; declared in a header, defined nowhere. */
  readonly name: string;
  /**
   * What happens to a context whose operation is not ready: "spins" keeps the CPU with its preemption and
   * interrupt state, "sleeps" gives the CPU up. "never": it is always ready.
   */
  readonly waits: "never" | "spins" | "sleeps";
  /**
   * True: nobody else can notice (reads only what this context alone changes): runs without a scheduling point.
   * Such an operation must be ready and complete in one phase. As a function: asked when the context reaches the
   * operation, and then for good; it too may look only at what this context alone changes (its counts and words,
   * `migratable`): a nested preempt_disable() is local, the outermost is not.
   */
  readonly local?: boolean | ((h: Host) => boolean);
  /** The first phase in which it may have to wait; 0 by default. What it does before that can come before any release. */
  readonly waitsFrom?: number;
  /** True: `ready` asks for several things that others change independently of each other. */
  readonly several?: boolean;
  /** True: it can make others ready and never the opposite (unlock, wake): it cannot be swapped with who waited for it. */
  readonly releases?: boolean;
  /**
   * True: it makes or ends contexts. Only in programs with such an operation is it of interest to anybody when a
   * context ends, so only there each step counts as writing its context (see Footprint.readContext).
   */
  readonly makes?: boolean;
  /**
   * True: it does the same whoever does it, looks at no other context's record and at no number of a context or CPU, and
   * leaves who did it nowhere but in the record of its context and in the words of locks that this one holds.
   */
  readonly anonymous?: boolean;
  /**
   * It tries something, at these bytes: if it fails it changes nothing, and it fails as long as they stay as they are. A
   * loop that does nothing but try then waits for them to change.
   */
  tries?(h: Host): { address: number; size: number };
  /** True: the next access of its context counts as marked, if it is a load or a store. */
  readonly marksNext?: boolean;
  /**
   * Is waiting here nothing that anybody misses? When the test case has returned and all that are left wait like that
   * (a kernel thread without work), the run has finished. Default: no, they hang.
   */
  idle?(h: Host): boolean;
  /**
   * It never becomes ready because a bound of the emulation is used up: the bound, in words ("" if not). A run in which
   * nobody can move and somebody waits like that is cut: others might have been woken.
   */
  bound?(h: Host): string;
  /** True: it is the lab's eye, no part of what the program does: what it is given it does not use. */
  readonly looksOn?: true;
  /**
   * The operation is nothing but the heap's: takes a size and returns an object, or takes one and frees it. Compiled
   * code may then do it itself where that is plain and no rule asks to be called.
   */
  readonly heap?: HeapUse;
  /** What the real primitive costs on the uncontended path, for cost tables. Default: nothing but the call. */
  readonly cost?: { readonly atomics?: number; readonly locks?: number; readonly barriers?: number };
  /** What happens in phase `phase`, for traces: "load", "store", "waits for readers". Default: nothing to say. */
  readonly phases?: readonly string[];
  /** May it go on now? Must be a pure function of the run's state. Default: yes. */
  ready?(h: Host): boolean;
  /** Do this phase's step. Must call setResult() in its last phase if the C function returns a value. */
  commit(h: Host): number;
  /**
   * What this phase's step reads and writes, including what `ready` looks at. Two steps that touch nothing in
   * common must commute and must not enable or disable each other. Not needed for local operations.
   */
  touches?(h: Host, f: Footprint): void;
}

/**
 * Collects what a step touches. Words and globals count as memory of their own. `plain` marks an access that
 * takes part in data races as a plain one; without it the access is like a marked (atomic) one. Addresses below
 * the first mapped byte are allowed: they stand for things that have no memory.
 */
export interface Footprint {
  read(address: number, size: number, plain?: boolean): void;
  write(address: number, size: number, plain?: boolean): void;
  /** Accesses nothing and claims that no other context is about to write this, or (`write`) to access it at all. */
  assert(address: number, size: number, write: boolean, scoped?: boolean): void;
  /** Accesses nothing and claims that no other context is about to change these bits. Once in a footprint. */
  assertBits(address: number, size: number, lo: number, hi: number): void;
  readWord(task: number, index: number): void;
  writeWord(task: number, index: number): void;
  readGlobal(index: number): void;
  writeGlobal(index: number): void;
  /** Whether context t has been made, stands somewhere, has ended. */
  readContext(task: number): void;
  writeContext(task: number): void;
  /** The step makes CPU c more or less available to the other contexts on it (preemption, interrupts, sleeping). */
  cpu(c: number): void;
}

export interface HostConfig {
  readonly cpus: number;
  /** Preemption model of the emulated kernel: "none" switches only where a context sleeps or ends. */
  readonly preempt: "none" | "full";
  /** "preempt": readers may be preempted; "sched": rcu_read_lock() disables preemption. */
  readonly rcu: "preempt" | "sched";
}

/** The port. `task`, `cpu`, `site`, `phase` and the arguments are those of the operation being performed. */
export interface Host {
  readonly config: HostConfig;
  readonly task: number;
  readonly cpu: number;
  readonly site: number;
  readonly phase: number;

  /** Low / high 32 bits of argument i, as signed numbers; `arg(i) >>> 0` is an address. */
  arg(i: number): number;
  argHi(i: number): number;
  /** Argument i as an address inside memory, or 0 if its upper half is set. */
  pointer(i: number): number;
  setResult(lo: number, hi?: number): void;
  /** The operation's own words while it is pending: temp(0..3). */
  temp(i: number): number;
  setTemp(i: number, value: number): void;

  // --- memory of the C program ---
  /**
   * May `size` bytes at `address` be accessed now? If not, the fault is reported as fatal (with this site) and
   * the answer is false: the operation must then return DONE at once.
   */
  access(address: number, size: number, write: boolean): boolean;
  /** The same question without any report: for `ready` and `touches`, which must not report. */
  accessible(address: number, size: number, write: boolean): boolean;
  load8(address: number): number;
  load16(address: number): number;
  load32(address: number): number;
  store8(address: number, value: number): void;
  store16(address: number, value: number): void;
  store32(address: number, value: number): void;
  /** NUL-terminated string at address, at most 4096 bytes; "(null)" for 0, "(bad address)" when unreadable. */
  cstring(address: number): string;
  /**
   * Fresh memory from this context's arena (16-aligned, redzone behind it): address, or 0 when none is left. Content is
   * zero. `site` is where a leak of it is said to come from, by default this operation's; -1: nobody has to free it.
   * `uninitialised`: a load of what nothing has been stored to is reported. `tag`: whom it belongs to, an address
   * divisible by 16.
   */
  allocate(size: number, site?: number, uninitialised?: boolean, tag?: number): number;
  /** The tag of the live object that starts at address; calls visit for every live object with a tag. */
  tagOf(address: number): number;
  eachTagged(tag: number, visit: (address: number, size: number) => void): void;
  /** Where the heap object around an address was allocated; -1 for all other memory. */
  madeAt(address: number): number;
  /** Name of the kernel operation at a site, "" if there is none. */
  operationAt(site: number): string;
  /** What the operation at a site works on, in C words: "&p->lock"; "" if that is not known. */
  whatAt(site: number): string;
  /** Where this operation was called from, not counting these functions: wrappers of the kernel's interface. */
  siteOutside(functions: ReadonlySet<string>): number;
  /** Size of the live heap object that starts at address; -1: freed before; -2: never an object's start. */
  objectSize(address: number): number;
  /** Frees the live object at address: zeroes it and poisons its shadow. */
  release(address: number): void;
  /** Fresh bytes of every CPU's area (8-aligned, zero): the cookie, or 0 when none is left. `site` as for allocate(). */
  allocatePerCpu(size: number, align: number, site?: number): number;
  /** Size of the live allocation whose cookie this is; -1: freed before; -2: never one. */
  perCpuSize(cookieLo: number, cookieHi: number): number;
  releasePerCpu(cookie: number): void;
  /** Address of CPU c's copy behind a cookie; 0 and a fatal finding if it is not a cookie. */
  perCpuAddress(cookieLo: number, cookieHi: number, c: number): number;
  /** The same without any report: for `ready` and `touches`. */
  resolvePerCpu(cookieLo: number, cookieHi: number, c: number): number;
  /**
   * Calls visit for every live object of the program, of the heap and (by its cookie) of per-CPU memory, that no global, per-CPU variable or other referenced object
   * points to, in ascending order of addresses, with the site and the context that allocated it: for leak reports.
   */
  eachUnreferenced(visit: (address: number, size: number, site: number, task: number) => void): void;
  /** For reports: work that will use the object around `address` has been handed to somebody else. */
  queuedWork(address: number): void;

  // --- words of the kernel objects: who owns which is listed in kernel/objects/words.ts ---
  word(task: number, index: number): number;
  setWord(task: number, index: number, value: number): void;
  global(index: number): number;
  setGlobal(index: number, value: number): void;

  /** The context of this operation has taken a lock for itself. */
  tookLock(address: number, bit: number): void;

  // --- contexts and CPUs ---
  taskCount(): number;
  /** TaskState of a context: 0 unused, 1 new, 2 parked, 3 finished. */
  taskState(task: number): number;
  cpuOf(task: number): number;
  /** Where a parked context stands. */
  siteOf(task: number): number;
  /** Name of the kernel operation that a parked context stands in front of and that is not ready; "" if none. */
  waitingIn(task: number): string;
  /** Does the context wait in an operation where nobody misses it (see ObjectOp.idle)? */
  isIdle(task: number): boolean;
  /**
   * The contexts that would have to move before this one can have a CPU, as a mask: those that have its CPU for
   * themselves and will not give it up by going to sleep. None while it may yet be moved to another CPU.
   */
  keepersOf(task: number): number;
  /** Points the port at another context's pending operation, for rules that look at who waits for whom. */
  focus(task: number): void;
  /** May the context be moved to another CPU by the scheduler (unbound, and the scenario allows it)? */
  migratable(task: number): boolean;
  preemptCount(task: number): number;
  setPreemptCount(task: number, value: number): void;
  /** Not 0: plain accesses of the context count as marked. */
  marking(task: number): number;
  setMarking(task: number, value: number): void;
  irqOff(task: number): number;
  setIrqOff(task: number, value: number): void;
  /** Take this CPU between two phases of one operation: nobody else runs on it, no interrupt arrives. */
  hold(): void;
  unhold(): void;
  /** Preemption model "none": another context on this CPU may go on in front of this one's next step (cond_resched). */
  yieldCpu(): void;
  /** Can this context be preempted here? (model full, count 0, interrupts on, not holding) */
  preemptible(task: number): boolean;
  /** Could a task have CPU c now, if there were one more? */
  isFree(c: number): boolean;
  /** Does the program contain this kernel operation anywhere? */
  programHas(op: string): boolean;
  /** Are other contexts on CPU c, or may they come there, so that one that spins there keeps it from them? */
  cpuShared(c: number): boolean;
  /**
   * Registers a context bound to CPU c (or unbound when c < 0): its id, or -1 (too many, bad function; fatal is
   * reported). `level` says what it may interrupt: 0 a task, 1 a softirq, 2 a hardirq. While others run, an operation
   * that calls this must have `makes`.
   */
  spawn(c: number, fnLo: number, fnHi: number, argLo: number, argHi: number, level?: number): number;
  /** What the next spawn() on CPU c touches; gives the number that it would give. */
  touchSpawn(c: number, f: Footprint): number;
  /** Moves a context to another CPU, at once. */
  setCpu(task: number, c: number): void;
  /** From now on contexts may not, or may again, be moved to CPU c by the scheduler. A step that does it touches the CPU. */
  setClosed(c: number, closed: boolean): void;
  /**
   * Ends a context that stands in front of an operation: it never goes on. `chance`: in front of this step it might have
   * taken its own, so a search has to look at that, too.
   */
  retire(task: number, chance: boolean): void;
  /** Starts one registered context now: kthread_run(). */
  start(task: number): void;
  /** Starts all new contexts together: each runs its local code up to its first visible operation. */
  startAll(): void;
  /** Contexts other than 0 that have been started and are not finished. */
  live(): number;

  // --- telling ---
  /** Names of the C functions/places for texts: name of the function of a site; name of the variable at an address. */
  functionName(site: number): string;
  /** Best C name for an address: "mc.lock", "&pc->flags of page 2" is not attempted: global + field path, else "". */
  nameOf(address: number): string;
  /** A finding that does not end the run. `other` = the other party if there is one. */
  report(
    kind: string,
    text: string,
    address?: number,
    size?: number,
    otherTask?: number,
    otherSite?: number,
  ): void;
  /** A finding that ends the run. */
  fatal(kind: string, text: string, address?: number, size?: number): void;
  /**
   * A fact (no memory of its own): e.g. a lock-order edge a -> b with the places. The search merges equal facts of all
   * steps and asks in the end what follows from them.
   */
  fact(kind: string, a: number, b: number, siteA: number, siteB: number, flags?: number): void;
  /** The C asked for something that is not modelled: ends the run as "unsupported". */
  unsupported(text: string): void;
  /** Ends the current test case (failed assertion): context 0's frames are dropped, other contexts must be gone. */
  abortCase(): void;
  /** The run's "an expectation failed" flag (part of the outcome). */
  setFailed(): void;
  /** printk and printf text: goes to a recorder when there is one, never into the state. */
  print(text: string): void;
  recording(): boolean;
  /** Records a value for the outcome under the string at nameAddress (later calls with the same name overwrite). */
  observe(nameAddress: number, lo: number, hi: number): void;
  /** Makes a finding as data without reporting it (for rules that look at other contexts). */
  readonly findings: readonly Finding[];
}

/** Takes the locks that a context holds. */
export interface HeldLocks {
  /** `shared`: with others that read. The bit tells locks in one byte apart. */
  holds(address: number, bit: number, shared: boolean): void;
}

/** A watcher that knows kernel objects: called in front of an operation's step; keeps no memory of its own. */
export interface Rule {
  readonly name: string;
  /** By operation name. Called before `commit`, for every phase; for local operations too. */
  readonly before?: Readonly<Record<string, (h: Host) => void>>;
  /** What a context claims wherever it stands: adds to the footprint of its next step. Must not move the port. */
  claims?(h: Host, task: number, f: Footprint): void;
  /**
   * The locks that the context holds: while it has one for itself nobody else can hold it, while it shares one nobody
   * else can have it for himself. A function of the context's words alone.
   */
  locks?(h: Host, task: number, held: HeldLocks): void;
  /** Only where the program has one of these operations there is something to claim. Not said: anywhere. */
  readonly claimsBehind?: readonly string[];
  /** The context that the port stands at has come to rest and cannot go on: will it wait for ever? */
  waits?(h: Host): void;
  /** Nobody can ever move again. Gives the contexts of which it has said why, as a mask. */
  stuck?(h: Host): number;
  /** A context other than 0 returned from its function: look at what it still holds. */
  finish?(h: Host): void;
  /** Context 0 returned: everything is quiet; look at what is left over. */
  end?(h: Host): void;
}
