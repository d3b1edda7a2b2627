// What applying a patch did, or what stands in its way, as lines of text. Printers over the patch room's data;
// nothing is decided here.
import type { ApplyResult, HunkReport, PatchMail, Problem, Repair, RepairKind } from "../../patches/api.js";
import type { Style } from "./style.js";

/** Subject, author and what kind of text the patch came in. */
export function describeMail(mail: PatchMail, style: Style): string {
  const number = mail.total > 1 ? `${mail.index}/${mail.total} ` : "";
  const version = mail.version > 1 ? `v${mail.version} ` : "";
  const author = mail.author.email === "" ? mail.author.name : `${mail.author.name} <${mail.author.email}>`;
  const form = { mail: "mail", page: "archive page", diff: "diff" }[mail.form];
  const words = [author, mail.date, form].filter((word) => word !== "").join(", ");
  const title = mail.subject === "" ? "(no subject)" : clip(mail.subject);
  return `${style.bold(`${version}${number}${title}`)}\n${style.dim(words)}\n`;
}

/** One line a hunk: number, place, offset, heading, repairs. */
export function describeHunks(report: readonly HunkReport[], style: Style): string {
  let out = "";
  let path = "";
  for (const hunk of report) {
    if (hunk.path !== path) out += `${hunk.path}\n`;
    path = hunk.path;
    const offset = hunk.offset === 0 ? "" : ` (offset ${hunk.offset > 0 ? "+" : ""}${hunk.offset})`;
    const fuzz = hunk.fuzz === 0 ? "" : style.yellow(` (fuzz ${hunk.fuzz})`);
    const place = `line ${hunk.line}${offset}`;
    const counts = `+${hunk.added} -${hunk.removed}`;
    out += `  hunk ${hunk.hunk}/${hunk.of}  ${place.padEnd(10)}${fuzz}  ${counts.padEnd(8)}  ${describeHeading(hunk, style)}\n`;
    const healed = describeRepairs(hunk.repairs);
    if (healed !== "") out += style.dim(`      healed: ${healed}\n`);
  }
  return out;
}

function describeHeading(hunk: HunkReport, style: Style): string {
  const { verdict, wanted, found } = hunk.heading;
  if (verdict === "same") return `in ${shorten(found)}`;
  if (verdict === "differs")
    return style.yellow(`heading says ${shorten(wanted)}, landed in ${shorten(found)}`);
  return wanted === "" ? style.dim("no heading") : style.dim(`heading ${shorten(wanted)} not comparable`);
}

const REPAIRED: Record<RepairKind, (count: number) => string> = {
  quoted: () => "quotes taken off",
  indented: () => "indent taken off",
  entities: (n) => `HTML entities decoded in ${lines(n)}`,
  charset: (n) => `odd blanks, quotes or charset in ${lines(n)}`,
  wrapped: (n) => `${n} wrapped ${n === 1 ? "line" : "lines"} joined`,
  prefix: (n) => `lost blank in front of ${lines(n, "context ")}`,
  whitespace: (n) => `white space of ${lines(n, "context or deleted ")} taken from the source`,
  "line-ending": (n) => `line ending of ${lines(n)}`,
  counts: () => "the line counts in @@",
  indent: (n) => `${lines(n, "added ")} indented like the surroundings`,
  footer: (n) => `${lines(n)} of mail text behind the hunk left out`,
};

function lines(count: number, kind = ""): string {
  return `${count} ${kind}${count === 1 ? "line" : "lines"}`;
}

/** `19 context lines restored, 11 added lines indented`; empty when nothing was repaired. */
export function describeRepairs(repairs: readonly Repair[]): string {
  const counts = new Map<RepairKind, number>();
  for (const repair of repairs) counts.set(repair.kind, (counts.get(repair.kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => REPAIRED[kind](count)).join(", ");
}

/** Every repair on its own line, with its place in the mail. */
export function listRepairs(report: readonly HunkReport[]): string {
  let out = "";
  for (const hunk of report) {
    for (const repair of hunk.repairs) out += `      ${repair.mailLine}: ${repair.kind}: ${repair.text}\n`;
  }
  return out;
}

/** `mail:12: error: ...` with the wanted and the found line below, and the way out. */
export function describeProblem(problem: Problem, style: Style): string {
  const place = problem.mail ? `${problem.mail.file ?? "mail"}:${problem.mail.line}: ` : "";
  const colour = problem.severity === "error" ? style.red : style.yellow;
  let out = `${place}${colour(`${problem.severity}:`)} ${problem.message}\n`;
  if (problem.wanted !== undefined) out += `    wanted: ${clip(problem.wanted)}\n`;
  if (problem.found !== undefined) out += `    found:  ${clip(problem.found)}\n`;
  if (problem.help !== undefined) out += `    ${problem.help}\n`;
  return out;
}

/** Whether base and result are proven by the blob ids of the patch. */
export function describeProofs(result: ApplyResult): string {
  let out = "";
  for (const change of result.changes) {
    if (change.base === "proven") out += `  ${change.path}: base proven by its blob id\n`;
    if (change.result === "proven") out += `  ${change.path}: result proven by its blob id\n`;
  }
  return out;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A line of the mail for the screen; nobody's line of source is longer. */
function clip(text: string): string {
  return text.length > 400 ? `${text.slice(0, 397)}...` : text;
}
