// Makes a bare clone ready: installs what package-lock.json names when node_modules is missing or older
// than the lock, then builds and bundles. Prints nothing when there is nothing to do.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".package-lock.json");
const lock = join(root, "package-lock.json");

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

if (!existsSync(stamp) || statSync(stamp).mtimeMs < statSync(lock).mtimeMs) {
  // Not `npm ci`: it refuses a lock without the packages of platforms that the registry did not offer to its maker.
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
}
run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"]);

const bundled = join(root, "dist", "bundle", "smplab.js");
if (!existsSync(bundled) || newestBuilt() > statSync(bundled).mtimeMs) {
  run(process.execPath, [join(root, "scripts", "bundle.mjs")]);
}

function newestBuilt() {
  const rooms = ["patches", "interpreter", "kernel", "src"].map((room) => join(root, "dist", room));
  const files = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true }).map((file) => join(room, file)),
  );
  return Math.max(...files.filter((file) => /\.c?js$/.test(file)).map((file) => statSync(file).mtimeMs));
}
