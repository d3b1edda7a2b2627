// Packs the built modules into the few files that users run: dist/bundle/. Node takes about half a millisecond for
// each module that it loads, and we have two hundred. What is in them stays as tsc wrote it; packages from npm stay
// outside, and so do the folders with C.
//
//   node scripts/bundle.mjs
//
// Every door of package.json is an entry, and so is the file that worker threads begin with: it must lie beside the
// chunk that starts them.
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const out = join(dist, "bundle");

const bundle = await rolldown({
  input: {
    smplab: join(dist, "src", "cli", "main.js"),
    index: join(dist, "src", "api.js"),
    patches: join(dist, "patches", "api.js"),
    interpreter: join(dist, "interpreter", "api.js"),
    host: join(dist, "src", "front", "host.js"),
    worker: join(dist, "src", "jobs", "worker.js"),
  },
  platform: "node",
  external: /^[^./]/,
});
rmSync(out, { recursive: true, force: true });
await bundle.write({
  dir: out,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "part-[name].js",
});
await bundle.close();
