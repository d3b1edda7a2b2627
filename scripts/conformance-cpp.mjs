// Compares our preprocessor with `gcc -E -P`, token for token, on the public headers of Debian's linux-libc-dev
// and on include/linux/*.h of Debian's linux-source-6.1, each header on its own, with gcc's own predefined macros.
//
//   npm run conformance:cpp                 a sample: every 8th header
//   npm run conformance:cpp -- --all        all of them (a few minutes)
//   npm run conformance:cpp -- --only rcu   those whose path contains "rcu"
//
// Needs gcc, linux-libc-dev, linux-source-6.1 (apt-get install), and a build (npm run build).
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { LexCache } from "../dist/interpreter/cpp/cache.js";
import { lexText } from "../dist/interpreter/cpp/lexer.js";
import { preprocess } from "../dist/interpreter/cpp/preprocess.js";

const args = process.argv.slice(2);
const all = args.includes("--all");
const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : null;
const step = all || only !== null ? 1 : 8;
const work = join(tmpdir(), "smplab-conformance-cpp");
mkdirSync(work, { recursive: true });

const predefined = run("gcc", ["-dM", "-E", "-x", "c", "/dev/null"]);
const gccInclude = run("gcc", ["-print-file-name=include"]).trim();
const multiarch = run("gcc", ["-print-multiarch"]).trim();
const totals = { headers: 0, equal: 0, refused: 0, tokens: 0, bytes: 0, ours: 0, gcc: 0 };
const bad = [];
const started = performance.now();

publicHeaders();
kernelHeaders();

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
for (const line of bad) console.log(line);
console.log(
  `${totals.equal} of ${totals.headers} headers equal (${totals.refused} of them stop at a missing file), ${totals.tokens} tokens, ` +
    `ours ${seconds(totals.ours)} (${(totals.bytes / 1000 / totals.ours).toFixed(1)} MB/s of text read), ` +
    `gcc ${seconds(totals.gcc)} with process starts, total ${seconds(performance.now() - started)}`,
);
process.exit(bad.length === 0 && totals.headers > 0 ? 0 : 1);

function run(command, argv) {
  return execFileSync(command, argv, { encoding: "utf8", maxBuffer: 1 << 30 });
}

function choose(paths) {
  return paths.filter((path, i) => (only === null ? i % step === 0 : path.includes(only)));
}

function list(directory, recursive) {
  return readdirSync(directory, { recursive })
    .filter((name) => name.endsWith(".h"))
    .sort();
}

function publicHeaders() {
  const root = "/usr/include";
  if (!existsSync(join(root, "linux/types.h"))) return skip("linux-libc-dev");
  const names = ["linux", "asm-generic", "drm", "mtd", "rdma", "scsi", "sound", "video", "xen", "misc"]
    .filter((directory) => existsSync(join(root, directory)))
    .flatMap((directory) => list(join(root, directory), true).map((name) => `${directory}/${name}`));
  const system = [gccInclude, join(root, multiarch), root];
  compareAll("linux-libc-dev", choose(names), { system, include: [], defines: {}, force: [] });
}

function kernelHeaders() {
  const archive = "/usr/src/linux-source-6.1.tar.xz";
  const root = join(work, "linux-source-6.1");
  if (!existsSync(root)) {
    if (!existsSync(archive)) return skip("linux-source-6.1");
    const parts = ["include/*", "arch/x86/include/*"].map((part) => `linux-source-6.1/${part}`);
    run("tar", ["-xJf", archive, "-C", work, "--wildcards", ...parts]);
  }
  const arch = join(root, "arch/x86/include");
  const stubs = join(work, "generated");
  const include = [arch, stubs, join(root, "include"), join(arch, "uapi"), join(root, "include/uapi")];
  const setup = {
    root,
    stubs,
    include,
    system: [],
    defines: { __KERNEL__: "1", KBUILD_MODNAME: '"conformance"' },
    force: [join(root, "include/linux/kconfig.h"), join(root, "include/linux/compiler_types.h")],
  };
  const names = list(join(root, "include/linux"), false).map((name) => `linux/${name}`);
  writeConfig(stubs);
  compareAll("linux-source-6.1", choose(names), setup);
}

function skip(name) {
  console.log(`${name} is not installed: its headers are left out`);
}

