// Loads the packed files that lie beside it, with the code that V8 made of them when they were packed. Half of the time
// of a short command is V8 reading a megabyte of JavaScript and compiling what runs of it; this is done once.
//
// The one hard thing is to take no code that is not the text's: V8 compares its version and options, but of the texts
// only the lengths. So scripts/bundle.mjs writes the whole folder anew, and this code last. There are two kinds of it:
// for processes where tiering.js was loaded, which sets options, and for others; worker threads have the options of
// their process. Where V8 takes neither it compiles as it always does.
// https://v8.dev/blog/code-caching, https://nodejs.org/api/vm.html#scriptcreatecacheddata

import fs = require("node:fs");
import Module = require("node:module");
import path = require("node:path");
import vm = require("node:vm");
import threads = require("node:worker_threads");

const outside = Module.createRequire(__filename);
const loaded = new Map<string, { exports: unknown }>();
const scripts = new Map<string, vm.Script>();

type Kind = "tuned" | "plain";
const TIERING = "tiering.js";

/** The exports of a packed file of this folder, by its name without folders. */
function load(name: string): unknown {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const filename = path.join(__dirname, name);
  const module = { exports: {} };
  loaded.set(name, module);
  const text = `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(filename, "utf8")}\n})`;
  const code = codeOf(filename, kind());
  let script = compile(text, filename, code);
  // A thread cannot tell which kind its process is.
  if (!threads.isMainThread && code !== undefined && script.cachedDataRejected) {
    script = compile(text, filename, codeOf(filename, "plain"));
  }
  scripts.set(name, script);
  const require = (id: string): unknown => (id.startsWith("./") ? load(id.slice(2)) : outside(id));
  script.runInThisContext()(module.exports, require, module, filename, __dirname);
  return module.exports;
}

function compile(text: string, filename: string, cachedData: Buffer | undefined): vm.Script {
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return new vm.Script(text, { filename, cachedData, importModuleDynamically });
}

function kind(): Kind {
  return loaded.has(TIERING) || !threads.isMainThread ? "tuned" : "plain";
}

function codeOf(filename: string, of: Kind): Buffer | undefined {
  try {
    return fs.readFileSync(`${filename}.${of}`);
  } catch {
    return undefined;
  }
}

/** Writes what V8 has compiled so far of the files loaded; for scripts/bundle.mjs. */
function keep(): void {
  for (const [name, script] of scripts) {
    if (name !== TIERING)
      fs.writeFileSync(path.join(__dirname, `${name}.${kind()}`), script.createCachedData());
  }
}

/** The files for whose text V8 did not take the code beside it, or found none. */
function compiled(): string[] {
  return [...scripts].flatMap(([name, script]) =>
    script.cachedDataRejected === false || name === TIERING ? [] : [name],
  );
}

export = { load, keep, compiled };
