// The version of this smplab, from its package.json.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../front/shipped.js";

export function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string })
    .version;
}
