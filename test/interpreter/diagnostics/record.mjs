// Records what gcc 12 prints about the programs of programs.txt: run by hand after one was added.
//   npm run build && node test/interpreter/diagnostics/record.mjs
// Each program gets gcc's whole output behind it, lines marked with "> ", without the lines that name the function. The
// mark in brackets behind a title says how far ours agrees, and is set here:
//   none          all of it
//   (first line)  the first line: place, text and option
//   (ours)        less, on purpose; a comment in the program says why. Set by hand; then it is our output that stands there
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  comparable,
  firstLine,
  ourOutput,
  readCases,
} from "../../../dist/test/interpreter/diagnostics/support.js";

const file = new URL("programs.txt", import.meta.url);
const directory = mkdtempSync(join(tmpdir(), "smplab-diagnostics-"));
const { head, cases } = readCases(readFileSync(file, "utf8"));
const parts = [head];
for (const { title, mark, source } of cases) {
  writeFileSync(join(directory, "t.c"), source);
  const args = ["-std=gnu11", "-fwrapv", "-c", "-o", "/dev/null", "t.c"];
  const env = { ...process.env, LC_ALL: "C" };
  const { stderr } = spawnSync("gcc", args, { cwd: directory, encoding: "utf8", env });
  const theirs = comparable(stderr);
  const ours = comparable(await ourOutput(source));
  let agreement = mark;
  if (mark !== "(ours)") {
    agreement = ours === theirs ? "" : "(first line)";
    if (firstLine(ours) !== firstLine(theirs))
      console.log(`${title}: differs\n  ${firstLine(theirs)}\n  ${firstLine(ours)}`);
  }
  const shown = mark === "(ours)" ? ours : theirs;
  const output = shown.split("\n").map((line) => `> ${line}`.trimEnd());
  parts.push(`=== ${`${title} ${agreement}`.trimEnd()}\n${source}${output.join("\n")}\n`);
}
rmSync(directory, { recursive: true });
writeFileSync(file, `${parts.join("\n")}`);
