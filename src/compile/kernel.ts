// The kernel that every program runs on: the operations of kernel/objects, the rules of kernel/rules, and how its
// findings are called.

import type { Fact, Finding, Machine, Program } from "../../interpreter/api.js";
import {
  conclude,
  contextName,
  describeWait,
  objects,
  place,
  rules,
  type SitePlace,
  shownFunction,
  situation,
  title,
} from "../../kernel/api.js";
import type { Kernel } from "../explore/explore.js";
import { type FindingPlace, type FrameInfo, findingId } from "../explore/result.js";
import type { Names } from "../report/model.js";

export function shippedKernel(): Kernel {
  const all = objects();
  const byName = new Map(all.map((op) => [op.name, op]));
  return {
    objects: all,
    rules: rules(),
    title: (finding: Finding, machine: Machine) =>
      title(finding, (site: number) => shownFunction(machine.functionName(site))),
    place: (finding: Finding, machine: Machine) => place(finding, (site) => sitePlace(machine.program, site)),
    conclude: (facts: readonly Fact[], machine: Machine) => conclude(facts, machine),
    situation: (machine: Machine, task: number, facts: readonly Fact[]) =>
      // The machine has copies of the objects, without what only the kernel's rules and reports know of them.
      situation(machine, task, facts, byName.get(machine.pendingObject(task)?.name ?? "") ?? null),
    nameOf: (machine: Machine, task: number) => contextName(machine, task),
    waitsFor: (machine: Machine, op: string) => describeWait(machine, op),
  };
}

/** Titles and places of findings, from the program alone. */
export function namesIn(program: Program): Names {
  const titleOf = (finding: Finding): string =>
    title(finding, (site: number) => frameOfSite(program, site)?.function ?? "");
  const placeOf = (finding: Finding): FindingPlace => place(finding, (site) => sitePlace(program, site));
  return {
    titleOf,
    idOf: (finding) => findingId({ title: titleOf(finding), place: placeOf(finding) }),
    frameOf: (site) => frameOfSite(program, site),
  };
}

/** The operation at a site: its function, and its place in the C if that is known. */
function siteAt(program: Program, index: number) {
  const site = program.sites[index];
  const fn = site === undefined ? undefined : program.functions[site.fn];
  if (site === undefined || fn === undefined) return null;
  const loc = program.locs[site.loc];
  return { site, fn, file: loc === undefined ? null : program.files[loc.file]!, loc };
}

function sitePlace(program: Program, index: number): SitePlace | null {
  const at = siteAt(program, index);
  if (at === null) return null;
  const { site, fn, file, loc } = at;
  return {
    function: shownFunction(fn.name),
    what: site.what ?? "",
    file: file ?? "",
    line: loc?.line ?? 0,
  };
}

function frameOfSite(program: Program, index: number): FrameInfo | null {
  const at = siteAt(program, index);
  if (at === null) return null;
  const { site, fn, file, loc } = at;
  let offset = site.index;
  for (let b = 0; b < site.block; b++) offset += fn.blocks[b]!.length;
  return {
    function: shownFunction(fn.name),
    offset,
    size: fn.blocks.reduce((all, block) => all + block.length, 0),
    file: file ?? "?",
    line: loc?.line ?? 0,
    column: loc?.column ?? 0,
  };
}