/** The configuration, which the build would write. */
function writeConfig(stubs) {
  const config = [
    ...[
      "SMP",
      "64BIT",
      "X86_64",
      "PREEMPT_COUNT",
      "PREEMPTION",
      "TREE_RCU",
      "MMU",
      "NUMA",
      "MEMCG",
      "CGROUPS",
      "NET",
    ],
    ...[
      "LOCKDEP",
      "PROVE_LOCKING",
      "DEBUG_SPINLOCK",
      "TRACEPOINTS",
      "EVENT_TRACING",
      "BLOCK",
      "MODULES",
      "BPF",
      "PCI",
    ],
    ...[
      "SPARSEMEM",
      "SPARSEMEM_VMEMMAP",
      "PROC_FS",
      "SYSFS",
      "JUMP_LABEL",
      "GENERIC_BUG",
      "PRINTK",
      "INET",
      "USER_NS",
    ],
  ].map((name) => `#define CONFIG_${name} 1\n`);
  const values = {
    HZ: 250,
    NR_CPUS: 64,
    X86_L1_CACHE_SHIFT: 6,
    PGTABLE_LEVELS: 5,
    NODES_SHIFT: 6,
    LOG_BUF_SHIFT: 17,
  };
  const valued = Object.entries(values).map(([name, value]) => `#define CONFIG_${name} ${value}\n`);
  stub(stubs, "generated/autoconf.h", [...config, ...valued].join(""));
}

function stub(stubs, name, text) {
  const path = join(stubs, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The build makes some more headers; empty ones in their place, or the generic ones, serve both sides alike. */
function addMissing(result, setup) {
  if (setup.stubs === undefined) return false;
  const texts = result.diagnostics.all.map((one) => one.text);
  const missing = texts
    .map((text) => /^(.*): No such file or directory$/.exec(text)?.[1])
    .filter((name) => name);
  for (const name of missing) {
    const generic = name.replace(/^asm\//, "asm-generic/");
    const isGeneric = name !== generic && existsSync(join(setup.root, "include", generic));
    stub(setup.stubs, name, isGeneric ? `#include <${generic}>\n` : "");
  }
  return missing.length > 0;
}

function ours(name, setup, cache) {
  let bytes = 0;
  const host = {
    readFile(path) {
      if (path === "predefined") return predefined;
      try {
        const text = readFileSync(path, "utf8");
        bytes += text.length;
        return text;
      } catch {
        return null;
      }
    },
  };
  const result = preprocess({ path: "main.c", text: `#include <${name}>\n` }, host, {
    predefined: "none",
    includePaths: setup.include,
    systemPaths: setup.system,
    defines: setup.defines,
    forceIncludes: ["predefined", ...setup.force],
    cache,
  });
  return { result, bytes };
}

function compareAll(title, names, setup) {
  const cache = new LexCache();
  const main = join(work, "main.c");
  for (const name of names) {
    writeFileSync(main, `#include <${name}>\n`);
    let from;
    let mine;
    do {
      from = performance.now();
      mine = ours(name, setup, cache);
    } while (addMissing(mine.result, setup));
    totals.ours += performance.now() - from;
    totals.bytes += mine.bytes;
    from = performance.now();
    const gcc = spawnSync(
      "gcc",
      [
        ...["-E", "-P", "-w", "-nostdinc"],
        ...setup.include.flatMap((path) => ["-I", path]),
        ...setup.system.flatMap((path) => ["-isystem", path]),
        ...Object.entries(setup.defines).map(([macro, body]) => `-D${macro}=${body}`),
        ...setup.force.flatMap((path) => ["-include", path]),
        "main.c",
      ],
      { cwd: work, encoding: "utf8", maxBuffer: 1 << 30 },
    );
    totals.gcc += performance.now() - from;
    totals.headers++;
    const problem = difference(gcc, mine.result);
    if (problem === null) totals.equal++;
    else bad.push(`${title}: ${name}: ${problem}`);
  }
}

/** The first difference, or null. Pragmas are not tokens: gcc -E prints them, a parser gets none. */
function difference(gcc, result) {
  const errors = result.diagnostics.all.filter((one) => one.severity === "error");
  if (gcc.status !== 0 && errors.length === 0) return `gcc refuses it: ${gcc.stderr.split("\n")[0]}`;
  if (gcc.status === 0 && errors.length > 0) return `we refuse it: ${errors[0].text}`;
  // gcc stops at a missing file; at any other error it goes on, and so do we.
  if (/fatal error/.test(gcc.stderr)) {
    totals.refused++;
    return null;
  }
  const cache = new LexCache();
  const theirs = lexText(gcc.stdout.replace(/^#(?:pragma|ident).*\n/gm, ""), cache.interner);
  const { tokens } = result;
  totals.tokens += tokens.length;
  const count = Math.max(theirs.count, tokens.length);
  for (let i = 0; i < count; i++) {
    const their = i < theirs.count ? cache.interner.texts[theirs.id[i]] : "end of file";
    const our = i < tokens.length ? tokens.text[i] : "end of file";
    if (their !== our) {
      const place =
        i < tokens.length
          ? result.files.describe(result.origins.site(tokens.pos[i], tokens.origin[i]))
          : "end";
      return `token ${i}: gcc has ${their}, we have ${our} at ${place}`;
    }
  }
  return null;
}
