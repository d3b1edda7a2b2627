// Where the package's own files lie: found from this file upwards, so that it works from dist/ and from a
// checkout alike.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The directory with our package.json. */
export function packageRoot(): string {
  let here = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(here, "package.json")) || !existsSync(join(here, "patches", "samples"))) {
    const above = dirname(here);
    if (above === here) throw new Error("the package directory with package.json was not found");
    here = above;
  }
  return here;
}

/** The small kernel that patches apply to unless another tree is named. */
export function shippedTree(): string {
  return join(packageRoot(), "kernel", "tree");
}
