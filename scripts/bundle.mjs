// Packs the built modules into the few files that users run: dist/bundle/. Node takes about half a millisecond for
// each module that it loads, and we have two hundred. What is in them stays as tsc wrote it, and the packages that they
// use are in them, with their licences beside; the parsers of C stay outside, and so do the folders with C.
//
//   node scripts/bundle.mjs
//
// Twice: as ES modules for browsers and other hosts, where every door of package.json is an entry; and for Node as
// CommonJS with the code that V8 makes of it (src/front/load.cts), which scripts/warm.cjs has it make. The folder is
// written beside the one in use and put in its place at the end, so that nobody runs half of it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const made = join(dist, `bundle.${process.pid}`);
const doors = {
  index: join(dist, "src", "api.js"),
  patches: join(dist, "patches", "api.js"),
  interpreter: join(dist, "interpreter", "api.js"),
  host: join(dist, "src", "front", "host.js"),
};

async function pack(input, dir, format, extension) {
  const bundle = await rolldown({ input, platform: "node", external: /^node:|tree-sitter/ });
  const { output } = await bundle.write({
    dir,
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `part-[name].${extension}`,
  });
  await bundle.close();
  return output;
}

process.on("exit", () => rmSync(made, { recursive: true, force: true }));
mkdirSync(made, { recursive: true });
await pack(doors, join(made, "esm"), "esm", "mjs");
const output = await pack(
  {
    ...doors,
    tiering: join(dist, "src", "cli", "tiering.js"),
    main: join(dist, "src", "cli", "main.js"),
    program: join(dist, "src", "cli", "program.js"),
    thread: join(dist, "src", "jobs", "worker.js"),
    // What bench/compile.mjs measures; a door to parts that are there anyway.
    kernel: join(dist, "kernel", "api.js"),
    prepare: join(dist, "src", "compile", "prepare.js"),
    files: join(dist, "src", "compile", "files.js"),
    parser: join(dist, "src", "parser", "load.js"),
  },
  made,
  "cjs",
  "js",
);
copyFileSync(join(dist, "src", "front", "load.cjs"), join(made, "load.cjs"));
const write = (name, text) => writeFileSync(join(made, name), text);
write("package.json", '{ "type": "commonjs" }\n');
const begin = 'const { load } = require("./load.cjs");\n';
write("smplab.js", `#!/usr/bin/env node\n${begin}load("tiering.js");\nload("main.js");\n`);
write("worker.js", `${begin}load("thread.js");\n`);
for (const door of Object.keys(doors)) {
  const { exports } = output.find((file) => file.fileName === `${door}.js`);
  write(
    `${door}.mjs`,
    `import files from "./load.cjs";\nexport const { ${exports.join(", ")} } = files.load("${door}.js");\n`,
  );
}
write("LICENSES.txt", licences(output));
// Tells results of this build from those of others (src/front/kept-results.ts): all that is loaded, and which parser.
const digest = createHash("sha256").update(readFileSync(join(root, "package.json")));
for (const name of readdirSync(made).sort())
  if (name.endsWith(".js")) digest.update(readFileSync(join(made, name)));
write("build.txt", `${digest.digest("hex").slice(0, 32)}\n`);
for (const tiering of [[], ["tiering.js"]]) {
  const warm = spawnSync(process.execPath, [join(root, "scripts", "warm.cjs"), made, ...tiering], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (warm.status !== 0) process.exit(warm.status ?? 1);
}
/** What the packages in these files want said of them. */
function licences(chunks) {
  const inside = /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/;
  const folders = new Map();
  for (const id of chunks.flatMap((chunk) => chunk.moduleIds)) {
    const found = inside.exec(id);
    if (found) folders.set(found[1], found[0]);
  }
  return [...folders]
    .sort()
    .map(([name, folder]) => {
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${name} has no licence that could go with it`);
      return `${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

const bundle = join(dist, "bundle");
const old = `${made}.old`;
try {
  renameSync(bundle, old);
} catch (error) {
  if (error.code !== "ENOENT") throw error;
}
renameSync(made, bundle);
rmSync(old, { recursive: true, force: true });
