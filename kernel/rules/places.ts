// What tells findings of one title apart: two WARN_ON()s of a function, two races of the same two functions.
//
// A title names functions. What was called or touched, in the words of the C, is finer and stays the same when a patch
// moves the line; the line tells apart what has the same words, in one program. Nothing here is a value or an address.
// A data race has two places; it is one finding for all lines of the two functions at which the same two things meet:
// else each read of a counter would be a race of its own with each write of it.

import type { Finding } from "../../interpreter/api.js";

/** A place of the program: what is done there in C words, "" if that is not known, and where. */
export interface SitePlace {
  function: string;
  what: string;
  file: string;
  line: number;
}

/** As src has it; "" and 0: the title says all. */
export interface Place {
  what: string;
  file: string;
  line: number;
}

/** They are about a task or a whole function, and where it happens to stand says nothing. */
const WHOLE: ReadonlySet<string> = new Set(["livelock", "rcu-stall", "skipped"]);

/** Names that the preprocessor numbers, in the order of the whole file: a patch further up renumbers them. */
const NUMBERED = /\b(__UNIQUE_ID_\w*?|__smplab_scope)\d+\b/g;

export function place(finding: Finding, placeOf: (site: number) => SitePlace | null): Place {
  const { kind, site, otherSite } = finding;
  const nowhere = { what: "", file: "", line: 0 };
  if (WHOLE.has(kind)) return nowhere;
  // Who claims that nobody does this may stand anywhere in the scope of the claim; the other party does it here.
  if (kind === "kcsan:assert") return { ...nowhere, what: partyOf(placeOf(otherSite)).what };
  if (kind === "kcsan:data-race") {
    const [p, q] = [partyOf(placeOf(site)), partyOf(placeOf(otherSite))].sort(byFunction);
    return { ...nowhere, what: p!.what === q!.what ? p!.what : `${p!.what || "?"} / ${q!.what || "?"}` };
  }
  const at = placeOf(site >= 0 ? site : otherSite);
  return at === null ? nowhere : { what: worded(at.what), file: at.file, line: at.line };
}

interface Party {
  fn: string;
  what: string;
}

function partyOf(at: SitePlace | null): Party {
  return { fn: at?.function ?? "", what: worded(at?.what ?? "") };
}

/** In the order in which the title has them. */
function byFunction(p: Party, q: Party): number {
  return p.fn < q.fn ? -1 : p.fn > q.fn ? 1 : p.what < q.what ? -1 : p.what > q.what ? 1 : 0;
}

/** What the headers hand to an operation of ours: a condition as it was written, a format, an object. */
const OF_OURS = /^__smplab_\w+\((.*)\)$/;

/** "p->count < 0" of `__smplab_warn("p->count < 0")`; a number says nothing. */
function worded(what: string): string {
  const given = OF_OURS.exec(what)?.[1];
  const text = given === undefined ? what : /^-?\d/.test(given) ? "" : given.replace(/^"|"$/g, "");
  return text.replace(NUMBERED, "$1");
}
