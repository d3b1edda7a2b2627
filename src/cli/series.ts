// smplab series: what an mbox holds. Lists every series with its patches, what is missing, what people replied.
import type { Command } from "commander";
import { groupSeries, type PatchMail, type Series } from "../../patches/api.js";
import { readPatchInput } from "../front/patch-input.js";
import { describeProblem } from "../report/apply.js";
import { plain, type Style } from "../report/style.js";
import { Exit, type Io } from "./io.js";

export function registerSeries(program: Command, io: Io, style: Style = plain): void {
  program
    .command("series")
    .description("list the patch series in an mbox")
    .argument("<mbox...>", "mail, mbox, maildir, directory of patches or diff; - for standard input")
    .action((paths: string[]) => list(paths, io, style));
}

async function list(paths: readonly string[], io: Io, style: Style): Promise<void> {
  const input = await readPatchInput(paths, io);
  for (const problem of input.problems) io.err(describeProblem(problem, style));
  if (input.problems.some((problem) => problem.severity === "error")) {
    io.exitCode = input.problems.every((problem) => problem.code === "unreadable")
      ? Exit.Usage
      : Exit.Refused;
    return;
  }
  io.out(
    groupSeries(input.mails)
      .map((series) => describeSeries(series, style))
      .join("\n"),
  );
}

function describeSeries(series: Series, style: Style): string {
  const version = series.version > 1 ? ` v${series.version}` : "";
  const count = series.total > 1 ? `, ${series.patches.length} of ${series.total} patches` : "";
  let out = `${style.bold(series.subject === "" ? "(no subject)" : series.subject)}${version}${count}\n`;
  if (series.cover) out += `   0  cover letter  ${author(series.cover)}\n`;
  for (const mail of series.patches) {
    const { added, removed, files } = size(mail);
    out += `${String(mail.index).padStart(4)}  ${mail.subject}  ${style.dim(`${author(mail)}, ${files}, +${added} -${removed}`)}\n`;
  }
  if (series.missing.length > 0) out += style.yellow(`      missing: ${series.missing.join(", ")}\n`);
  if (series.baseCommit !== undefined) out += `      base-commit: ${series.baseCommit}\n`;
  for (const id of series.prerequisites) out += `      prerequisite: ${id}\n`;
  for (const { index, trailer, from } of series.replyTrailers) {
    const sender = trailer.value.includes(from.email) ? "" : ` (sent by ${from.name} <${from.email}>)`;
    out += `      reply to ${index}: ${trailer.key}: ${trailer.value}${sender}\n`;
  }
  return out;
}

function author(mail: PatchMail): string {
  return mail.author.name || mail.author.email || "author unknown";
}

/** Lines added and removed; in a hunk that its counts cannot read, by its `+` lines and the counts. */
function size(mail: PatchMail): { added: number; removed: number; files: string } {
  let added = 0;
  let removed = 0;
  for (const file of mail.files) {
    for (const hunk of file.hunks) {
      const plus = hunk.lines
        ? hunk.lines.filter((line) => line.kind === "+").length
        : hunk.raw.filter((line) => line.text.startsWith("+")).length;
      added += plus;
      removed += Math.max(0, plus - (hunk.newCount - hunk.oldCount));
    }
  }
  return { added, removed, files: mail.files.length === 1 ? "1 file" : `${mail.files.length} files` };
}
