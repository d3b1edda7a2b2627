// Records what gcc 12 prints about the programs of programs.txt and, with -Wall -Wextra, about those of warnings.txt: run
// by hand after one was added.
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
  WARNINGS,
} from "../../../dist/test/interpreter/diagnostics/support.js";

const directory = mkdtempSync(join(tmpdir(), "smplab-diagnostics-"));

function askGcc(source, options) {
  writeFileSync(join(directory, "t.c"), source);
  const args = ["-std=gnu11", "-fwrapv", ...options, "-c", "-o", "/dev/null", "t.c"];
  const env = { ...process.env, LC_ALL: "C" };
  const { stderr } = spawnSync("gcc", args, { cwd: directory, encoding: "utf8", env });
  return comparable(stderr);
}

const quoted = (output) => output.split("\n").map((line) => `> ${line}`.trimEnd());

const file = new URL("programs.txt", import.meta.url);
const { head, cases } = readCases(readFileSync(file, "utf8"));
const parts = [head];
for (const { title, mark, source } of cases) {
  const theirs = askGcc(source, []);
  const ours = comparable(await ourOutput(source));
  let agreement = mark;
  if (mark !== "(ours)") {
    agreement = ours === theirs ? "" : "(first line)";
    if (firstLine(ours) !== firstLine(theirs))
      console.log(`${title}: differs\n  ${firstLine(theirs)}\n  ${firstLine(ours)}`);
  }
  const shown = mark === "(ours)" ? ours : theirs;
  parts.push(`=== ${`${title} ${agreement}`.trimEnd()}\n${source}${quoted(shown).join("\n")}\n`);
}
writeFileSync(file, `${parts.join("\n")}`);

const odd = new URL("warnings.txt", import.meta.url);
const warned = readCases(readFileSync(odd, "utf8"));
const all = warned.cases.map(({ title, source }) => {
  return `=== ${title}\n${source}${quoted(askGcc(source, WARNINGS)).join("\n")}\n`;
});
writeFileSync(odd, [warned.head, ...all].join("\n"));
rmSync(directory, { recursive: true });
