// The leading comment of a scenario: the machine that it asks for, and a condition over its outcomes.
//
//   // SPDX-License-Identifier: GPL-2.0
//   /*
//    * smplab: cpus=2 preempt=full rcu=preempt
//    * exists (mapped=0 /\ flag=1)
//    */
//
// Both are optional and may stand anywhere in the comments before the first line of C. A condition goes on
// until its parentheses are closed, so that a long one may take several lines.

import type { HostConfig } from "../../interpreter/api.js";
import { type Condition, parseCondition } from "./condition.js";

export interface Header {
  cpus?: number;
  preempt?: HostConfig["preempt"];
  rcu?: HostConfig["rcu"];
  /** Names of the cases whose straight runs are compared for cost. */
  cost: string[];
  condition: Condition | null;
  problems: HeaderProblem[];
}

export interface HeaderProblem {
  line: number;
  column: number;
  message: string;
  help: string;
}

export const MAX_CPUS = 8;

interface CommentLine {
  text: string;
  line: number;
  /** Column of text[0], from 1. */
  column: number;
}

export function readHeader(source: string): Header {
  const header: Header = { cost: [], condition: null, problems: [] };
  const lines = leadingComment(source);
  for (let i = 0; i < lines.length; i++) {
    const { text, line, column } = lines[i]!;
    const settings = /^\s*smplab:(.*)$/.exec(text);
    if (settings !== null) {
      readSettings(header, settings[1]!, line, column + text.length - settings[1]!.length);
    } else if (/^\s*((~|not\b)\s*)?(exists|forall)\s*[(~]/.test(text)) {
      let whole = text;
      while (depth(whole) > 0 && i + 1 < lines.length) whole += `\n${lines[++i]!.text}`;
      const parsed = parseCondition(whole);
      if (parsed.ok) header.condition = parsed.condition;
      else {
        header.problems.push({
          line,
          column: column + parsed.column - 1,
          message: `condition: ${parsed.message}`,
          help: "Conditions are written as in litmus tests: exists (x=1 /\\ y=0), ~exists (...), forall (...).",
        });
      }
    }
  }
  return header;
}

function readSettings(header: Header, text: string, line: number, column: number): void {
  for (const match of text.matchAll(/\S+/g)) {
    const [name = "", value = ""] = match[0].split("=", 2);
    const bad = (message: string, help: string): void => {
      header.problems.push({ line, column: column + match.index, message, help });
    };
    switch (name) {
      case "cpus": {
        const cpus = Number(value);
        if (Number.isInteger(cpus) && cpus >= 1 && cpus <= MAX_CPUS) header.cpus = cpus;
        else bad(`cpus=${value} is not a number of CPUs`, `Write cpus=1 to cpus=${MAX_CPUS}.`);
        break;
      }
      case "preempt":
        if (value === "none" || value === "full") header.preempt = value;
        else bad(`preempt=${value} is no preemption model`, "Write preempt=none or preempt=full.");
        break;
      case "rcu":
        if (value === "preempt" || value === "sched") header.rcu = value;
        else bad(`rcu=${value} is no flavour of RCU`, "Write rcu=preempt or rcu=sched.");
        break;
      case "cost":
        header.cost.push(...value.split(",").filter((word) => word !== ""));
        break;
      default:
        bad(
          `"${match[0]}" is no setting of a scenario`,
          "The settings are cpus=N, preempt=none|full, rcu=preempt|sched, cost=CASE[,CASE].",
        );
    }
  }
}

function depth(text: string): number {
  let open = 0;
  for (const c of text) open += c === "(" ? 1 : c === ")" ? -1 : 0;
  return open;
}

/** The lines of the comments in front of the first token, without delimiters and decoration. */
function leadingComment(source: string): CommentLine[] {
  const lines: CommentLine[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const advance = (to: number): void => {
    for (let i = source.indexOf("\n", at); i !== -1 && i < to; i = source.indexOf("\n", i + 1)) {
      line++;
      lineStart = i + 1;
    }
    at = to;
  };
  for (;;) {
    const blank = /^\s*/.exec(source.slice(at, at + 4096))![0].length;
    advance(at + blank);
    if (source.startsWith("//", at)) {
      const end = source.indexOf("\n", at);
      const stop = end === -1 ? source.length : end;
      lines.push({ text: source.slice(at + 2, stop), line, column: at - lineStart + 3 });
      advance(stop);
    } else if (source.startsWith("/*", at)) {
      const end = source.indexOf("*/", at + 2);
      const stop = end === -1 ? source.length : end;
      let offset = at + 2;
      for (const raw of source.slice(offset, stop).split("\n")) {
        advance(offset);
        const decoration = offset === lineStart ? /^\s*\*?/.exec(raw)![0].length : 0;
        lines.push({
          text: raw.slice(decoration).replace(/\r$/, ""),
          line,
          column: offset - lineStart + decoration + 1,
        });
        offset += raw.length + 1;
      }
      advance(end === -1 ? stop : stop + 2);
    } else if (blank < 4096) return lines;
  }
}
