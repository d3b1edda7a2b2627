// The C library for ordinary programs: the sources in libc/src, checked when a program first needs them. Lowering takes
// from them what the program asks for, function by function.
//
// Kernel code and the library share names (sprintf, printf). Which one is meant follows from what the file includes:
// with <linux/printk.h> in it, the kernel's are.

import {
  type CheckedUnit,
  check,
  type FileTable,
  type LexCache,
  type LibraryUnit,
  type ParserPort,
  parse,
  preprocess,
  printDiagnostics,
} from "../../interpreter/api.js";
import { LIBRARY_PATHS, type SourceFiles } from "./files.js";

const SOURCES = [
  "assert",
  "atomic",
  "ctype",
  "math",
  "memory",
  "printf",
  "scanf",
  "signal",
  "start",
  "stdio",
  "stdlib",
  "string",
  "time",
  "wchar",
];

/** What decides between kernel and library where both have a name. */
const KERNEL_PRINTING = "kernel/include/linux/printk.h";

/** What lowering needs to know of the library. */
export interface Linked {
  kernelOps: readonly string[];
  library?: readonly LibraryUnit[];
}

export class Library {
  #units: LibraryUnit[] | null = null;
  #names = new Set<string>();

  constructor(
    private readonly port: ParserPort,
    private readonly cache: LexCache,
  ) {}

  /** Nothing of the library where the program needs nothing that the machine does not have. */
  link(unit: CheckedUnit, included: FileTable, files: SourceFiles, kernelOps: readonly string[]): Linked {
    const kernel = new Set(kernelOps);
    const ofKernel = included.files.some(({ path }) => path === KERNEL_PRINTING);
    const isOpen = unit.functions.some(
      (fn) => fn.definition === null && fn.alias === null && !(ofKernel && kernel.has(fn.asmName ?? fn.name)),
    );
    const isNamed = unit.objects.some((object) => !object.defined);
    if (!isOpen && !isNamed) return { kernelOps };
    this.#units ??= SOURCES.map((name) => this.#check(`libc/src/${name}.c`, files));
    const left = ofKernel ? kernelOps : kernelOps.filter((name) => !this.#names.has(name));
    return { kernelOps: left, library: this.#units };
  }

  #check(path: string, files: SourceFiles): LibraryUnit {
    const text = files.readFile(path);
    if (text === null) throw new Error(`${path} is missing from the installation`);
    const pre = preprocess({ path, text }, files, { includePaths: LIBRARY_PATHS, cache: this.cache });
    const { diagnostics } = pre;
    const { unit: tree } = parse(pre.tokens, this.port, diagnostics);
    const { program: unit } = check(tree, { tokens: pre.tokens, pragmas: pre.pragmas, sink: diagnostics });
    if (diagnostics.hasErrors) throw new Error(printDiagnostics(diagnostics.all, pre.files));
    for (const fn of unit.functions) {
      if (fn.definition !== null && fn.linkage === "external") this.#names.add(fn.name);
    }
    return { unit, files: pre.files, origins: pre.origins };
  }
}
