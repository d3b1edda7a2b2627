// The one data model behind everything that is printed: text, JSON and whatever comes later show these values
// and compute nothing of their own.

import type { Finding, HostConfig } from "../../interpreter/api.js";
import type { ApplyResult, HunkReport, PatchMail, Problem } from "../../patches/api.js";
import type { Row, Verdict } from "../compare/compare.js";
import type { CompilerWarning } from "../compile/warnings.js";
import type { DecisiveOrder, Prevention } from "../explore/order.js";
import type {
  Exploration,
  FoundFinding,
  FrameInfo,
  FunctionCost,
  Outcome,
  Trace,
} from "../explore/result.js";
import type { Judgement } from "../outcome/judge.js";

export const SCHEMA_VERSION = 1;

export type Side = "before" | "after";

/** How the findings of one program are called, and where their sites lie. */
export interface Names {
  /** The one-line title of a finding. */
  titleOf(finding: Finding): string;
  /** What findingId() says of it. */
  idOf(finding: Finding): string;
  frameOf(site: number): FrameInfo | null;
}

/** The text of a line of C, "" if it is not known. */
export type SourceLines = (file: string, line: number) => string;

/** A run that shows something: the token that shows it again, and what its schedule did. */
export interface Shown {
  side: Side;
  /** The run itself; it is run when somebody looks at it, and kept. */
  trace(): Trace;
  /** The steps whose order decides, searched for when somebody looks; null where that could not be proved. */
  order(): DecisiveOrder | null;
  /** What would have kept it from being shown, where that could be proved. */
  prevented(): Prevention[];
  replay: string;
  names: Names;
  /** Steps of the trace that the schedule names; what follows only brings the run to its end. */
  length: number;
  /** True only if the schedule was proved to have the fewest preemptions, then steps. */
  shortest: boolean;
}

/** A row of the comparison together with a run that shows it. */
export interface ShownRow<T> extends Row<T> {
  shown: Shown | null;
}

/** One case of a scenario on one side. */
export interface CaseSide {
  exploration: Exploration;
  /** The answer to the scenario's condition, or null where there is none. */
  judgement: Judgement | null;
  /** It starts tasks that are bound to no CPU. */
  unbound: boolean;
}

/** One case of a scenario on both sides. */
export interface CaseReview {
  /** "suite.case", unique in a review. */
  name: string;
  /** The scenario's file as the user or the package names it. */
  file: string;
  config: HostConfig;
  before: CaseSide;
  after: CaseSide;
  outcomes: ShownRow<Outcome>[];
  findings: ShownRow<FoundFinding>[];
  verdict: Verdict;
}

/** What a straight run (each task to its end, in order) cost on both sides, function by function. */
export interface CostTable {
  name: string;
  rows: CostRow[];
}

export interface CostRow {
  function: string;
  before: FunctionCost | null;
  after: FunctionCost | null;
}

export interface PatchSummary {
  /** With its tags: "[PATCH v2 1/3] mm: count with this_cpu_add()". */
  subject: string;
  author: string;
  date: string;
  hunks: readonly HunkReport[];
  warnings: readonly Problem[];
  /** Paths the patch touches, as in the tree. */
  paths: string[];
}

export function summaryOf(mail: PatchMail, applied: Extract<ApplyResult, { ok: true }>): PatchSummary {
  const number = mail.total > 1 ? ` ${mail.index}/${mail.total}` : "";
  const version = mail.version > 1 ? ` v${mail.version}` : "";
  const tags =
    mail.tags.length > 0 || number !== "" ? `[${mail.tags.join(" ") || "PATCH"}${version}${number}] ` : "";
  const { name, email } = mail.author;
  return {
    subject: `${tags}${mail.subject === "" ? "(no subject)" : mail.subject}`,
    author: name === "" ? email : name,
    date: mail.date,
    hunks: applied.report,
    warnings: applied.warnings,
    paths: applied.changes.map((change) => change.path),
  };
}

/** A patch held against a tree: what it changes in the behaviour of the scenarios. */
export interface PatchReview {
  patch: PatchSummary;
  tree: string;
  cases: CaseReview[];
  /** What the compiler warns about with the patch, and not without it; no part of the verdict. */
  warnings: readonly CompilerWarning[];
  costs: CostTable[];
  verdict: Verdict;
  seconds: number;
  /** Source text of either side. */
  source: Record<Side, SourceLines>;
  /** SIGINT: what was known by then. */
  interrupted: boolean;
}

export type CaseVerdict = "passed" | "failed" | "skipped" | "undecided";

/** A program run on its own: one case, or `main`, or cpu0() … together. */
export interface CaseRun {
  name: string;
  config: HostConfig;
  exploration: Exploration;
  judgement: Judgement | null;
  /** It starts tasks that are bound to no CPU. */
  unbound: boolean;
  /** One run for each outcome and each finding. */
  outcomes: { outcome: Outcome; shown: Shown | null }[];
  findings: { found: FoundFinding; shown: Shown | null }[];
  /** What printk and printf wrote when each task ran to its end, in order; "" for a run that was cut. */
  printed: string;
  verdict: CaseVerdict;
  /** A case of a KUnit suite, told in a line of its own. */
  isTest: boolean;
  /** More than one context: interleavings were explored, else there was one run. */
  concurrent: boolean;
}

export interface FileRun {
  file: string;
  cases: CaseRun[];
  verdict: Exclude<CaseVerdict, "skipped">;
  seconds: number;
  source: SourceLines;
  interrupted: boolean;
}

/** One run shown step by step. */
export interface Replay {
  title: string;
  side: Side | null;
  config: HostConfig;
  trace: Trace;
  source: SourceLines;
  names: Names;
  /** Steps of the trace that the token names. */
  length: number;
  /** The program differs from the one that the token was made with. */
  programChanged: boolean;
}
