// The one-line name of a finding, as syzbot writes it; places.ts says what tells findings of one title apart.
// https://github.com/google/syzkaller/blob/master/pkg/report/linux.go shows the forms that tools read.
// A title never contains a value or an address: those differ between schedules, the title must not.

import type { Finding } from "../../interpreter/api.js";

/** Kinds whose title is a fixed beginning and the function. */
const IN_FUNCTION: Readonly<Record<string, string>> = {
  "atomic-sleep": "BUG: sleeping function called from invalid context in",
  "scheduling-while-atomic": "BUG: scheduling while atomic in",
  "spinlock-recursion": "BUG: spinlock recursion in",
  "recursive-locking": "possible deadlock in",
  "lock-order": "possible deadlock in",
  "irq-safety": "inconsistent lock state in",
  "irq-inversion": "possible deadlock in",
  "bad-unlock": "WARNING: bad unlock balance in",
  "held-lock-freed": "WARNING: held lock freed in",
  "wait-context": "BUG: Invalid wait context in",
  livelock: "BUG: soft lockup in",
  "kmsan:uninit-value": "KMSAN: uninit-value in",
  "rcu-stall": "INFO: rcu detected stall in",
  rcu: "WARNING: suspicious RCU usage in",
  warning: "WARNING in",
  refcount: "WARNING: refcount bug in",
  odebug: "WARNING: ODEBUG bug in",
  bug: "kernel BUG in",
  "memory-leak": "memory leak in",
  "kasan:null-ptr-deref": "BUG: unable to handle kernel NULL pointer dereference in",
  divide: "divide error in",
  unreachable: "kernel BUG: unreachable code reached in",
  abort: "kernel BUG: abort() in",
  "bad-function-pointer": "BUG: unable to handle kernel paging request in",
  "bad-longjmp": "BUG: longjmp() to a function that has returned in",
  "bad-computed-goto": "BUG: computed goto to what is no label in",
  "stack-overflow": "BUG: stack guard page was hit in",
  "write-to-rodata": "BUG: unable to handle kernel write to read-only memory in",
  "percpu-bad-cpu": "BUG: no such CPU in",
  "percpu-cookie-dereference": "BUG: per-CPU pointer followed as an ordinary one in",
  "function-dereference": "BUG: function used as data in",
  "percpu-not-a-cookie": "BUG: per-CPU access through an ordinary pointer in",
};

/**
 * `functionOfSite` gives the name of the function that a site lies in. The machine's kinds with a family prefix
 * (kasan:, ubsan:) become the family's form, so that a new one of them needs no line here.
 */
export function title(finding: Finding, functionOfSite: (site: number) => string): string {
  const { kind, text } = finding;
  // A context that has returned stands nowhere: then the place where the trouble began counts, if there is one.
  const where = functionOfSite(finding.site >= 0 ? finding.site : finding.otherSite);
  if (Object.hasOwn(IN_FUNCTION, kind)) return `${IN_FUNCTION[kind]} ${where}`;
  switch (kind) {
    case "kcsan:data-race":
    case "kcsan:assert": {
      const names = [where, functionOfSite(finding.otherSite)].sort();
      const what = kind === "kcsan:assert" ? "assert: race" : "data-race";
      return `KCSAN: ${what} in ${names[0]} / ${names[1]}`;
    }
    case "preemptible":
      // The text is what was used: "__this_cpu_add()".
      return `BUG: using ${text} in preemptible code in ${where}`;
    case "unbalanced":
      return finding.site < 0 ? `WARNING: ${text}` : `WARNING: ${text} in ${where}`;
    case "lock-held-at-exit":
      return `WARNING: lock taken in ${where} is held at exit`;
    case "deadlock":
      return `INFO: task hung in ${where}`;
    case "expectation":
      return `EXPECTATION FAILED: ${firstClause(text)} in ${where}`;
    case "assertion":
      return `ASSERTION FAILED: ${firstClause(text)} in ${where}`;
    case "skipped":
      return `SKIPPED: ${where}`;
  }
  const [family, rest] = kind.split(":");
  if (family === "kasan" && rest !== undefined) {
    const access = /^(read|write)\b/.exec(text)?.[1];
    return `KASAN: ${rest}${access ? (access === "read" ? " Read" : " Write") : ""} in ${where}`;
  }
  if (family === "ubsan" && rest !== undefined) return `UBSAN: ${rest} in ${where}`;
  return `${kind} in ${where}`;
}

/** Of "Expected a == 2, but\n a == 1 (0x1)" what holds in every schedule. */
function firstClause(text: string): string {
  return text
    .split("\n")[0]
    .replace(/^Expected /, "")
    .replace(/, but( is .*)?$/, "");
}
