// The C of this repository as programs to damage: small ones as they are, those of the kernel tree with their headers.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PreprocessResult, preprocess } from "../../../interpreter/api.js";
import type { TokenList } from "../../../interpreter/cpp/token.js";
import { INCLUDE_PATHS, SourceFiles, virtualName } from "../../../src/compile/files.js";
import { diskTree } from "../../../src/front/disk-tree.js";
import { packageRoot } from "../../../src/front/shipped.js";
import type { Program } from "./damage.js";

const FOLDERS = ["test/e2e/programs", "test/detectors/programs", "bench"];
const KERNEL = ["kernel/tree/mm", "kernel/tree/kernel", "kernel/scenarios/memcg"];

/** Programs whose text, with what they include, is below `limit` characters. */
export function repositoryPrograms(limit: number): Program[] {
  const root = packageRoot();
  const files = new SourceFiles(diskTree(join(root, "kernel/tree")), root, root);
  const programs: Program[] = [];
  for (const name of [...FOLDERS, ...KERNEL].flatMap((folder) => sources(root, folder))) {
    const inTree = name.startsWith("kernel/tree/");
    const path = inTree ? name.slice("kernel/tree/".length) : virtualName(join(root, name), root);
    const text = inTree ? readFileSync(join(root, name), "utf8") : files.readFile(path)!;
    const source = preprocess({ path, text }, files, {
      includePaths: INCLUDE_PATHS,
      forceIncludes: ["linux/kconfig.h"],
    });
    const { tokens } = source;
    if (source.diagnostics.hasErrors || tokens.length === 0) continue;
    const whole = asText(tokens, 0, tokens.length);
    let own = tokens.length - 1;
    while (own > 0 && !isHeader(source, own - 1)) own--;
    if (whole.length <= limit) programs.push({ name, text: whole, ownFrom: asText(tokens, 0, own).length });
  }
  return programs;
}

function sources(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".c"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** Does a token stand in a header, be it that a macro was called there? */
function isHeader({ tokens, origins, files }: PreprocessResult, at: number): boolean {
  const file = files.fileAt(origins.site(tokens.pos[at]!, tokens.origin[at]!));
  return file?.path.endsWith(".h") === true;
}

function asText(tokens: TokenList, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += `${tokens.text[i]}${tokens.lineStart(i + 1) ? "\n" : " "}`;
  return text;
}
