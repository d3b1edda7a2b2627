// A text of C as `smplab run` would take it, called test.c.

import { type Compiler, compiler } from "../../src/compile/compile.js";
import { SourceFiles } from "../../src/compile/files.js";
import { type Prepared, prepareFile } from "../../src/compile/prepare.js";
import { diskTree } from "../../src/front/disk-tree.js";
import { packageRoot, shippedTree } from "../../src/front/shipped.js";
import { loadParser } from "../../src/parser/load.js";

let compile: Compiler | null = null;

export async function prepareText(text: string): Promise<Prepared & { files: SourceFiles }> {
  const root = packageRoot();
  const files = new SourceFiles(diskTree(shippedTree()), root, root);
  files.give(`${root}/test.c`, text);
  compile ??= compiler((await loadParser()).port);
  const prepared = prepareFile(`@${root}/test.c`, files, compile, {});
  if (!prepared.ok) throw new Error(prepared.text);
  return { ...prepared.cases[0]!, files };
}
