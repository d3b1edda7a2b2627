// The nightly amount of test/patches/fuzz.test.ts: npm run fuzz:patches [INPUTS] [SEED]
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [inputs = "200000", seed = "20100913"] = process.argv.slice(2);
const done = spawnSync(
  process.execPath,
  [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "test/patches/fuzz.test.ts"],
  { cwd: root, stdio: "inherit", env: { ...process.env, SMPLAB_FUZZ: inputs, SMPLAB_SEED: seed } },
);
process.exit(done.status ?? 1);
