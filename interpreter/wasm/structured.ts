// Structured control flow from a graph.
//
// In: a reducible graph. Out: nested blocks and loops, made along the dominator tree: a block's code is followed by
// that of the blocks it dominates; one that several edges lead to stands behind the end of a wasm block, one with an
// edge back begins a loop (Ramsey, "Beyond Relooper: recursive translation of unstructured control flow to
// structured control flow", ICFP 2022).

import type { Instr } from "../ir/program.js";
import { Emitter } from "./emit.js";
import { Wasm } from "./encoder.js";

/** What encloses the place where code is being emitted: the end of a block leads to `block`, a loop's begin too. */
interface Enclosing {
  readonly block: number;
}

export abstract class StructuredEmitter extends Emitter {
  protected readonly enclosing: Enclosing[] = [];

  /** Called in front of a loop. */
  protected beforeLoop(_block: number): void {}
  /** Called inside a loop, in front of its code. */
  protected abstract loopBegins(block: number): void;

  protected depthOf(block: number): number {
    for (let i = this.enclosing.length - 1; i >= 0; i--) {
      if (this.enclosing[i].block === block) return this.enclosing.length - 1 - i + this.nesting;
    }
    throw new Error(`wasm: block ${block} is not in scope`);
  }

  /** Code of a block and of all that it dominates. */
  protected tree(block: number): void {
    const { flow } = this.plan;
    const joins = flow.children[block].filter((child) => flow.isJoin[child] === 1);
    // The last in the order is outermost, so that earlier ones can jump to later ones.
    joins.sort((x, y) => flow.place[y] - flow.place[x]);
    if (flow.isLoop[block] === 1) {
      this.beforeLoop(block);
      this.body.block(Wasm.Loop);
      this.enclosing.push({ block });
      this.loopBegins(block);
      this.within(block, joins, 0);
      this.enclosing.pop();
      this.body.end();
    } else this.within(block, joins, 0);
  }

  private within(block: number, joins: readonly number[], next: number): void {
    if (next === joins.length) {
      this.code(block);
      return;
    }
    this.body.block(Wasm.Block);
    this.enclosing.push({ block: joins[next] });
    this.within(block, joins, next + 1);
    this.enclosing.pop();
    this.body.end();
    this.tree(joins[next]);
  }

  private code(block: number): void {
    this.startBlock();
    const instrs = this.fn.blocks[block];
    for (let i = 0; i < instrs.length - 1; i++) this.instruction(instrs[i]);
    this.terminator(block, instrs[instrs.length - 1]);
  }

  private jump(from: number, to: number): void {
    const { flow } = this.plan;
    if (flow.place[to] <= flow.place[from] || flow.isJoin[to] === 1) this.body.br(this.depthOf(to));
    else this.tree(to);
  }

  private isInline(from: number, to: number): boolean {
    const { flow } = this.plan;
    return flow.place[to] > flow.place[from] && flow.isJoin[to] !== 1;
  }

  /** Does what is next to nothing in any case and keeps the old value where it was not to be done; else false. */
  private branchless(block: number, { a }: Instr): boolean {
    const { body, plan, fn, pointer } = this;
    const hammock = plan.hammocks.get(block);
    if (hammock === undefined) return false;
    const { arm, join, reg, ifTrue } = hammock;
    this.getReg(a);
    body.set(pointer);
    this.getReg(reg);
    this.startBlock();
    for (const instr of fn.blocks[arm].slice(0, -1)) this.instruction(instr);
    this.getReg(reg);
    body.get(pointer);
    if (ifTrue) body.op(Wasm.I32Eqz);
    body.op(Wasm.Select);
    this.setReg(reg);
    this.jump(block, join);
    return true;
  }

  private terminator(block: number, instr: Instr): void {
    const { body } = this;
    const to = instr.targets ?? [];
    switch (instr.op) {
      case "jmp":
        this.jump(block, to[0]);
        return;
      case "br":
        if (to[0] === to[1]) {
          this.jump(block, to[0]);
          return;
        }
        if (this.branchless(block, instr)) return;
        this.getReg(instr.a);
        if (!this.isInline(block, to[0])) {
          body.brIf(this.depthOf(to[0]));
          this.jump(block, to[1]);
        } else if (!this.isInline(block, to[1])) {
          body.op(Wasm.I32Eqz);
          body.brIf(this.depthOf(to[1]));
          this.jump(block, to[0]);
        } else {
          body.block(Wasm.If);
          this.enclosing.push({ block: -1 });
          this.tree(to[0]);
          body.op(Wasm.Else);
          this.tree(to[1]);
          this.enclosing.pop();
          body.end();
        }
        return;
      case "switch.i32":
      case "switch.i64":
        this.switchJump(instr, (target) => this.depthOf(target));
        return;
      default:
        this.instruction(instr);
    }
  }
}
