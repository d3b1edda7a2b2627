// Applies patches one on top of the other: all of them or none.
import { applyPatch } from "./apply.js";
import type { ApplyOptions, ApplyResult, FileChange, PatchMail, SourceTree } from "./patch.js";
import { overlay } from "./tree.js";

export interface SeriesStep {
  readonly mail: PatchMail;
  /** The tree this patch was applied to. */
  readonly before: SourceTree;
  readonly result: ApplyResult;
}

export interface SeriesResult {
  readonly ok: boolean;
  /** Up to and including the first patch that does not apply. */
  readonly steps: readonly SeriesStep[];
  /** Everything together, against the tree at the start; one change a file. */
  readonly changes: readonly FileChange[];
  readonly after: SourceTree;
}

export function applySeries(
  patches: readonly PatchMail[],
  tree: SourceTree,
  options: ApplyOptions = {},
): SeriesResult {
  const steps: SeriesStep[] = [];
  const changes = new Map<string, FileChange>();
  let before = tree;
  for (const mail of options.reverse ? [...patches].reverse() : patches) {
    const result = applyPatch(mail, before, options);
    steps.push({ mail, before, result });
    const previous = new Map(changes);
    for (const change of result.changes) join(changes, previous, change);
    before = overlay(before, result.changes);
    if (!result.ok) return { ok: false, steps, changes: [...changes.values()], after: before };
  }
  return { ok: true, steps, changes: [...changes.values()], after: before };
}

/** One change for what two patches did to a file. A renamed file is followed to its new name. */
function join(
  changes: Map<string, FileChange>,
  previous: ReadonlyMap<string, FileChange>,
  change: FileChange,
): void {
  const source = change.kind === "rename" ? change.from : undefined;
  const earlier = previous.get(source ?? change.path);
  if (source !== undefined && changes.get(source) === previous.get(source)) changes.delete(source);
  if (!earlier) {
    changes.set(change.path, change);
    return;
  }
  if (earlier.before === null && change.after === null) {
    changes.delete(change.path);
    return;
  }
  const from = source !== undefined ? (earlier.from ?? earlier.path) : earlier.from;
  const kind =
    earlier.before === null
      ? "create"
      : change.after === null
        ? "delete"
        : from !== undefined
          ? "rename"
          : "modify";
  const { oldMode: _, from: __, ...rest } = change;
  changes.set(change.path, {
    ...rest,
    kind: earlier.kind === "copy" ? "copy" : kind,
    ...(from === undefined || kind === "create" ? {} : { from }),
    ...(earlier.oldMode === undefined ? {} : { oldMode: earlier.oldMode }),
    before: earlier.before,
    hunks: [],
  });
}
