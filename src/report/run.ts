// What `smplab run` prints: the program's own output, its outcomes in herd's form, findings with a run that shows
// each, and what was not covered.

import type { Level } from "../explore/bounded.js";
import { type Exploration, findingId } from "../explore/result.js";
import { isBroken } from "../outcome/judge.js";
import { stateLine } from "../outcome/states.js";
import { herd } from "./herd.js";
import { plural, field as wrapped } from "./layout.js";
import { counted, isSampled, limitsOf, timeOf, upTo, wayOut } from "./limits.js";
import type { CaseRun, FileRun } from "./model.js";
import { findingLines, scheduleLines, type TextOptions } from "./shown.js";

export function runText(run: FileRun, options: TextOptions): string {
  const lines: string[] = [];
  run.cases.forEach((c, i) => {
    lines.push(...caseLines(run, c, options));
    lines.push(c.isTest ? testLine(c, i + 1) : "");
  });
  if (run.cases.some((c) => c.isTest)) lines.push("");
  lines.push(...closing(run, options));
  while (lines.at(-1) === "") lines.pop();
  while (lines[0] === "") lines.shift();
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** KTAP's line for a case. */
function testLine(c: CaseRun, number: number): string {
  const line = `${c.verdict === "passed" || c.verdict === "skipped" ? "ok" : "not ok"} ${number} ${c.name}`;
  if (c.verdict === "skipped") return `${line} # SKIP ${c.findings[0]!.found.finding.text}`;
  return c.verdict === "undecided" ? `${line} # TIMEOUT ${c.exploration.cut ?? "not decided"}` : line;
}

function caseLines(run: FileRun, c: CaseRun, options: TextOptions): string[] {
  const { style } = options;
  const { exploration } = c;
  const lines: string[] = [];
  const { printed } = c;
  if (printed !== "") {
    if (c.concurrent) lines.push(style.dim("# printed when each task runs to its end, in order"));
    lines.push(...printed.replace(/\n$/, "").split("\n"));
  }
  if (c.concurrent || exploration.outcomes.some((o) => o.values.length > 0)) {
    const { outcomes, complete } = exploration;
    lines.push(...herd(c.name, outcomes, c.judgement, complete, isSampled(exploration)));
  }
  lines.push(...searchLines(exploration).map((line) => style.dim(`# ${line}`)));
  const asked = c.judgement?.shownBy ?? null;
  for (const { outcome, shown } of c.outcomes) {
    if (shown === null || !c.concurrent) continue;
    if (options.verbose || outcome === asked) {
      lines.push("", `outcome   ${stateLine(outcome)}`);
      lines.push(...scheduleLines(shown, "", c.config, run.source, options), "");
    } else lines.push(style.dim(`# ${outcome.key}  smplab replay ${shown.replay}`));
  }
  for (const { found, shown } of c.findings) {
    if (c.verdict === "skipped") continue;
    lines.push("", style.red(`${found.title} (${c.name})`));
    if (shown !== null) lines.push(...findingLines(found, shown, "", c.config, run.source, options));
  }
  return lines;
}

/** How it was searched, where that was not as usual. */
function searchLines({ why, levels }: Exploration): string[] {
  const of = (level: Level): string => {
    const { preemptions, states, outcomes, findings } = level;
    const found = `${plural(outcomes, "end")} and ${plural(findings, "finding")} so far`;
    return `${plural(preemptions, "preemption")}: ${plural(states, "state")}, ${found}`;
  };
  return [...(why === undefined ? [] : [`searched ${why}`]), ...(levels ?? []).map(of)];
}

function help(run: FileRun, { width }: TextOptions): string[] {
  const way = run.interrupted ? null : wayOut(run.cases.map((c) => c.exploration));
  return way === null ? [] : [wrapped("way out", way, width)];
}

function closing(run: FileRun, options: TextOptions): string[] {
  const { style, width } = options;
  const field = (name: string, text: string): string => wrapped(name, text, width);
  const lines: string[] = [];
  if (run.cases.some((c) => c.concurrent)) {
    const explorations = run.cases.map((c) => c.exploration);
    const states = run.cases.reduce((all, c) => all + c.exploration.stats.states, 0);
    const spent = run.cases.reduce((all, c) => all + c.exploration.stats.seconds, 0);
    const time = options.timing ? timeOf(run.seconds, states, spent, explorations) : "";
    const complete = run.cases.every((c) => c.exploration.complete);
    lines.push(
      field(
        "explored",
        `${counted(explorations, states)}   ${complete ? "exhaustive" : "not exhaustive"}${upTo(explorations)}${time}`,
      ),
      style.dim(field("limits", `${limitsOf(run.cases).join("; ")}.`)),
    );
  }
  const told = run.cases.filter((c) => c.verdict !== "skipped");
  const different = new Set(told.flatMap((c) => c.findings.map(({ found }) => findingId(found))));
  const failed = run.cases.filter((c) => c.judgement !== null && isBroken(c.judgement));
  const stopped = run.interrupted ? "interrupted: " : "";
  const cut = run.cases.find((c) => c.exploration.cut !== null)?.exploration.cut;
  switch (run.verdict) {
    case "passed":
      if (run.cases.some((c) => c.concurrent)) lines.push(style.bold(field("verdict", "no findings")));
      break;
    case "failed": {
      const parts = [
        different.size > 0 ? plural(different.size, "finding") : "",
        failed.length > 0 ? `condition not met in ${failed.map((c) => c.name).join(", ")}` : "",
      ].filter((part) => part !== "");
      lines.push(style.bold(field("verdict", `${stopped}${parts.join("; ") || "failed"}`)));
      break;
    }
    case "undecided":
      lines.push(...help(run, options));
      // "interrupted" is then the reason itself.
      lines.push(style.bold(field("verdict", `not decided: ${cut ?? endWords(run)}`)));
  }
  return lines;
}

function endWords(run: FileRun): string {
  for (const c of run.cases) {
    for (const { shown } of c.outcomes) {
      if (shown === null) continue;
      const { end, endText } = shown.trace();
      if (end !== "finished" && endText !== "") return endText;
    }
  }
  return "not everything was explored";
}
