// A C text of a test through the front end, as `smplab run` would take it.

import { compiler } from "../../../src/compile/compile.js";
import { SourceFiles } from "../../../src/compile/files.js";
import { type Prepared, prepareFile } from "../../../src/compile/prepare.js";
import { packageRoot } from "../../../src/front/shipped.js";
import { port } from "../../support/compile-c.js";

const root = packageRoot();
const toProgram = compiler(port);

export interface Wish {
  cpus?: number;
  preempt?: "none" | "full";
  rcu?: "preempt" | "sched";
}

/** C text as `smplab run` takes it: cpu0(), cpu1() …, main(), or a suite with one case. */
export function prepareText(text: string, wish: Wish = {}): Prepared {
  const header = `/* smplab: preempt=${wish.preempt ?? "full"} rcu=${wish.rcu ?? "preempt"} */ `;
  const tree = { read: (path: string) => (path === "t.c" ? new TextEncoder().encode(header + text) : null) };
  const files = new SourceFiles(tree as never, root, root);
  const prepared = prepareFile("t.c", files, toProgram, wish.cpus === undefined ? {} : { cpus: wish.cpus });
  if (!prepared.ok) throw new Error(prepared.text);
  if (prepared.cases.length !== 1) throw new Error(`one case was expected, not ${prepared.cases.length}`);
  return prepared.cases[0]!;
}
